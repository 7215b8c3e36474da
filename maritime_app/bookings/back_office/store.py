"""Rows of the clerk's desk."""

from uuid import UUID

import msgspec

from maritime_app.bookings.back_office.model import (
    BookingFilter,
    BookingLine,
    ContactRequest,
    DaySales,
    Event,
    SalesReport,
)
from maritime_app.bookings.back_office.owed import next_step, state_of
from maritime_app.bookings.back_office.search_terms.terms import SearchTerms
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_back_office")


async def search(
    conn: Conn, wanted: SearchTerms, operator_id: UUID | None, most: int
) -> list[BookingLine]:
    """Return the newest bookings that any of the terms fits."""
    found = await SQL.search_bookings.fetch_all(
        conn,
        BookingLine,
        wanted.reference,
        wanted.email,
        wanted.phone,
        wanted.name,
        wanted.plate,
        wanted.card,
        operator_id,
        most,
    )
    return [_with_step(line) for line in found]


async def bookings(
    conn: Conn, wanted: BookingFilter, operator_id: UUID | None, skip: int, most: int
) -> list[BookingLine]:
    """Return the newest bookings that the filter lets through."""
    found = await SQL.list_bookings.fetch_all(
        conn,
        BookingLine,
        wanted.day,
        wanted.operator,
        wanted.status,
        wanted.sailing,
        wanted.attention,
        operator_id,
        skip,
        most,
    )
    return [_with_step(line) for line in found]


def _with_step(line: BookingLine) -> BookingLine:
    if not line.owed_minor:
        return line
    state, step = state_of(line.held_minor), next_step(line.held_minor)
    return msgspec.structs.replace(line, owed_state=state, next_step=step)


async def operators_aboard(conn: Conn, booking_id: UUID) -> list[UUID]:
    """Return the operators that a booking sails with."""
    return await SQL.operators_aboard.fetch_all(conn, UUID, booking_id)


async def timeline(conn: Conn, booking_id: UUID, most: int) -> list[Event]:
    """Return what happened to a booking, in the order of time."""
    return await SQL.timeline.fetch_all(conn, Event, booking_id, most)


async def mails_written(conn: Conn, booking_id: UUID, template: str) -> int:
    """Return how often the customer was written this."""
    return await SQL.mails_written.fetch_one(conn, int, booking_id, template)


async def add_note(conn: Conn, note_id: UUID, booking_id: UUID, staff_id: UUID, text: str) -> None:
    """Write a note down."""
    await SQL.add_note.execute(conn, note_id, booking_id, staff_id, text)


async def set_contact(conn: Conn, booking_id: UUID, contact: ContactRequest) -> None:
    """Write to another address from now on."""
    await SQL.set_contact.execute(
        conn, booking_id, contact.email, contact.phone or None, contact.language
    )


async def is_task_of(conn: Conn, job_id: UUID, booking_id: UUID) -> bool:
    """Return whether that task is about this booking."""
    found = await SQL.task_of_booking.fetch_optional(conn, UUID, job_id, booking_id)
    return found is not None


async def sales(
    conn: Conn, asked: SalesReport, operator: str, operator_id: UUID | None
) -> list[DaySales]:
    """Return what was sold on the days of the report."""
    return await SQL.sales_by_day.fetch_all(
        conn, DaySales, asked.first, asked.last, operator, operator_id, asked.timezone
    )
