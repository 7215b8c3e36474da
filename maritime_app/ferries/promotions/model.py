"""A promo code, and how one is asked for."""

import datetime as dt
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.model import PriceLine, Sailing
from maritime_app.ferries.planning.model import Code
from maritime_app.ferries.price_lists.model import CurrencyCode

# Letters, digits and hyphens; spaces and small letters are the same code.
_PromoCode = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^ *[A-Za-z0-9-](?: *[A-Za-z0-9-]){2,31} *(?![\s\S])", examples=["EARLY-2027"]
    ),
]
_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]
_Taken = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
_PortCode = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


def folded(code: str) -> str:
    """Return a code as it is stored and compared: in capital letters, without spaces."""
    return "".join(code.split()).upper()


class Promotion(msgspec.Struct, frozen=True):
    """A promo code of an operator: `percent` off its legs, or `amount_minor` off once a booking.

    It can be used from `sold_from` until before `sold_until`, for departures (days at the origin)
    from `travel_first` to `travel_last`; null is no limit. `with_residents`: also by who pays a
    residents' fare. `uses` counts those of bookings that stand.
    """

    id: UUID
    operator_code: str
    operator_name: str
    code: str
    percent: int | None
    amount_minor: int | None
    currency: str | None
    sold_from: dt.datetime | None
    sold_until: dt.datetime | None
    travel_first: dt.date | None
    travel_last: dt.date | None
    origin_code: str | None
    destination_code: str | None
    most_uses: int | None
    most_per_person: int | None
    with_residents: bool
    uses: int
    created_at: dt.datetime
    ended_at: dt.datetime | None


class Promotions(msgspec.Struct, frozen=True):
    """The codes of an operator, or of all: those in use first."""

    promotions: tuple[Promotion, ...]


class PromotionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new code: `percent`, or `amount_minor` of `currency`; `origin` and `destination` are ports
    by code. A person is an e-mail address.
    """

    operator: Code
    code: _PromoCode
    percent: _Percent | None = None
    amount_minor: _Taken | None = None
    currency: CurrencyCode | None = None
    sold_from: dt.datetime | None = None
    sold_until: dt.datetime | None = None
    travel_first: dt.date | None = None
    travel_last: dt.date | None = None
    origin: _PortCode | None = None
    destination: _PortCode | None = None
    most_uses: _Count | None = None
    most_per_person: _Count | None = None
    with_residents: bool = False


class PricedLeg(msgspec.Struct, frozen=True):
    """A leg as it would be sold without a code."""

    sailing: Sailing
    lines: tuple[PriceLine, ...]
    currency: str
