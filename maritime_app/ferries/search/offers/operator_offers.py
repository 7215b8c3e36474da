"""All remote operators side by side: a silent one costs only its own part of the answer."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from typing import Any

import msgspec

from maritime_app import clock
from maritime_app.ferries.model import REMOTE_SEPARATOR, Operator, Party, Place, local_time
from maritime_app.ferries.operators import model as wire, pricing, service as operators
from maritime_app.ferries.operators.pricing import PricedOffer
from maritime_app.ferries.search.model import (
    CabinOffer,
    OperatorState,
    OperatorStatus,
    SailingOffer,
    WhyNot,
)
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import counter
from maritime_app.infra.upstreams.breaker import BreakerOpen
from maritime_app.money import Money
from maritime_app.resources import Resources

logger = log.get(__name__)
SEARCHES = counter(
    "operator_searches_total", "Searches at remote operators by outcome", ("operator", "status")
)


class OperatorAnswer(msgspec.Struct, frozen=True):
    """What one operator offers, and how asking it went."""

    state: OperatorState
    offers: tuple[SailingOffer, ...] = ()


async def offers(
    res: Resources,
    origin: Place,
    destination: Place,
    day: date,
    party: Party,
    heard: Callable[[Sequence[OperatorAnswer]], None],
) -> Sequence[OperatorAnswer]:
    """Return every operator's answer; those that miss their deadline are named, not waited for.

    `heard` is called with all of them as they are now, whenever one has answered; at first all are
    pending.
    """
    if not (operators.is_harbour(origin) and operators.is_harbour(destination)):
        return []
    asked = list(operators.of(res).operators.values())
    answers = [_pending(operator) for operator in asked]
    heard(answers)

    async def ask(number: int, operator: Operator) -> None:
        answers[number] = await answer(res, operator, (origin, destination), day, party)
        heard(answers)

    await asyncio.gather(*(ask(number, operator) for number, operator in enumerate(asked)))
    return answers


def _pending(operator: Operator) -> OperatorAnswer:
    return OperatorAnswer(OperatorState(operator.code, operator.name, OperatorStatus.PENDING))


async def answer(
    res: Resources, operator: Operator, ends: tuple[Place, Place], day: date, party: Party
) -> OperatorAnswer:
    """Return what one operator says within its deadline, and how asking it went."""
    status = OperatorStatus.OK
    found: tuple[SailingOffer, ...] = ()
    gateway, loop = operators.of(res).gateway(operator.code), asyncio.get_running_loop()
    ends_at = loop.time() + res.settings.search.operator_deadline_seconds

    def ask(of: wire.Party) -> Coroutine[Any, Any, Sequence[wire.OperatorOffer]]:
        way = (ends[0].code, ends[1].code, day.isoformat())
        return gateway.offers(*way, of, within_seconds=max(0.0, ends_at - loop.time()))

    try:
        said = await pricing.offers(ask, party)
        found = tuple(_offer(operator, offer, party, ends) for offer in said)
    except wire.OperatorUnavailable as error:
        status = _why_unavailable(error)
    except wire.OperatorRefused as refused:
        # "I do not sail there" is an answer; any other no means that something is wrong between us.
        if refused.code not in wire.NOT_SERVED:
            status = OperatorStatus.FAILED
            logger.warning("operator_refuses_search", operator=operator.code, code=refused.code)
    SEARCHES.labels(operator.code, status).inc()
    return OperatorAnswer(OperatorState(operator.code, operator.name, status), found)


def _why_unavailable(error: wire.OperatorUnavailable) -> OperatorStatus:
    if isinstance(error.__cause__, BreakerOpen):
        return OperatorStatus.PAUSED
    if isinstance(error.__cause__, wire.OutcomeUnknown):
        return OperatorStatus.SLOW
    return OperatorStatus.FAILED


def _why_not(priced: PricedOffer, party: Party) -> WhyNot | None:
    offer = priced.offer
    closes_at = operators.closing(offer)
    if closes_at is not None and closes_at <= clock.now():
        return WhyNot.SALES_CLOSED
    if not priced.may_go:
        return WhyNot.NOT_CARRIED
    if not offer.is_available:
        is_for_pets = party.pets and not offer.is_pet_available
        others_fit = offer.is_vehicle_available or not party.vehicles
        return WhyNot.NO_ROOM_FOR_PETS if is_for_pets and others_fit else WhyNot.FULL
    if not offer.is_vehicle_available:
        return WhyNot.NO_ROOM_FOR_VEHICLE
    return WhyNot.NO_BERTHS if priced.cabins is None else None


def _offer(
    operator: Operator, priced: PricedOffer, party: Party, ends: tuple[Place, Place]
) -> SailingOffer:
    offer, sailing = priced.offer, priced.offer.sailing
    reason = _why_not(priced, party)
    return SailingOffer(
        sailing_id=f"{operator.code}{REMOTE_SEPARATOR}{sailing.code}",
        operator=operator,
        ferry=sailing.ship_name,
        departs_at=sailing.depart_at,
        arrives_at=sailing.arrive_at,
        departs_local=local_time(sailing.depart_at, ends[0]),
        arrives_local=local_time(sailing.arrive_at, ends[1]),
        duration_minutes=int((sailing.arrive_at - sailing.depart_at).total_seconds() // 60),
        price=priced.price,
        bookable=reason is None,
        places_left=None,
        vehicle_fits=offer.is_vehicle_available,
        why_not=reason,
        sales_close_at=operators.closing(offer),
        cabins=tuple(
            CabinOffer(
                cabin.type, Money(cabin.price_minor, offer.currency), cabin.berths, cabin.left
            )
            for cabin in offer.accommodations
        ),
        berths_in=dict(priced.cabins)
        if party.berths and priced.cabins is not None
        else msgspec.UNSET,
        resident_discount=Money(0, offer.currency) if party.living_in else msgspec.UNSET,
    )
