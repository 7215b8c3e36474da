"""The tickets of a booking, and the files made of them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from maritime_app import i18n
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.tickets import pdf as ticket_pdf, store, views
from maritime_app.bookings.tickets.berths import berths_of
from maritime_app.bookings.tickets.codes import code_of
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.emails.model import Attachment
from maritime_app.ferries.check_in import service as check_in
from maritime_app.ferries.check_in.model import CheckIn
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.settings import Settings

PDF = "application/pdf"


async def tickets(res: Resources, booking: Booking) -> list[Ticket]:
    """Return a ticket for every passenger and vehicle on every leg."""
    async with res.db.acquire() as conn:
        check_ins = await check_ins_of(conn, res.settings, booking)
        sizes: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for cabin in await store.cabin_berths(conn, booking.id):
            sizes[cabin.leg][cabin.cabin_type] = cabin.berths
    made: list[Ticket] = []
    for leg in booking.legs:
        made += _of_leg(res.settings, booking, leg, check_ins[leg.number], sizes[leg.number])
    return made


async def check_ins_of(conn: Conn, settings: Settings, booking: Booking) -> dict[int, CheckIn]:
    """Return the check-in of every leg, by the leg's number."""
    quays = {leg.number: (leg.operator.code, leg.origin.code) for leg in booking.legs}
    found = await check_in.check_ins(conn, settings.boarding, quays.values())
    return {number: found[quay] for number, quay in quays.items()}


async def pdf(res: Resources, booking: Booking) -> Attachment:
    """Return the tickets as a PDF in the booking's language, drawn in a thread.

    Raise NotPrintable for a name that no installed font can draw.
    """
    made = await tickets(res, booking)
    body = await asyncio.to_thread(_drawn, booking, made, bool(res.settings.sandboxed))
    return Attachment(f"ticket-{booking.reference}.pdf", PDF, body)


def _drawn(booking: Booking, made: list[Ticket], sandbox: bool) -> bytes:
    i18n.use(booking.language)  # of this thread's own context
    return ticket_pdf.draw(views.tickets_view(booking.reference, made, sandbox=sandbox))


def _of_leg(
    settings: Settings, booking: Booking, leg: Leg, there: CheckIn, berths: Mapping[str, int]
) -> Iterator[Ticket]:
    """Yield the tickets of one leg; who comes in a vehicle checks in when it does."""
    given = berths_of(leg, booking.passengers, berths)
    minutes = there.minutes(with_vehicle=bool(booking.vehicles))
    closes_at = leg.departs_at - timedelta(minutes=minutes)

    def code(holder: str) -> str:
        return code_of(settings, booking.reference, leg.number, holder, booking.ticket_issue)

    for person in booking.passengers:
        berth = given.get(person.number)
        holder = code(f"p{person.number}")
        yield Ticket(leg, holder, there, minutes, closes_at, passenger=person, berth=berth)
    for vehicle in booking.vehicles:
        yield Ticket(leg, code(f"v{vehicle.number}"), there, minutes, closes_at, vehicle=vehicle)
