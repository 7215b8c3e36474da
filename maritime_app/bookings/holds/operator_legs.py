"""Legs that a remote operator sails: priced and held by the operator, under our reference.

Our reference for a leg is "<booking>-<leg>". After a call without an answer the operator is asked
by that
reference before anything is undone or done again.
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from maritime_app.bookings.model import Booking, BookingAsk, LegAnswer
from maritime_app.bookings.pricing.quotes import LegQuote, Quote, assemble, party_for
from maritime_app.errors import Conflict, NotFound, Unavailable
from maritime_app.ferries import service as ferries
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import Fare, Party, PriceLine, SailingFacts
from maritime_app.ferries.operators import registry
from maritime_app.ferries.operators.gateway import OperatorGateway
from maritime_app.ferries.operators.model import (
    Cost,
    OperatorRefused,
    OperatorReservation,
    OperatorSailing,
    OperatorUnavailable,
    OutcomeUnknown,
)
from maritime_app.ferries.search import service as search
from maritime_app.i18n import translate as _
from maritime_app.infra import log
from maritime_app.resources import Resources

logger = log.get(__name__)
_INFANT_TO_AGE, _CHILD_TO_AGE = 3, 12  # docs/operator-api.md: the ages of its age groups


def is_remote(sailing_id: str) -> bool:
    """Whether the id names a remote operator's sailing."""
    return registry.SEPARATOR in sailing_id


def reference_of(reference: str, leg_number: int) -> str:
    """What we call a leg towards its operator."""
    return f"{reference}-{leg_number}"


def gateway_of(res: Resources, leg: LegAnswer) -> OperatorGateway:
    """Who sails this leg."""
    return _gateway(res, leg.operator.code)


async def price(res: Resources, ask: BookingAsk) -> Quote:
    """Price a booking with remote legs without holding anything."""
    sailings = [await _sailing(res, leg.sailing_id) for leg in ask.legs]
    kinds = _kinds(ask, sailings)
    legs = []
    for index, (leg, sailing) in enumerate(zip(ask.legs, sailings, strict=True)):
        party = party_for(ask, kinds, index)
        if not is_remote(leg.sailing_id):
            legs.append(_own(index + 1, sailing, party))
            continue
        code, key = _split(leg.sailing_id)
        lines, currency = await _offer_lines(_gateway(res, code), key, sailing, party)
        legs.append(LegQuote(index + 1, _with_currency(sailing, currency), party, tuple(lines), {}))
    return assemble(legs, kinds, ask)


async def hold(res: Resources, ask: BookingAsk, reference: str) -> Quote:
    """Hold the remote legs at their operators and price the whole.

    Own legs are held afterwards, by us.
    """
    sailings = [await _sailing(res, leg.sailing_id) for leg in ask.legs]
    kinds = _kinds(ask, sailings)
    legs: list[LegQuote] = []
    try:
        for index, (leg, sailing) in enumerate(zip(ask.legs, sailings, strict=True)):
            party = party_for(ask, kinds, index)
            if not is_remote(leg.sailing_id):
                legs.append(_own(index + 1, sailing, party))
                continue
            code, key = _split(leg.sailing_id)
            held = await _hold(_gateway(res, code), reference_of(reference, index + 1), key, party)
            lines = tuple(_line(cost) for cost in held.costs)
            legs.append(
                LegQuote(index + 1, _with_currency(sailing, held.currency), party, lines, {})
            )
        return assemble(legs, kinds, ask)
    except Exception:
        await _let_go(res, ask, legs, reference)
        raise


async def let_go(res: Resources, priced: Quote, reference: str) -> None:
    """Give remote holds back; an operator that does not answer lets them expire by itself."""
    for leg in priced.legs:
        if leg.sailing.operator.kind == "remote":
            await _release(
                _gateway(res, leg.sailing.operator.code), reference_of(reference, leg.number)
            )


async def still_held(res: Resources, booking: Booking) -> None:
    """Ask every remote operator whether it still has our places. Raises Conflict or Unavailable."""
    for leg in booking.legs:
        if leg.operator.kind != "remote":
            continue
        try:
            found = await gateway_of(res, leg).recall(reference_of(booking.reference, leg.number))
        except (OperatorUnavailable, OperatorRefused) as error:
            raise Unavailable(
                _("%s does not answer right now. Nothing was charged.") % leg.operator.name,
                retry_after_seconds=20,
            ) from error
        if found is None or found.status not in ("Reserved", "Booked"):
            raise Conflict(
                _("%s no longer holds your places.") % leg.operator.name, code="hold_gone"
            )


def _kinds(ask: BookingAsk, sailings: Sequence[SailingFacts]) -> tuple[str, ...]:
    day = ferries.local_day(sailings[0].departs_at, sailings[0].origin)
    fare = sailings[0].fare or _fare("EUR")
    return tuple(
        fare_rules.kind_by_age(fare, person.birth_date, day) if person.birth_date else person.kind
        for person in ask.passengers
    )


def _own(number: int, sailing: SailingFacts, party: Party) -> LegQuote:
    if sailing.fare is None:
        raise Conflict(
            _("This sailing is listed in the timetable but not sold here."), code="timetable_only"
        )
    return LegQuote(
        number, sailing, party, tuple(ferries.price(sailing.fare, party)), fare_rules.takes(party)
    )


async def _sailing(res: Resources, sailing_id: str) -> SailingFacts:
    """The facts of any sailing; a remote one is written down, so that a booking can point at it."""
    own = search.sailing_uuid(sailing_id)
    if own is not None:
        return (await ferries.facts(res, [own]))[own]
    code, key = _split(sailing_id)
    try:
        available = await _gateway(res, code).availability(key)
    except OperatorRefused as error:
        raise NotFound(_("There is no such sailing."), code="sailing") from error
    except OperatorUnavailable as error:
        raise Unavailable(
            _("The operator does not answer right now."), retry_after_seconds=20
        ) from error
    return await _written_down(res, code, key, available.sailing)


async def _written_down(
    res: Resources, code: str, key: str, sailing: OperatorSailing
) -> SailingFacts:
    sailing_id = await ferries.ensure_remote_sailing(
        res,
        operator=code,
        key=key,
        sailing_id=uuid5(NAMESPACE_URL, f"sailing:{code}:{key}"),
        route_id=uuid5(
            NAMESPACE_URL, f"route:{code}:{sailing.depart_place}:{sailing.destination_place}"
        ),
        ends=(sailing.depart_place, sailing.destination_place),
        ferry=sailing.ship_name,
        times=(sailing.depart_at, sailing.arrive_at),
    )
    return (await ferries.facts(res, [sailing_id]))[sailing_id]


async def _offer_lines(
    gateway: OperatorGateway, key: str, sailing: SailingFacts, party: Party
) -> tuple[list[PriceLine], str]:
    day = sailing.departs_at.astimezone(ZoneInfo(sailing.origin.timezone)).date().isoformat()
    try:
        offers = await gateway.offers(
            sailing.origin.code, sailing.destination.code, day, registry.wire_party(party)
        )
    except (OperatorUnavailable, OperatorRefused) as error:
        raise Unavailable(
            _("The operator does not answer right now."), retry_after_seconds=20
        ) from error
    for offer in offers:
        if offer.sailing.code == key:
            return [_line(cost) for cost in offer.costs], offer.currency
    raise Conflict(_("This sailing is no longer offered."), code="sold_out")


async def _hold(
    gateway: OperatorGateway, reference: str, key: str, party: Party
) -> OperatorReservation:
    try:
        return await gateway.hold(reference, key, registry.wire_party(party))
    except OperatorRefused as refused:
        raise Conflict(refused.message, code="sold_out") from refused
    except OperatorUnavailable as error:
        raise Unavailable(
            _("The operator does not answer right now."), retry_after_seconds=20
        ) from error
    except OutcomeUnknown as unknown:
        found = await _recalled(gateway, reference)
        if found is not None and found.status == "Reserved":
            return found
        raise Unavailable(
            _("The operator does not answer right now."), retry_after_seconds=20
        ) from unknown


async def _recalled(gateway: OperatorGateway, reference: str) -> OperatorReservation | None:
    try:
        return await gateway.recall(reference)
    except (OperatorUnavailable, OperatorRefused, OutcomeUnknown):
        return None


async def _let_go(
    res: Resources, ask: BookingAsk, legs: Sequence[LegQuote], reference: str
) -> None:
    for leg, asked in zip(legs, ask.legs, strict=False):
        if is_remote(asked.sailing_id):
            await _release(
                _gateway(res, _split(asked.sailing_id)[0]), reference_of(reference, leg.number)
            )


async def _release(gateway: OperatorGateway, reference: str) -> None:
    try:
        await gateway.cancel(reference, 0)
    except (OperatorRefused, OperatorUnavailable, OutcomeUnknown) as error:
        logger.info("remote_hold_left_to_expire", operator=gateway.code, error=type(error).__name__)


def _gateway(res: Resources, code: str) -> OperatorGateway:
    gateway = registry.of(res).gateways.get(code)
    if gateway is None:
        raise NotFound(_("There is no such sailing."), code="sailing")
    return gateway


def _split(sailing_id: str) -> tuple[str, str]:
    code, _separator, key = sailing_id.partition(registry.SEPARATOR)
    return code, key


def _line(cost: Cost) -> PriceLine:
    """An operator's line; where the amount does not divide, it stands as one piece."""
    item = cost.description.lower().replace(" ", "_")
    if cost.quantity and cost.amount_minor % cost.quantity == 0:
        return PriceLine(item, cost.quantity, cost.amount_minor // cost.quantity)
    return PriceLine(item, 1, cost.amount_minor)


def _with_currency(sailing: SailingFacts, currency: str) -> SailingFacts:
    return msgspec.structs.replace(sailing, fare=_fare(currency))


def _fare(currency: str) -> Fare:
    """A remote sailing has no fare of ours; its currency and age groups are the operator's."""
    return Fare(UUID(int=0), "remote", currency, _INFANT_TO_AGE, _CHILD_TO_AGE, 0, {}, ())
