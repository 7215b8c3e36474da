"""Where our books and what others say of them differ."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec


class DifferenceKind(StrEnum):
    """Which two do not say the same, and how."""

    UNEXPLAINED = "unexplained"  # Stripe moved money behind which is nothing of ours
    NOT_AT_STRIPE = "not_at_stripe"  # our ledger has a movement that Stripe has not
    STRIPE_AMOUNT = "stripe_amount"  # both have it, with another amount
    BOOKING_ACCOUNT = "booking_account"  # the ledger says something else of a booking than its rows
    OPERATOR_KEEPS = "operator_keeps"  # booked there, not (any more) here
    OPERATOR_LACKS = "operator_lacks"  # confirmed here, not booked there
    OPERATOR_PRICE = "operator_price"  # booked by both, for another price


class Difference(msgspec.Struct, frozen=True):
    """A difference that is open. Amounts are in minor units; `reference` is of its booking."""

    kind: DifferenceKind
    subject: str
    party: str
    day: dt.date
    currency: str
    ours_minor: int
    theirs_minor: int
    found_at: dt.datetime
    reference: str | None


class StripeDay(msgspec.Struct, frozen=True):
    """A day (UTC) of Stripe's balance, before its fees, as Stripe, ledger and bookings have it."""

    day: dt.date
    currency: str
    stripe_minor: int
    fee_minor: int
    ledger_minor: int
    bookings_minor: int
    payout_minor: int | None


class OperatorDay(msgspec.Struct, frozen=True):
    """What leaves with an operator on a day (UTC): legs and their price, ours and theirs."""

    day: dt.date
    code: str
    name: str
    currency: str
    ours: int
    ours_minor: int
    theirs: int
    theirs_minor: int
    read_at: dt.datetime


class RemoteOperatorRow(msgspec.Struct, frozen=True):
    """An operator that sends statements."""

    id: UUID
    code: str


class OperatorDate(msgspec.Struct, frozen=True):
    """A day on which somebody leaves with an operator."""

    operator_id: UUID
    day: dt.date


class Outcome(msgspec.Struct, frozen=True):
    """How many differences a night found, and how many it found gone."""

    noted: int
    settled: int


class BooksFilter(msgspec.Struct, frozen=True):
    """Which days are shown: of Stripe up to that day, of operators around it. Today by default."""

    day: dt.date | None = None


class Books(msgspec.Struct, frozen=True):
    """Everything side by side."""

    differences: tuple[Difference, ...]
    stripe: tuple[StripeDay, ...]
    operators: tuple[OperatorDay, ...]


class SettleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference that somebody has looked into, with what came of it."""

    kind: DifferenceKind
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z", examples=["EUR"])]
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
