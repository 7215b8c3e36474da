"""What a change costs: each leg by its own source, what stays at the price that was paid."""

from collections.abc import Mapping, Sequence, Set

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights
from maritime_app.bookings.changes.pricing import differences
from maritime_app.bookings.changes.pricing.differences import LegPrice
from maritime_app.bookings.changes.pricing.promoted import Paid
from maritime_app.bookings.changes.pricing.terms import change_fee, name_fee, still_sold, terms
from maritime_app.bookings.changes.pricing.wishes import Wanted, WantedLeg
from maritime_app.bookings.holds.model import HoldItem
from maritime_app.bookings.holds.service import party_of
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.pricing import rules
from maritime_app.bookings.pricing.model import (
    LegDemand,
    LegQuote,
    LegWish,
    PricingRequest,
    Traveller,
)
from maritime_app.bookings.pricing.sources import source_of
from maritime_app.bookings.promotions import service as promotions
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries import cabins
from maritime_app.ferries.model import OperatorKind, PriceLine, PriceReason, Sailing
from maritime_app.ferries.promotions.model import Promotion
from maritime_app.ferries.promotions.rules import is_promotion
from maritime_app.i18n import translate as _
from maritime_app.payments import service as payments
from maritime_app.resources import Resources


class LegDraft(msgspec.Struct, frozen=True):
    """A leg with its price after the change; `demand` is None where it stays as it is."""

    wanted: WantedLeg
    price: LegPrice
    sailing: Sailing
    demand: LegDemand | None = None
    offered_minor: int = 0  # by whoever sells it, without what is kept of the leg before
    places: Mapping[str, int] | None = None
    least_fee_percent: int = 0

    @property
    def is_remote(self) -> bool:
        """Return whether a remote operator sells it."""
        return self.sailing.operator.kind is OperatorKind.REMOTE


async def price(
    res: Resources,
    booking: Booking,
    wanted: Wanted,
    items: Sequence[HoldItem],
    boarded: Set[int] = frozenset(),
) -> list[LegDraft]:
    """Return each leg as it would be, at its price now; nothing is held.

    Legs on which somebody has `boarded` stay as they are, like those that have left.
    Raise Invalid, Conflict, NotFound or Unavailable in words for the traveller.
    """
    now = clock.now()
    request = _request(wanted)
    rules.check_request(request, res.settings.bookings, now.date())
    made = {leg.number for leg in booking.legs if rights.is_made(leg, now)}
    _check_made(booking, wanted, made | boarded)
    sailings = [await _sailing(res, leg) for leg in wanted.legs]
    rules.check_order(sailings)
    rules.check_residents(_new_residents(booking, wanted), sailings)
    promotion = await _promotion(res, booking, items)
    drafts = [
        await _leg(
            res, booking, wanted, leg, sailing, request, Paid(_paid(items, leg.number), promotion)
        )
        for leg, sailing in zip(wanted.legs, sailings, strict=True)
    ]
    fees_minor = [
        await _dropped(res, booking, leg, _paid(items, leg.number)) for leg in wanted.dropped_legs
    ]
    drafts[0] = msgspec.structs.replace(drafts[0], price=_with_dropped(drafts[0].price, fees_minor))
    return _rounded(drafts, booking)


async def _promotion(
    res: Resources, booking: Booking, items: Sequence[HoldItem]
) -> Promotion | None:
    """Return the promo code that still takes something off the booking."""
    if not any(is_promotion(item.item) for item in items):
        return None
    return await promotions.carried(res, booking.id)


async def _sailing(res: Resources, leg: WantedLeg) -> Sailing:
    """Return the sailing as it is sold to this leg."""
    sailing = await source_of(res, leg.sailing_id).sailing(leg.sailing_id)
    if leg.booked is None or leg.booked.sailing_id != leg.sailing_id:
        return sailing
    return await still_sold(res, leg.booked, sailing)


async def _leg(
    res: Resources,
    booking: Booking,
    wanted: Wanted,
    leg: WantedLeg,
    sailing: Sailing,
    request: PricingRequest,
    paid: Paid,
) -> LegDraft:
    """Return one leg; it stays as it is unless what is booked on it or the party changes."""
    names_minor = await name_fee(res, leg.booked, wanted.replaced) if leg.booked else 0
    if leg.booked and not wanted.new_party and _is_as_booked(leg, leg.booked):
        stays = differences.with_fee(
            LegPrice(paid.lines), differences.NAME_CHANGE_FEE, wanted.replaced, names_minor
        )
        return LegDraft(leg, stays, sailing)
    rules.check_sailing(sailing, clock.now())
    demand = await _demand(res, booking, leg, sailing, request)
    quoted = await source_of(res, leg.sailing_id).price(demand)
    if quoted.currency != booking.currency:
        words = _("These sailings are sold in different currencies. Please book them one by one.")
        raise Invalid(words, {"legs": words}, code="currencies")
    if leg.booked is None:
        return _draft(leg, LegPrice(paid.goes(sailing, quoted.lines)), quoted)
    draft = await _changed(res, booking, leg, leg.booked, quoted, paid)
    fee = differences.NAME_CHANGE_FEE
    priced = differences.with_fee(draft.price, fee, wanted.replaced, names_minor)
    return msgspec.structs.replace(draft, price=priced)


async def _demand(
    res: Resources, booking: Booking, leg: WantedLeg, sailing: Sailing, request: PricingRequest
) -> LegDemand:
    """Return the party of a leg that is sold anew, by the rules of every booking.

    Who goes without a berth already need not say so again; nobody else loses theirs unasked.
    """
    wish = LegWish(leg.sailing_id, leg.cabins, leg.fewer_berths, leg.extras)
    demand = rules.demand(leg.number, wish, request, sailing)
    rules.check_vehicles(demand)
    rules.check_extras(demand)
    people = cabins.sleepers(demand.party)
    short = cabins.without_berth(people, leg.cabins, sailing.berths)
    if short and short > await _without_berth(res, booking, leg, sailing):
        rules.check_berths(demand, wish)
    return demand


async def _without_berth(res: Resources, booking: Booking, leg: WantedLeg, sailing: Sailing) -> int:
    """Return how many of the party have no berth on the leg as it is booked."""
    booked = leg.booked
    if booked is None:
        return 0
    berths = sailing.berths
    if booked.sailing_id != leg.sailing_id:
        if booked.operator.kind is OperatorKind.REMOTE:
            return 0  # nobody knows the cabins of a ship that it may not name any more
        berths = (await source_of(res, booked.sailing_id).sailing(booked.sailing_id)).berths
    people = cabins.sleepers(party_of(booking, booked))
    return cabins.without_berth(people, booked.cabins.items(), berths)


async def _changed(
    res: Resources,
    booking: Booking,
    leg: WantedLeg,
    booked: Leg,
    quoted: LegQuote,
    paid: Paid,
) -> LegDraft:
    """Return a booked leg that is changed, priced by whoever sells it."""
    if quoted.sailing.operator.code != booked.operator.code:
        words = _("Another operator's sailing is a booking of its own.")
        raise Conflict(words, code="other_operator")
    cost = await terms(res, booking, booked)
    least = cost.percent
    if booked.operator.kind is OperatorKind.REMOTE:
        priced, least = differences.booked_anew(paid.lines, quoted.lines, cost.charge_minor), 0
    elif leg.sailing_id == booked.sailing_id:
        priced = differences.same_sailing(paid, quoted.lines, cost.percent)
        least = booking.leg_rows[booked.number].least_fee_percent
    else:
        fee_minor = await change_fee(res, booked)
        today = paid.goes(quoted.sailing, quoted.lines)
        priced = differences.other_sailing(paid.lines, today, cost.percent, fee_minor)
    return _draft(leg, priced, quoted, least)


def _draft(leg: WantedLeg, price: LegPrice, quoted: LegQuote, least_percent: int = 0) -> LegDraft:
    offered_minor = quoted.price.amount_minor
    return LegDraft(
        leg, price, quoted.sailing, quoted.demand, offered_minor, quoted.places, least_percent
    )


async def _dropped(
    res: Resources, booking: Booking, leg: Leg, paid: Sequence[PriceLine]
) -> LegPrice:
    """Return what is kept of a leg that is dropped."""
    cost = await terms(res, booking, leg)
    worth_minor = differences.sold_minor(paid)
    share_minor = -(-worth_minor * cost.percent // 100)
    return differences.given_up(paid, min(worth_minor, max(share_minor, cost.charge_minor)))


def _request(wanted: Wanted) -> PricingRequest:
    return PricingRequest(
        legs=tuple(LegWish(leg.sailing_id, leg.cabins) for leg in wanted.legs),
        travellers=wanted.travellers,
        vehicles=wanted.lot,
        pets=wanted.pets,
    )


def _new_residents(booking: Booking, wanted: Wanted) -> list[Traveller]:
    """Return the travellers with what they claim anew of where they live.

    What was booked may stand on a leg that was moved to a fare without a discount for it.
    """
    claimed = {(person.number, person.resident_of) for person in booking.passengers}
    return [
        msgspec.structs.replace(traveller, resident_of=None)
        if (person.number, person.resident_of) in claimed
        else traveller
        for person, traveller in zip(wanted.passengers, wanted.travellers, strict=True)
    ]


def _is_as_booked(leg: WantedLeg, booked: Leg) -> bool:
    asked = leg.sailing_id, dict(leg.cabins), dict(leg.extras)
    return asked == (booked.sailing_id, booked.cabins, booked.extras)


def _check_made(booking: Booking, wanted: Wanted, made: Set[int]) -> None:
    """Raise Conflict where a leg would change that has been sailed, or is being boarded."""
    booked = {leg.number for leg in booking.legs}
    changed = {leg.number for leg in wanted.dropped_legs} | {
        leg.number for leg in wanted.legs if leg.booked and not _is_as_booked(leg, leg.booked)
    }
    if made & changed or (made & booked and (wanted.new_party or wanted.replaced)):
        raise Conflict(_("The ferry has left."), code="departed")


def _paid(items: Sequence[HoldItem], number: int) -> tuple[PriceLine, ...]:
    return differences.lines_of(item for item in items if item.leg == number)


def _with_dropped(first: LegPrice, dropped: Sequence[LegPrice]) -> LegPrice:
    """Return the price of the first leg with what is kept of those that are dropped.

    A fee belongs to a leg, so that what is kept never stands outside the price.
    """
    lines = (line for price in dropped for line in price.lines)
    fees_minor = sum(price.fees_minor for price in dropped)
    return LegPrice((*first.lines, *lines), first.fees_minor + fees_minor)


def _rounded(drafts: list[LegDraft], booking: Booking) -> list[LegDraft]:
    """Return the legs with a line more where the sum, or the difference, cannot be charged."""
    rest_minor = sum(draft.price.total_minor for draft in drafts) % payments.step_minor(
        booking.currency
    )
    rounded = _with_line(drafts, PriceLine("rounding", 1, -rest_minor, PriceReason.ROUNDING))
    total_minor = sum(draft.price.total_minor for draft in rounded)
    due_minor = differences.due_minor(booking, total_minor)
    if not 0 < due_minor < payments.least_charge_minor(booking.currency):
        return rounded
    return _with_line(rounded, PriceLine("waived", 1, -due_minor, PriceReason.DISCOUNT))


def _with_line(drafts: list[LegDraft], line: PriceLine) -> list[LegDraft]:
    """Return the legs with that line on the last one; as they are where it is of nothing."""
    if not line.amount_minor:
        return drafts
    last = drafts[-1]
    longer = LegPrice((*last.price.lines, line), last.price.fees_minor)
    return [*drafts[:-1], msgspec.structs.replace(last, price=longer)]
