"""Disruptions and everybody aboard, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app.bookings.disruptions.model import Alternative, Disruption, Party, SailingState
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


class Fitting(NamedTuple):
    """What another sailing must have room for, and between which instants it must sail."""

    places: Mapping[str, int]
    height_cm: int
    weight_kg: int
    after: datetime
    before: datetime


async def shorten_holds(conn: Conn, close_minutes: int) -> int:
    """Let every hold end with its sailings' sales; return how many now end earlier."""
    return await SQL.shorten_holds.execute(conn, close_minutes)


async def sailing_state(conn: Conn, sailing_id: UUID) -> SailingState | None:
    """Return what of a sailing decides whether passengers must hear something."""
    return await SQL.sailing_state.fetch_optional(conn, SailingState, sailing_id)


async def last_told(conn: Conn, sailing_id: UUID) -> Disruption | None:
    """Return what passengers of the sailing heard last of its times."""
    return await SQL.last_told.fetch_optional(conn, Disruption, sailing_id)


async def disruption(conn: Conn, disruption_id: UUID) -> Disruption | None:
    """Return the disruption."""
    return await SQL.disruption_by_id.fetch_optional(conn, Disruption, disruption_id)


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
    await SQL.supersede_parties.execute(conn, sailing.id, some)
    await SQL.add_parties.execute(conn, disruption_id, sailing.id, some)
    return disruption_id


async def moving(conn: Conn, sailing_id: UUID) -> int:
    """Return how many aboard are just moving to another sailing."""
    return await SQL.moving_parties.fetch_one(conn, int, sailing_id)


async def next_waiting(conn: Conn, disruption_id: UUID, but_not: Sequence[UUID]) -> UUID | None:
    """Lock the booking that is written to next, none of those, and return its id."""
    return await SQL.next_waiting.fetch_optional(conn, UUID, disruption_id, list(but_not))


async def apply(conn: Conn, party: PartyKey | Party, event: PartyEvent) -> bool:
    """Let the event happen; return False where the party's state does not allow it."""
    after = PARTY.target(event)
    key = party.disruption_id, party.booking_id
    found = await SQL.set_party_status.fetch_optional(
        conn, UUID, *key, PARTY.before(event), after, PARTY.is_final(after)
    )
    return found is not None


async def set_offer(
    conn: Conn,
    party: PartyKey,
    change_id: UUID | None,
    remind_at: datetime | None,
    answer_by: datetime,
) -> None:
    """Write down what is held for a party and until when."""
    key = party.disruption_id, party.booking_id
    await SQL.set_offer.execute(conn, *key, change_id, remind_at, answer_by)


async def set_change(conn: Conn, party: Party, change_id: UUID) -> None:
    """Write down by which change a party moves."""
    await SQL.set_party_change.execute(conn, party.disruption_id, party.booking_id, change_id)


async def open_party(conn: Conn, booking_id: UUID) -> Party | None:
    """Return the open question of a booking; there is one at most."""
    return await SQL.open_party.fetch_optional(conn, Party, booking_id)


async def latest_party(conn: Conn, booking_id: UUID) -> Party | None:
    """Return the open question of a booking, or the last one that has ended."""
    return await SQL.latest_party.fetch_optional(conn, Party, booking_id)


async def alternatives(
    conn: Conn, sailing_id: UUID, fitting: Fitting, days: int, close_minutes: int
) -> list[Alternative]:
    """Return other sailings on which the party fits, the next ones first."""
    return await SQL.alternatives.fetch_all(
        conn,
        Alternative,
        sailing_id,
        list(fitting.places),
        list(fitting.places.values()),
        fitting.height_cm,
        fitting.weight_kg,
        fitting.after,
        fitting.before,
        days,
        close_minutes,
    )


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


async def settle_parties(conn: Conn) -> int:
    """End parties whose booking or change has ended by another road; return how many."""
    return await SQL.settle_parties.execute(conn)
