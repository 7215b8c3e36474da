"""What the staff's page of promo codes shows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from maritime_app import clock, formatting
from maritime_app.ferries.extra_kinds.model import HouseOperator
from maritime_app.ferries.promotions.model import Promotion
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.web.access import Caller


class PromotionRow(msgspec.Struct, frozen=True):
    """A code in the table; `state` is "active", "coming" or "over"."""

    id: UUID
    code: str
    operator_name: str
    discount: str
    limits: tuple[str, ...]
    uses: int
    most_uses: int | None
    state: str
    may_end: bool


class PromotionsView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/promotions.html. Who may not write sees no form."""

    staff: Caller
    promotions: Sequence[PromotionRow]
    operators: Sequence[tuple[str, str]]
    labels: Mapping[str, str]
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    message: str
    form_key: str
    may_write: bool


def promotions_view(
    staff: Caller,
    promotions: Sequence[Promotion],
    operators: Sequence[HouseOperator],
    form_key: str,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    message: str,
) -> PromotionsView:
    """Return the page, with what was entered where it comes back."""
    may_write = "fares.act" in staff.permissions
    return PromotionsView(
        staff=staff,
        promotions=[_row(one, may_write=may_write) for one in promotions],
        operators=[(one.code, one.name) for one in operators],
        labels=labels(),
        entered=entered,
        errors=errors,
        refused=refused,
        message=message,
        form_key=form_key,
        may_write=may_write,
    )


def labels() -> dict[str, str]:
    """Return what the fields of the form are called, in its order."""
    return {
        "operator": _("Operator"),
        "code": _("Code"),
        "percent": _("Percent off"),
        "amount": _("Amount off"),
        "currency": _("Currency"),
        "sold_from": _("Usable from (UTC)"),
        "sold_until": _("Usable until (UTC)"),
        "travel_first": _("First day of departure"),
        "travel_last": _("Last day of departure"),
        "origin": _("From port (code)"),
        "destination": _("To port (code)"),
        "most_uses": _("Uses in all"),
        "most_per_person": _("Uses per person"),
    }


def _row(one: Promotion, *, may_write: bool) -> PromotionRow:
    state = _state(one)
    return PromotionRow(
        id=one.id,
        code=one.code,
        operator_name=one.operator_name,
        discount=_discount(one),
        limits=tuple(_limits(one)),
        uses=one.uses,
        most_uses=one.most_uses,
        state=state,
        may_end=may_write and one.ended_at is None,
    )


def _state(one: Promotion) -> str:
    now = clock.now()
    if one.ended_at or (one.sold_until and one.sold_until <= now):
        return "over"
    return "coming" if one.sold_from and now < one.sold_from else "active"


def _discount(one: Promotion) -> str:
    if one.percent is not None:
        return _("%(percent)s %% off") % {"percent": one.percent}
    price = formatting.money(Money(one.amount_minor or 0, one.currency or ""))
    return _("%(amount)s off") % {"amount": price}


def _limits(one: Promotion) -> list[str]:
    """Return in words when, where and by whom it can be used."""
    days = one.travel_first, one.travel_last
    instants = [_time(one.sold_from), _time(one.sold_until)]
    said = {
        _("Booked: %(span)s"): _span(*instants),
        _("Departures: %(span)s"): _span(*(day.isoformat() if day else "" for day in days)),
        _("Route: %(span)s"): _span(one.origin_code or "", one.destination_code or ""),
        _("Per person: %(span)s"): str(one.most_per_person or ""),
    }
    found = [words % {"span": span} for words, span in said.items() if span]
    return [*found, _("Also beside the residents' discount")] if one.with_residents else found


def _time(instant: object) -> str:
    return f"{str(instant)[:16]} UTC" if instant else ""


def _span(first: str, last: str) -> str:
    return f"{first or '…'} – {last or '…'}" if first or last else ""
