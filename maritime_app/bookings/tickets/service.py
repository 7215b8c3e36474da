"""The tickets of a booking, and the files made of them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec
from markupsafe import Markup

from maritime_app import i18n
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.tickets import (
    icalendar_file,
    pdf as ticket_pdf,
    schema_org,
    store,
    views,
)
from maritime_app.bookings.tickets.berths import berths_of
from maritime_app.bookings.tickets.codes import code_of
from maritime_app.bookings.tickets.model import Ticket
from maritime_app.bookings.tickets.quays import Quays, quays_of
from maritime_app.emails.model import Attachment
from maritime_app.infra.alerts import raise_alert
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings

PDF = "application/pdf"


async def tickets(res: Resources, booking: Booking) -> list[Ticket]:
    """Return a ticket for every passenger and vehicle on every leg."""
    async with res.db.acquire() as conn:
        ends = (await quays_of(conn, res.settings, [booking]))[booking.id]
        sizes: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for cabin in await store.cabin_berths(conn, booking.id):
            sizes[cabin.leg][cabin.cabin_type] = cabin.berths
    made: list[Ticket] = []
    for leg in booking.legs:
        made += _of_leg(res.settings, booking, leg, ends[leg.number], sizes[leg.number])
    return made


async def quays(res: Resources, booking: Booking) -> Mapping[int, Quays]:
    """Return where each leg begins and ends, by the leg's number."""
    async with res.db.acquire() as conn:
        return (await quays_of(conn, res.settings, [booking]))[booking.id]


async def json_ld(res: Resources, booking: Booking) -> Markup:
    """Return the booking as travel assistants read it, for the head of its pages."""
    return schema_org.json_ld(res.settings, booking, await quays(res, booking))


async def pdf(res: Resources, booking: Booking) -> Attachment:
    """Return the tickets as a PDF in the booking's language, drawn in a thread.

    Raise NotPrintable for a name that no installed font can draw.
    """
    made = await tickets(res, booking)
    body = await asyncio.to_thread(_drawn, booking, made, bool(res.settings.sandboxed))
    return Attachment(f"ticket-{booking.reference}.pdf", PDF, body)


async def printed(res: Resources, booking: Booking) -> list[Attachment]:
    """Return the PDF and the calendar entries of a confirmed booking, as a mail brings them.

    A fault in printing keeps no confirmed place from its passenger: the ticket's page still works
    then, and staff are told.
    """
    entries = await calendar(res, booking)
    try:
        return [await pdf(res, booking), entries]
    except Exception as error:  # noqa: BLE001 - whatever it is
        async with res.db.transaction() as conn:
            subject = ("bookings", str(booking.id))
            await raise_alert(conn, "ticket_not_printed", type(error).__name__, subject=subject)
        return [entries]


async def calendar(res: Resources, booking: Booking) -> Attachment:
    """Return the calendar entries of a confirmed booking, in its language."""
    ends = await quays(res, booking)
    with i18n.using(booking.language):
        body = icalendar_file.published(res.settings, booking, ends)
    return Attachment(f"{booking.reference}.ics", icalendar_file.PUBLISH, body)


def calendar_cancellation(settings: Settings, booking: Booking) -> Attachment:
    """Return what takes a cancelled booking's legs out of calendars, as one stream of entries."""
    body = icalendar_file.cancelled(settings, booking, booking.version)
    return Attachment(f"{booking.reference}.ics", icalendar_file.CANCEL, body)


def calendar_cancellations(settings: Settings, booking: Booking, version: int) -> list[Attachment]:
    """Return the same as one file a leg, as of that version of the booking.

    A mail's part is one object, and CANCEL allows one entry an object.
    """
    made = []
    for leg in booking.legs:
        alone = msgspec.structs.replace(booking, legs=(leg,))
        body = icalendar_file.cancelled(settings, alone, version)
        name = f"{booking.reference}-{leg.number}.ics"
        made.append(Attachment(name, icalendar_file.CANCEL, body))
    return made


def _drawn(booking: Booking, made: list[Ticket], sandbox: bool) -> bytes:
    i18n.use(booking.language)  # of this thread's own context
    return ticket_pdf.draw(views.tickets_view(booking.reference, made, sandbox=sandbox))


def _of_leg(
    settings: Settings, booking: Booking, leg: Leg, there: Quays, berths: Mapping[str, int]
) -> Iterator[Ticket]:
    """Yield the tickets of one leg."""
    given = berths_of(leg, booking.passengers, berths)

    def code(holder: str) -> str:
        return code_of(settings, booking.reference, leg.number, holder, booking.ticket_issue)

    for person in booking.passengers:
        berth = given.get(person.number)
        holder = code(f"p{person.number}")
        yield Ticket(leg, holder, there, passenger=person, berth=berth)
    for vehicle in booking.vehicles:
        yield Ticket(leg, code(f"v{vehicle.number}"), there, vehicle=vehicle)
