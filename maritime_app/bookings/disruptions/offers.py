"""Other sailings for a party, and places held on the next one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights, store as bookings
from maritime_app.bookings.changes import service as changes, store as change_store
from maritime_app.bookings.changes.model import Change, Content, Draft, HoldChange
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.disruptions import rules, store
from maritime_app.bookings.disruptions.candidates import best, need_of, places_on, suitable
from maritime_app.bookings.disruptions.model import (
    Alternative,
    AlternativeView,
    Candidate,
    Party,
)
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.errors import Unavailable
from maritime_app.ferries.model import OperatorKind
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_MOST_TRIES = 5
_MOST_CANDIDATES = 200


class Wish(NamedTuple):
    """A party that needs another sailing instead of a leg."""

    booking: Booking
    leg: Leg


class Proposal(msgspec.Struct, frozen=True):
    """A sailing on which places are held for a party, by a change, until then."""

    change_id: UUID
    sailing: Alternative
    expires_at: datetime


async def alternatives(conn: Conn, res: Resources, booking: Booking, leg: Leg) -> list[Alternative]:
    """Return the sailings that the party may take instead of a leg, the next ones first.

    Empty for a remote operator's leg: its sailings are asked for when somebody looks.
    """
    if leg.operator.kind is not OperatorKind.HOUSE:
        return []
    sailing_id = booking.leg_rows[leg.number].sailing_id
    need = need_of(booking, leg, await store.berths_on(conn, sailing_id), clock.now())
    found = await _candidates(conn, res, sailing_id, lost=leg.place_lost)
    return suitable(found, need)


async def _candidates(
    conn: Conn, res: Resources, sailing_id: UUID, *, lost: bool
) -> list[Candidate]:
    settings = res.settings.sailings
    days, close_minutes = settings.rebook_days, settings.sales_close_minutes
    most = _MOST_CANDIDATES
    return await store.candidates(conn, sailing_id, days, close_minutes, most, lost=lost)


async def views(
    conn: Conn, res: Resources, booking: Booking, leg: Leg, party: Party
) -> list[AlternativeView]:
    """Return the sailings to choose from, the one on which places are held first."""
    held = await _held_sailing(conn, booking, leg, party)
    found = await alternatives(conn, res, booking, leg)
    if held is not None:
        found = [held, *(one for one in found if one.sailing_id != held.sailing_id)]
    return [
        AlternativeView(
            str(one.sailing_id),
            one.departs_at,
            one.arrives_at,
            leg.operator.name,
            one.ferry,
            held=held is not None and one.sailing_id == held.sailing_id,
            cabins=other_cabins(leg, one),
            without_berth=one.without_berth,
        )
        for one in found
    ]


async def _held_sailing(conn: Conn, booking: Booking, leg: Leg, party: Party) -> Alternative | None:
    """Return the sailing on which places are held for the party, and in which cabins."""
    change = await change_store.open_change(conn, party.booking_id)
    if change is None or change.id != party.change_id:
        return None
    moved = [one.sailing_id for one in change.content.legs if one.new]
    other = await store.sailing_by_id(conn, moved[0]) if moved else None
    if other is None:
        return None
    sailing_id = booking.leg_rows[leg.number].sailing_id
    need = need_of(booking, leg, await store.berths_on(conn, sailing_id), clock.now())
    lodging = contents.cabins_of(change.content, leg.number)
    losing = need.losing(lodging, await store.berths_on(conn, other.sailing_id))
    return msgspec.structs.replace(other, cabins=lodging, without_berth=losing)


def other_cabins(leg: Leg, other: Alternative) -> dict[str, int]:
    """Return the cabins on the other sailing where they are not those that were booked."""
    there = dict(other.cabins)
    return there if there != leg.cabins else {}


async def propose(
    conn: Conn, res: Resources, sailing_id: UUID, wishes: Sequence[Wish]
) -> dict[UUID, Proposal]:
    """Hold places instead of one sailing of ours for parties, each on the next that suits it.

    Return what is held, by booking; nobody's places are missing for want of a second look. The
    caller holds the bookings' rows. Others may take the last places, or cancel a sailing, between
    the look and the hold: then it is looked again; Unavailable is raised where that does not help.
    """
    house = [wish for wish in wishes if wish.leg.operator.kind is OperatorKind.HOUSE]
    berths = await store.berths_on(conn, sailing_id) if house else {}
    lost = any(wish.leg.place_lost for wish in house)
    for _try in range(_MOST_TRIES):
        found = await _candidates(conn, res, sailing_id, lost=lost) if house else []
        chosen = _chosen(house, found, berths)
        if not chosen:
            return {}
        others = [other.sailing_id for _wish, other in chosen]
        await bookings.lock_sailings(conn, others)  # whoever cancels one finds what is held on it
        if await bookings.are_cancelled(conn, others):
            continue
        held = await _hold(conn, res, chosen)
        if held is not None:
            return held
    raise Unavailable("Others take the places just now.", retry_after_seconds=1)


async def suiting(
    conn: Conn, res: Resources, sailing_id: UUID, wishes: Sequence[Wish]
) -> set[UUID]:
    """Return the bookings that another sailing of ours has room for; nothing is held."""
    house = [wish for wish in wishes if wish.leg.operator.kind is OperatorKind.HOUSE]
    if not house:
        return set()
    berths, now = await store.berths_on(conn, sailing_id), clock.now()
    found = await _candidates(conn, res, sailing_id, lost=False)
    return {
        wish.booking.id
        for wish in house
        if suitable(found, need_of(wish.booking, wish.leg, berths, now))
    }


def _chosen(
    wishes: Iterable[Wish], found: Sequence[Candidate], berths: Mapping[str, int]
) -> list[tuple[Wish, Alternative]]:
    """Return who gets which sailing: what one is given, the next one does not find any more."""
    now, chosen = clock.now(), []
    left = {one.sailing_id: one.available for one in found}
    for wish in wishes:
        need = need_of(wish.booking, wish.leg, berths, now)
        other = best(suitable(found, need))
        if other is None:
            continue
        chosen.append((wish, other))
        for resource, quantity in places_on(need, other).items():
            left[other.sailing_id][resource] -= quantity
    return chosen


async def _hold(
    conn: Conn, res: Resources, chosen: Sequence[tuple[Wish, Alternative]]
) -> dict[UUID, Proposal] | None:
    now, hours = clock.now(), res.settings.sailings.answer_hours
    has = await change_store.reserved_of(conn, [wish.booking.id for wish, _other in chosen])
    requests = []
    for (booking, leg), other in chosen:
        draft = _moved(booking, has[booking.id], leg, other)
        deadline = rules.answer_by(now, hours, other.sales_close_at)
        requests.append(HoldChange(booking, draft, deadline))
    held = await changes.hold_all(conn, res, requests, ChangeOrigin.DISRUPTION)
    if held is None:
        return None
    return {
        one.booking.id: Proposal(change_id, other, one.expires_at)
        for change_id, one, (_wish, other) in zip(held, requests, chosen, strict=True)
    }


async def hold_on(
    conn: Conn, res: Resources, booking: Booking, leg: Leg, other: Alternative, until: datetime
) -> Change | None:
    """Hold places for a leg on another sailing of ours, for nothing; None where they lack."""
    draft = _moved(booking, await change_store.reserved_legs(conn, booking.id), leg, other)
    return await changes.hold(conn, res, booking, draft, ChangeOrigin.DISRUPTION, until)


def _moved(
    booking: Booking, reserved: Sequence[HoldReserved], leg: Leg, other: Alternative
) -> Draft:
    """Return the booking with a leg on another sailing of ours, at the price that was paid."""
    places = places_on(need_of(booking, leg, {}, clock.now()), other)
    after = contents.as_it_is(booking, reserved)
    after = contents.moved(after, leg.number, other.sailing_id, places)
    if other_cabins(leg, other):
        after = contents.relodged(after, leg.number, other.cabins)
    return Draft(after, booking.total_minor)


async def content_of(conn: Conn, booking: Booking) -> Content:
    """Return the booking as it is, with what it has of capacity."""
    return contents.as_it_is(booking, await change_store.reserved_legs(conn, booking.id))


async def withdraw_open(conn: Conn, res: Resources, *booking_ids: UUID) -> None:
    """End the changes of bookings that wait for an answer: they were of another time."""
    for change_id in await change_store.open_changes(conn, booking_ids):
        await changes.withdraw(conn, res, change_id, ChangeEvent.WITHDRAW)


def legs_on(booking: Booking, sailing_id: UUID) -> list[Leg]:
    """Return the legs of the booking on that sailing."""
    return [leg for leg in booking.legs if booking.leg_rows[leg.number].sailing_id == sailing_id]


def leg_by(leg: Leg, other: Alternative) -> Leg:
    """Return the leg as it would be by another sailing."""
    return msgspec.structs.replace(
        leg,
        sailing_id=str(other.sailing_id),
        departs_at=other.departs_at,
        arrives_at=other.arrives_at,
        ferry=other.ferry,
        expected_departs_at=None,
        expected_arrives_at=None,
    )


def refund_minor(booking: Booking, now: datetime) -> int:
    """Return what goes back of the price when they would rather not travel: all that is unmade."""
    return sum(leg.price.amount_minor for leg in rights.unmade(booking, now))
