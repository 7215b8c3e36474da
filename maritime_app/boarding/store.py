"""Boarding lists and admissions in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.boarding.model import Admission, Closing, HeadCount
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.travellers.model import AssistanceKind
from maritime_app.clock import in_utc
from maritime_app.ferries.model import ResidentDiscount
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("boarding")


class TicketRow(msgspec.Struct, frozen=True):
    """A passenger or vehicle on a leg, with how its booking stands."""

    reference: str
    leg: int
    status: BookingStatus
    issue: int
    suspended: bool
    place_lost: bool
    holder: str
    kind: str
    given_name: str
    family_name: str
    plate: str | None
    length_cm: int | None
    height_cm: int | None
    assistance: AssistanceKind | None
    assistance_note: str | None
    late: bool
    discount: ResidentDiscount | None
    extras: dict[str, int]


class LegRow(msgspec.Struct, frozen=True):
    """Another sailing of a booking."""

    reference: str
    leg: int
    issue: int
    origin: str
    destination: str
    departs_at: datetime
    holders: list[str]
    names: list[str]


class Progress(msgspec.Struct, frozen=True):
    """How far boarding of a sailing has come."""

    sailing_id: UUID
    people: int
    people_expected: int
    assistance: int
    closed_at: datetime | None


class Kept(msgspec.Struct, frozen=True):
    """An admission that is stored; `is_new`: it was not before."""

    id: UUID
    is_new: bool


async def tickets(conn: Conn, sailing_id: UUID, reference: str | None = None) -> list[TicketRow]:
    """Return every ticket of a sailing, or those of one booking on it."""
    return await SQL.listed_tickets.fetch_all(conn, TicketRow, sailing_id, reference)


async def other_legs(conn: Conn, sailing_id: UUID, reference: str | None = None) -> list[LegRow]:
    """Return the other sailings of everybody on this one, or those of one booking."""
    return await SQL.other_legs.fetch_all(conn, LegRow, sailing_id, reference)


async def admissions(conn: Conn, sailing_id: UUID) -> list[Admission]:
    """Return every admission of a sailing, oldest first, those that were undone too."""
    return await SQL.admissions_of.fetch_all(conn, Admission, sailing_id)


async def lock_for_scan(conn: Conn, sailing_id: UUID) -> None:
    """Let boarding be closed before or after this scan, not meanwhile."""
    await SQL.lock_for_scan.fetch_optional(conn, UUID, sailing_id)


async def lock_for_closing(conn: Conn, sailing_id: UUID) -> None:
    """Let every scan end before the count is read, and the next one wait until it is declared."""
    await SQL.lock_for_closing.fetch_optional(conn, UUID, sailing_id)


async def closing(conn: Conn, sailing_id: UUID) -> Closing | None:
    """Return the count that was declared and still holds."""
    return await SQL.standing_closing.fetch_optional(conn, Closing, sailing_id)


async def close(conn: Conn, closing_id: UUID, sailing_id: UUID, staff_id: UUID | None) -> None:
    """Declare the people and vehicles that are aboard now."""
    await SQL.close_boarding.fetch_one(conn, UUID, closing_id, sailing_id, staff_id)


async def reopen(conn: Conn, sailing_id: UUID, staff_id: UUID | None) -> None:
    """Withdraw the count that was declared."""
    await SQL.reopen_boarding.fetch_one(conn, UUID, sailing_id, staff_id)


async def lock_booking(conn: Conn, reference: str) -> None:
    """Let one gate at a time decide about the tickets of a booking."""
    await SQL.lock_boarding.fetch_optional(conn, UUID, reference)


async def standing_admission(
    conn: Conn, sailing_id: UUID, reference: str, leg: int, holder: str
) -> Admission | None:
    """Return the holder's admission to that sailing that was not undone."""
    key = sailing_id, reference, leg, holder
    return await SQL.standing_admission.fetch_optional(conn, Admission, *key)


async def whom_admitted(conn: Conn, admission_id: UUID) -> tuple[str, int, str]:
    """Return whom a stored admission let aboard: booking, leg, holder."""
    return (await SQL.admission_by_id.fetch_one(conn, Admission, admission_id)).ticket


async def add(
    conn: Conn, sailing_id: UUID, rows: Sequence[Admission], staff_id: UUID | None
) -> list[Kept]:
    """Store admissions, each once; return those that are stored now."""
    plain = msgspec.to_builtins([_in_utc(row) for row in rows])
    return await SQL.add_admissions.fetch_all(conn, Kept, sailing_id, plain, staff_id)


def _in_utc(row: Admission) -> Admission:
    """Return the admission with its instants in UTC: they travel as text here, and PostgreSQL reads
    no offset of 16 hours and more out of a text (RFC 3339 goes to 23:59).
    """
    undone_at = row.undone_at and in_utc(row.undone_at)
    return msgspec.structs.replace(row, admitted_at=in_utc(row.admitted_at), undone_at=undone_at)


async def undo(conn: Conn, sailing_id: UUID, admission_id: UUID, staff_id: UUID | None) -> bool:
    """Mark an admission as undone; return False where there is none that stands."""
    found = await SQL.undo_admission.fetch_optional(conn, UUID, admission_id, sailing_id, staff_id)
    return found is not None


async def repeated(conn: Conn, sailing_id: UUID) -> list[Admission]:
    """Return the admissions of holders that were let aboard more than once."""
    return await SQL.repeated_admissions.fetch_all(conn, Admission, sailing_id)


async def head_count(conn: Conn, sailing_id: UUID) -> HeadCount:
    """Return how many are aboard, of how many."""
    return await SQL.head_count.fetch_one(conn, HeadCount, sailing_id)


async def progress(conn: Conn, sailing_ids: Sequence[UUID]) -> list[Progress]:
    """Return how far boarding of these sailings has come."""
    return await SQL.boarding_progress.fetch_all(conn, Progress, list(sailing_ids))
