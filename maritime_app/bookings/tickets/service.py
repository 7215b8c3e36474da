"""Tickets, and the ticket as a PDF with letters of every language we print."""

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maritime_app import formatting, i18n
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.tickets.codes import code_of
from maritime_app.emails.model import Attachment
from maritime_app.i18n import translate as _
from maritime_app.infra import qr
from maritime_app.resources import Resources
from maritime_app.settings import Settings
from maritime_app.web.statics import STATIC_DIR

if TYPE_CHECKING:
    from fpdf import FPDF, Align

_FONTS = STATIC_DIR / "node_modules" / "dejavu-fonts-ttf" / "ttf"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One passenger or vehicle on one leg; `code` is what the QR says."""

    leg: Leg
    holder: str
    kind: str
    detail: str
    code: str


def tickets(settings: Settings, booking: Booking) -> list[Ticket]:
    """Return a ticket for every passenger and vehicle on every leg."""
    made = []
    for leg in booking.legs:
        cabins = ", ".join(sorted(leg.cabins))
        for person in booking.passengers:
            code = code_of(settings, booking.reference, leg.number, f"p{person.number}")
            made.append(
                Ticket(leg, f"{person.given_name} {person.family_name}", person.kind, cabins, code)
            )
        for vehicle in booking.vehicles:
            code = code_of(settings, booking.reference, leg.number, f"v{vehicle.number}")
            made.append(
                Ticket(leg, vehicle.plate or _("Vehicle"), vehicle.kind, vehicle.plate or "", code)
            )
    return made


async def pdf(res: Resources, booking: Booking) -> Attachment:
    """Return the tickets as a PDF, drawn in a thread."""
    made = tickets(res.settings, booking)
    body = await asyncio.to_thread(
        _draw, booking, made, booking.language, bool(res.settings.sandboxed)
    )
    return Attachment(f"ticket-{booking.reference}.pdf", "application/pdf", body)


def _draw(booking: Booking, made: list[Ticket], language: str, sandbox: bool) -> bytes:
    from fpdf import (
        FPDF,
        Align,
    )  # half a second to import: only a worker that makes tickets pays for it

    i18n.use(language)
    page = FPDF(format="A4")
    page.set_auto_page_break(True, 15)
    page.add_font("DejaVu", "", _FONTS / "DejaVuSans.ttf")
    page.add_font("DejaVu", "B", _FONTS / "DejaVuSans-Bold.ttf")
    rtl = i18n.direction(language) == "rtl"
    page.set_text_shaping(rtl, direction="rtl" if rtl else None)  # so that Arabic letters join
    align = Align.R if rtl else Align.L
    page.set_title(_("Ticket %(reference)s") % {"reference": booking.reference})
    for number, ticket in enumerate(made):
        if number % 4 == 0:
            page.add_page()
            page.set_font("DejaVu", "B", 16)
            title = _("Ticket %(reference)s") % {"reference": booking.reference}
            title += "   (" + _("sandbox, not valid for travel") + ")" if sandbox else ""
            page.cell(0, 12, title, new_x="LMARGIN", new_y="NEXT", align=align)
        _draw_ticket(page, ticket, 28 + (number % 4) * 64, align)
    return bytes(page.output())


def _draw_ticket(page: "FPDF", ticket: Ticket, top: float, align: "Align") -> None:
    leg = ticket.leg
    page.set_draw_color(190)
    page.rect(10, top, 190, 58)
    page.set_xy(15, top + 5)
    page.set_font("DejaVu", "B", 13)
    page.cell(120, 8, ticket.holder, align=align)
    page.set_font("DejaVu", "", 10)
    departs = formatting.localdatetime(leg.departs_at, leg.origin.timezone)
    arrives = formatting.localdatetime(leg.arrives_at, leg.destination.timezone)
    ship = f"{leg.operator.name}" + (f", {leg.ferry}" if leg.ferry else "")
    for row, text in enumerate(
        (
            f"{leg.origin.name}   {departs}",
            f"{leg.destination.name}   {arrives}",
            ship,
            ticket.detail,
        )
    ):
        page.set_xy(15, top + 16 + row * 8)
        page.cell(120, 7, text, align=align)
    page.set_xy(15, top + 49)
    page.set_font("DejaVu", "", 7)
    page.cell(130, 5, ticket.code)
    page.image(io.BytesIO(qr.png(ticket.code, scale=8, border=2)), x=148, y=top + 4, w=50)
