"""Issue what is not invoiced yet, and print it."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from maritime_app import i18n
from maritime_app.bookings.invoices import buyers, goodwill, lines, pdf as invoice_pdf, store, views
from maritime_app.bookings.invoices.goodwill import GOODWILL, Share
from maritime_app.bookings.invoices.model import (
    CANCELLED,
    CONFIRMED,
    Content,
    Invoice,
    InvoiceLine,
    Issuer,
    Journey,
)
from maritime_app.bookings.model import Booking
from maritime_app.bookings.printing import printed_pdf
from maritime_app.bookings.store import goodwill_minor
from maritime_app.emails.model import Attachment
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

_MOST_AT_ONCE = 200

__all__ = [
    "GOODWILL",
    "by_name",
    "issue_cancelled",
    "issue_changed",
    "issue_confirmed",
    "issue_goodwill",
    "issue_lower_fee",
    "of",
    "pdf",
    "printed",
    "uncredited_goodwill",
]


async def issue_confirmed(conn: Conn, booking: Booking) -> None:
    """Invoice a booking in the transaction that confirms it."""
    await _issue(conn, booking, CONFIRMED, None)


async def issue_changed(conn: Conn, booking: Booking, change_id: UUID) -> None:
    """Invoice what a change added or took, in its transaction; `booking` is as it is afterwards."""
    await _issue(conn, booking, f"change:{change_id}", None)


async def issue_goodwill(conn: Conn, booking: Booking, occasion: str) -> bool:
    """Credit what was given of a confirmed booking's price, in the transaction that gives it.

    The same occasion again writes nothing; neither does a booking that was never invoiced. Return
    whether there are documents.
    """
    if not await store.invoices_of(conn, booking.id):
        return False
    await _issue(conn, booking, occasion, None)
    return True


async def uncredited_goodwill(conn: Conn) -> list[UUID]:
    """Return bookings with goodwill that their documents do not say; so many at once."""
    return await store.uncredited_goodwill(conn, _MOST_AT_ONCE)


async def issue_cancelled(
    conn: Conn, booking: Booking, fee_minor: int, quoted: Mapping[int, int]
) -> None:
    """Give back what was invoiced of a booking, less its fee, in the transaction that ends it.

    `quoted` is the fee by leg, as far as it is known. What was never invoiced is not given back.
    """
    if await store.invoices_of(conn, booking.id):
        fees = lines.shares(fee_minor, booking.legs, quoted)
        await _issue(conn, booking, CANCELLED, fees)


async def issue_lower_fee(conn: Conn, booking: Booking, fee_minor: int, occasion: str) -> None:
    """Give back what a cancelled booking costs less, in the transaction that lowers its fee."""
    before = await store.invoices_of(conn, booking.id)
    if before:
        fees = lines.shares(fee_minor, booking.legs, lines.fees_invoiced(before))
        await _issue(conn, booking, occasion, fees)


async def of(conn: Conn, booking: Booking) -> list[Invoice]:
    """Return every invoice and credit note of a booking, oldest first."""
    return await store.invoices_of(conn, booking.id)


async def by_name(res: Resources, booking: Booking, name: str) -> Invoice:
    """Return the document of that name; raise NotFound."""
    async with res.db.acquire() as conn:
        for found in await store.invoices_of(conn, booking.id):
            if found.name == name:
                return found
    raise NotFound(_("There is no such invoice."))


async def pdf(res: Resources, booking: Booking, invoice: Invoice) -> Attachment:
    """Return a document as a PDF in the booking's language, drawn in a thread.

    Raise NotPrintable for a letter that no installed font can draw.
    """
    sandbox = bool(res.settings.sandboxed)
    body = await asyncio.to_thread(_drawn, booking, invoice, sandbox)
    return Attachment(f"{invoice.kind}-{invoice.name}.pdf", printed_pdf.PDF, body)


async def printed(
    res: Resources, booking: Booking, occasion: str | None = None
) -> list[Attachment]:
    """Return the documents of an occasion, or all of them, as a mail brings them.

    One that cannot be printed keeps no mail from its reader: staff are told.
    """
    async with res.db.acquire() as conn:
        found = await store.invoices_of(conn, booking.id)
    try:
        return [
            await pdf(res, booking, one)
            for one in found
            if occasion is None or one.occasion == occasion
        ]
    except printed_pdf.NotPrintable:
        async with res.db.transaction() as conn:
            subject = ("bookings", str(booking.id))
            await raise_alert(conn, "invoice_not_printed", occasion or "again", subject=subject)
        return []


async def _issue(
    conn: Conn, booking: Booking, occasion: str, fees: Mapping[int, int] | None
) -> None:
    """Write a document for each operator of which something is new: once an occasion."""
    before = await store.invoices_of(conn, booking.id)
    if any(one.occasion == occasion for one in before):
        return
    codes = {leg.operator.code for leg in booking.legs} | {one.issuer_code for one in before}
    said = [line for one in before for line in one.content.lines]
    given_minor = await goodwill_minor(conn, booking.id)
    parts = goodwill.shares(given_minor, booking.items, said)
    # In the order of their codes, so that two bookings cannot wait for each other in a circle.
    for issuer in await store.issuers(conn, sorted(codes)):
        invoiced = [
            line for one in before if one.issuer_code == issuer.code for line in one.content.lines
        ]
        new = lines.difference(_due(booking, issuer, fees, parts), invoiced)
        if new:
            await _add(conn, booking, occasion, issuer, new, before)


def _due(
    booking: Booking, issuer: Issuer, fees: Mapping[int, int] | None, parts: Mapping[Share, int]
) -> list[InvoiceLine]:
    if fees is None:
        code, percent = issuer.code, issuer.domestic_tax_percent
        given = lines.given(booking, parts, code, percent)
        return [*lines.sold(booking, code, percent), *given]
    own = {leg.number for leg in booking.legs if leg.operator.code == issuer.code}
    return lines.kept({number: fee for number, fee in fees.items() if number in own})


async def _add(
    conn: Conn,
    booking: Booking,
    occasion: str,
    issuer: Issuer,
    new: list[InvoiceLine],
    before: Sequence[Invoice],
) -> None:
    total = Money(sum(line.amount_minor for line in new), booking.currency)
    buyer = await buyers.buyer(conn, booking)
    content = Content(issuer, tuple(new), _journeys(booking, before))
    await store.add(conn, booking.id, occasion, total, content, buyer)


def _journeys(booking: Booking, before: Sequence[Invoice]) -> tuple[Journey, ...]:
    """Return the legs in words, those that were dropped too."""
    known = {journey.leg: journey for one in before for journey in one.content.journeys}
    known |= {journey.leg: journey for journey in views.journeys(booking.legs)}
    return tuple(known[number] for number in sorted(known))


def _drawn(booking: Booking, invoice: Invoice, sandbox: bool) -> bytes:
    i18n.use(booking.language)  # of this thread's own context
    return invoice_pdf.draw(views.invoice_view(booking.reference, invoice, sandbox=sandbox))
