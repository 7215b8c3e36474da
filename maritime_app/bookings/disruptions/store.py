"""Disruptions and everybody aboard, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app.bookings.disruptions.model import (
    Alternative,
    Candidate,
    Disruption,
    Party,
    SailingState,
)
from maritime_app.bookings.disruptions.states import PARTY, PartyEvent
from maritime_app.bookings.model import DisruptionKind
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_disruptions")


class PartyKey(msgspec.Struct, frozen=True):
    """One booking in one disruption."""

    disruption_id: UUID
    booking_id: UUID


class Offer(NamedTuple):
    """What is held for a party, and until when it may answer."""

    booking_id: UUID
    change_id: UUID | None
    remind_at: datetime | None
    answer_by: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A booking that is written to next; the change that held another sailing for it, if that one
    was cancelled, too.
    """

    booking_id: UUID
    lost_change_id: UUID | None


class _CabinBerths(msgspec.Struct, frozen=True):
    cabin_type: str
    berths: int


async def shorten_holds(conn: Conn, close_minutes: int) -> int:
    """Let every hold end with its sailings' sales; return how many now end earlier."""
    return await SQL.shorten_holds.execute(conn, close_minutes)


async def sailing_state(conn: Conn, sailing_id: UUID) -> SailingState:
    """Return what of a sailing decides whether passengers must hear something."""
    return await SQL.sailing_state.fetch_one(conn, SailingState, sailing_id)


async def sailing_at(conn: Conn, sailing_id: UUID, version: int) -> SailingState | None:
    """Return the same while that is its newest version: None for a newer, or one that is gone."""
    found = await SQL.sailing_state.fetch_optional(conn, SailingState, sailing_id)
    return found if found and found.version == version else None


async def last_told(conn: Conn, sailing_id: UUID) -> Disruption | None:
    """Return what passengers of the sailing heard last of its times."""
    return await SQL.last_told.fetch_optional(conn, Disruption, sailing_id)


async def disruption(conn: Conn, disruption_id: UUID) -> Disruption:
    """Return the disruption; its row is never deleted."""
    return await SQL.disruption_by_id.fetch_one(conn, Disruption, disruption_id)


async def add_disruption(
    conn: Conn, sailing: SailingState, kind: DisruptionKind, bookings: Sequence[UUID] | None = None
) -> UUID | None:
    """Write down what happened and everybody (or these bookings) aboard; return the new id.

    Return None where this version of the sailing was followed before.
    """
    disruption_id = uuid7()
    added = await SQL.add_disruption.fetch_optional(
        conn, UUID, disruption_id, sailing.id, sailing.version, kind, sailing.late_minutes
    )
    if added is None:
        return None
    some = list(bookings) if bookings is not None else None
    await SQL.supersede_parties.execute(conn, sailing.id, some, kind)
    await SQL.add_parties.execute(conn, disruption_id, sailing.id, some, kind)
    return disruption_id


async def lock_aboard(conn: Conn, sailing_id: UUID) -> None:
    """Hold the rows of all bookings aboard: nobody chooses until the transaction ends."""
    await SQL.lock_aboard.fetch_all(conn, UUID, sailing_id)


async def moving(conn: Conn, sailing_id: UUID) -> int:
    """Return how many aboard are just moving to another sailing."""
    return await SQL.moving_parties.fetch_one(conn, int, sailing_id)


async def next_waiting(conn: Conn, disruption_id: UUID, most: int) -> list[Waiting]:
    """Lock the bookings that are written to next, and their parties."""
    return await SQL.next_waiting.fetch_all(conn, Waiting, disruption_id, most)


async def second_of_waiting(conn: Conn, disruption_id: UUID) -> int | None:
    """Return the database's second while somebody can be written to; None when nobody can."""
    return await SQL.second_of_waiting.fetch_optional(conn, int, disruption_id)


async def put_off(conn: Conn, disruption_id: UUID, booking_id: UUID, seconds: float) -> None:
    """Let a party that could not be written to wait so long."""
    await SQL.put_off.execute(conn, disruption_id, booking_id, seconds)


async def apply(conn: Conn, party: PartyKey | Party, event: PartyEvent) -> bool:
    """Let the event happen; return False where the party's state does not allow it."""
    return bool(await apply_all(conn, party.disruption_id, [party.booking_id], event))


async def apply_all(
    conn: Conn, disruption_id: UUID, booking_ids: Sequence[UUID], event: PartyEvent
) -> set[UUID]:
    """Let the event happen to parties; return those bookings whose state allowed it."""
    after = PARTY.target(event)
    how = PARTY.before(event), after, PARTY.is_final(after)
    changed = await SQL.set_party_status.fetch_all(
        conn, UUID, disruption_id, list(booking_ids), *how
    )
    return set(changed)


async def set_offers(conn: Conn, disruption_id: UUID, offers: Sequence[Offer]) -> None:
    """Write down what is held for parties and until when."""
    await SQL.set_offers.execute(
        conn,
        disruption_id,
        [one.booking_id for one in offers],
        [one.change_id for one in offers],
        [one.remind_at for one in offers],
        [one.answer_by for one in offers],
    )


async def offered_by(conn: Conn, change_ids: Collection[UUID]) -> list[PartyKey]:
    """Return the parties to which these changes were offered, and that have not answered."""
    return await SQL.offered_by.fetch_all(conn, PartyKey, list(change_ids))


async def set_change(conn: Conn, party: PartyKey | Party, change_id: UUID | None) -> None:
    """Write down by which change a party moves, or that none holds places for it."""
    await SQL.set_party_change.execute(conn, party.disruption_id, party.booking_id, change_id)


async def open_party(conn: Conn, booking_id: UUID) -> Party | None:
    """Return the open question of a booking; there is one at most."""
    return await SQL.open_party.fetch_optional(conn, Party, booking_id)


async def latest_party(conn: Conn, booking_id: UUID) -> Party | None:
    """Return the open question of a booking, or the last one that has ended."""
    return await SQL.latest_party.fetch_optional(conn, Party, booking_id)


async def candidates(
    conn: Conn, sailing_id: UUID, days: int, close_minutes: int, most: int, *, lost: bool
) -> list[Candidate]:
    """Return the sailings that are sold instead of one, the next ones first; itself too for whoever
    lost a place on it.
    """
    asked = sailing_id, days, close_minutes, most, lost
    return await SQL.candidates.fetch_all(conn, Candidate, *asked)


async def berths_on(conn: Conn, sailing_id: UUID) -> dict[str, int]:
    """Return how many berths a cabin of each type has on the ship of a sailing."""
    rows = await SQL.berths_on.fetch_all(conn, _CabinBerths, sailing_id)
    return {row.cabin_type: row.berths for row in rows}


async def sailing_by_id(conn: Conn, sailing_id: UUID) -> Alternative | None:
    """Return a sailing as one that may be chosen."""
    return await SQL.alternative_by_id.fetch_optional(conn, Alternative, sailing_id)


async def due_reminders(conn: Conn, limit: int) -> list[PartyKey]:
    """Return parties that are to be reminded."""
    return await SQL.due_reminders.fetch_all(conn, PartyKey, limit)


async def remind(conn: Conn, party: PartyKey) -> bool:
    """Claim the reminder of a party; return False where there is none to send (any more)."""
    key = party.disruption_id, party.booking_id
    return await SQL.reminded.fetch_optional(conn, UUID, *key) is not None


async def past_deadline(conn: Conn, limit: int) -> list[PartyKey]:
    """Return parties that have not answered in time."""
    return await SQL.past_deadline.fetch_all(conn, PartyKey, limit)


async def unwritten(conn: Conn) -> list[UUID]:
    """Return disruptions in which somebody is still to be written to."""
    return await SQL.unwritten_disruptions.fetch_all(conn, UUID)


async def ask_again(conn: Conn) -> int:
    """Let parties wait for their offer that stand on a cancelled sailing and are asked nothing;
    return how many.
    """
    return await SQL.ask_again.execute(conn)


async def lose_offers(conn: Conn) -> list[UUID]:
    """Let parties wait for another offer whose held sailing was cancelled, too.

    Return the disruption of each.
    """
    return await SQL.lose_offers.fetch_all(conn, UUID)


async def settle_parties(conn: Conn) -> int:
    """End parties whose booking or change has ended by another road; return how many."""
    return await SQL.settle_parties.execute(conn)
