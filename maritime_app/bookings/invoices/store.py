"""Invoices and their issuers' numbers, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.invoices.model import (
    Content,
    Invoice,
    InvoiceKind,
    Issuer,
)
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money

SQL = queries.load("bookings_invoices")


class NextNumber(msgspec.Struct, frozen=True):
    """A number that nobody else has, as long as the transaction commits."""

    issuer_id: UUID
    number: int


async def invoices_of(conn: Conn, booking_id: UUID) -> list[Invoice]:
    """Return every invoice and credit note of a booking, oldest first."""
    return await SQL.invoices_of.fetch_all(conn, Invoice, booking_id)


async def uncredited_goodwill(conn: Conn, limit: int) -> list[UUID]:
    """Return confirmed bookings with goodwill that their documents do not say."""
    return await SQL.uncredited_goodwill.fetch_all(conn, UUID, limit)


async def issuers(conn: Conn, codes: Sequence[str]) -> list[Issuer]:
    """Return the sellers with those operators' codes, in the order of the codes.

    One that has never written an invoice is made from what is known of its operator.
    """
    await SQL.ensure_issuers.execute(conn, list(codes))
    return await SQL.issuers.fetch_all(conn, Issuer, list(codes))


async def all_issuers(conn: Conn) -> list[Issuer]:
    """Return every seller that has written an invoice or was described, by code."""
    return await SQL.all_issuers.fetch_all(conn, Issuer)


async def put_issuer(conn: Conn, issuer: Issuer) -> bool:
    """Describe a seller for its next invoices; return False where there is no such operator."""
    found = await SQL.put_issuer.fetch_optional(
        conn,
        UUID,
        issuer.code,
        issuer.legal_name,
        issuer.address,
        issuer.tax_number,
        issuer.domestic_tax_percent,
    )
    return found is not None


async def buyer_of(conn: Conn, booking_id: UUID) -> Buyer | None:
    """Return to whom somebody wants the booking invoiced; None for who has not said."""
    return await SQL.buyer_of.fetch_optional(conn, Buyer, booking_id)


async def put_buyer(conn: Conn, booking_id: UUID, buyer: Buyer) -> int:
    """Write down to whom a booking is invoiced; return how often somebody has said so."""
    return await SQL.put_buyer.fetch_one(
        conn, int, booking_id, buyer.name, buyer.company, buyer.address, buyer.vat_id
    )


async def add(
    conn: Conn,
    booking_id: UUID,
    occasion: str,
    total: Money,
    content: Content,
    buyer: Buyer,
) -> None:
    """Write a document down under its issuer's next number; others wait for the commit."""
    number = await SQL.next_invoice_number.fetch_one(conn, NextNumber, content.issuer.code)
    kind = InvoiceKind.CREDIT_NOTE if total.amount_minor < 0 else InvoiceKind.INVOICE
    written = msgspec.to_builtins(content)
    await SQL.add_invoice.execute(
        conn,
        uuid7(),
        booking_id,
        number.issuer_id,
        number.number,
        kind,
        occasion,
        total.currency,
        total.amount_minor,
        written,
        buyer.text,
        buyer.vat_id,
    )
