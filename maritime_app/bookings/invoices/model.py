"""An invoice, its seller, its lines."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app.bookings.buyer import Buyer
from maritime_app.ferries.model import PriceReason
from maritime_app.money import Money

CONFIRMED = "confirmed"  # the occasions; that of a change is "change:<id>"
CANCELLED = "cancelled"
CORRECTION = "buyer:"  # and the buyer's version; ":credit" behind what takes back


class InvoiceKind(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"  # gives (a part of) earlier ones back


class Issuer(msgspec.Struct, frozen=True):
    """A seller as its invoices name it."""

    code: str
    legal_name: str
    address: str
    tax_number: str | None
    domestic_tax_percent: float


class InvoiceLine(msgspec.Struct, frozen=True):
    """What is invoiced (negative: given back) of one item of a leg; tax is contained in it.

    `quantity` is 0 where only the price has changed.
    """

    leg: int
    item: str
    reason: PriceReason
    quantity: int
    amount_minor: int
    tax_percent: float


class Journey(msgspec.Struct, frozen=True):
    """A leg in words: ports and local date; `domestic` where it stays within one country."""

    leg: int
    title: str
    domestic: bool = False


class Content(msgspec.Struct, frozen=True):
    """What was written down when it was issued."""

    issuer: Issuer
    lines: tuple[InvoiceLine, ...]
    journeys: tuple[Journey, ...]


class Invoice(msgspec.Struct, frozen=True):
    """An invoice or credit note."""

    id: UUID
    issuer_code: str
    number: int
    kind: InvoiceKind
    occasion: str
    currency: str
    total_minor: int
    content: Content
    buyer: str
    issued_at: datetime
    buyer_vat_id: str = ""

    @property
    def name(self) -> str:
        """Return the number as people call it: "NOR-000042"."""
        return f"{self.issuer_code}-{self.number:06d}"

    @property
    def buyer_as_was(self) -> Buyer:
        """Return the buyer whose lines are those of the document."""
        return Buyer(address=self.buyer, vat_id=self.buyer_vat_id)

    @property
    def takes_back(self) -> bool:
        """Return whether it only makes room for the same invoice to another buyer."""
        return self.occasion.startswith(CORRECTION) and self.kind is InvoiceKind.CREDIT_NOTE

    @property
    def total(self) -> Money:
        """Return the whole amount; negative on a credit note."""
        return Money(self.total_minor, self.currency)
