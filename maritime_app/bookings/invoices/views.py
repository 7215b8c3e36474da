"""What an invoice says, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from maritime_app import formatting, i18n
from maritime_app.bookings.invoices.lines import is_domestic, tax_minor
from maritime_app.bookings.invoices.model import Invoice, InvoiceKind, InvoiceLine, Journey
from maritime_app.bookings.model import Leg
from maritime_app.ferries.model import PriceReason, local_day
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.names import brand


class Fact(msgspec.Struct, frozen=True):
    """A labelled value."""

    label: str
    value: str


class LineView(msgspec.Struct, frozen=True):
    """A line: what, how many, at which tax, how much."""

    text: str
    quantity: str
    tax: str
    amount: str


class JourneyView(msgspec.Struct, frozen=True):
    """A leg with its lines."""

    title: str
    lines: tuple[LineView, ...]


class InvoiceView(msgspec.Struct, frozen=True):
    """A whole document. `sandbox` is empty where the journey is real."""

    brand: str
    title: str
    language: str
    direction: str
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    seller_label: str
    buyer_label: str
    facts: tuple[Fact, ...]
    heads: tuple[str, str, str, str]
    journeys: tuple[JourneyView, ...]
    taxes: tuple[Fact, ...]
    total_label: str
    total: str
    notes: tuple[str, ...]
    sandbox: str


def journeys(legs: Iterable[Leg]) -> tuple[Journey, ...]:
    """Return each leg in words that are the same in every language: ports and local date."""
    return tuple(
        Journey(
            leg.number,
            f"{leg.origin.name} – {leg.destination.name}, "
            f"{local_day(leg.departs_at, leg.origin.timezone)}",
            is_domestic(leg),
        )
        for leg in legs
    )


def invoice_view(reference: str, invoice: Invoice, *, sandbox: bool) -> InvoiceView:
    """Return what the document says."""
    content, currency = invoice.content, invoice.currency
    credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    title = _("Credit note %(number)s") if credit else _("Invoice %(number)s")
    issuer = content.issuer
    tax_number = [f"{_('VAT number')}: {issuer.tax_number}"] if issuer.tax_number else []
    return InvoiceView(
        brand=brand.NAME,
        title=title % {"number": invoice.name},
        language=i18n.current(),
        direction=i18n.direction(i18n.current()),
        seller=(issuer.legal_name, *issuer.address.splitlines(), *tax_number),
        buyer=_buyer(invoice),
        seller_label=_("Seller"),
        buyer_label=_("Buyer"),
        facts=(
            Fact(_("Date"), formatting.localdate(invoice.issued_at)),
            Fact(_("Booking"), reference),
            Fact(_("Currency"), currency),
        ),
        heads=(_("Item"), _("Quantity"), _("Tax"), _("Amount")),
        journeys=tuple(_journeys(invoice)),
        taxes=tuple(_taxes(content.lines, currency)),
        total_label=_("You get back") if credit and not invoice.takes_back else _("Total"),
        total=formatting.money(invoice.total),
        notes=tuple(_notes(invoice)),
        sandbox=_("Sandbox: no real money") if sandbox else "",
    )


def _buyer(invoice: Invoice) -> tuple[str, ...]:
    lines = invoice.buyer.splitlines()
    if invoice.buyer_vat_id:
        lines.append(f"{_('VAT number')}: {invoice.buyer_vat_id}")
    return tuple(lines)


def _journeys(invoice: Invoice) -> list[JourneyView]:
    by_leg: defaultdict[int, list[InvoiceLine]] = defaultdict(list)
    for line in invoice.content.lines:
        by_leg[line.leg].append(line)
    titles = {journey.leg: journey.title for journey in invoice.content.journeys}
    return [
        JourneyView(
            titles.get(leg, ""),
            tuple(_line(line, invoice.currency) for line in lines),
        )
        for leg, lines in sorted(by_leg.items())
    ]


def _line(line: InvoiceLine, currency: str) -> LineView:
    return LineView(
        formatting.item_name(line.item),
        formatting.number(line.quantity) if line.quantity else "",
        _percent(line.tax_percent),
        formatting.money(Money(line.amount_minor, currency)),
    )


def _taxes(lines: tuple[InvoiceLine, ...], currency: str) -> list[Fact]:
    """Return the tax that is contained, by rate."""
    by_rate: defaultdict[float, int] = defaultdict(int)
    for line in lines:
        by_rate[line.tax_percent] += line.amount_minor
    return [
        Fact(
            _("Tax of %(percent)s contained in %(amount)s")
            % {
                "percent": _percent(percent),
                "amount": formatting.money(Money(amount_minor, currency)),
            },
            formatting.money(Money(tax_minor(amount_minor, percent), currency)),
        )
        for percent, amount_minor in sorted(by_rate.items())
    ]


def _notes(invoice: Invoice) -> Iterator[str]:
    """Yield why there is no tax where there is none, who wrote this, and where money goes."""
    domestic = {journey.leg for journey in invoice.content.journeys if journey.domestic}
    untaxed = [line for line in invoice.content.lines if not line.tax_percent]
    carried = [line for line in untaxed if line.reason is not PriceReason.FEE]
    if any(line.leg not in domestic for line in carried):
        yield _("0 %: carriage of passengers between countries is exempt.")
    if any(line.leg in domestic for line in carried):
        yield _("0 %: the seller has named no tax for carriage within its country.")
    if len(carried) < len(untaxed):
        yield _("0 %: fees for changes and cancellations are no supply.")
    yield _("Issued by %(brand)s in the name and for the account of the seller.") % {
        "brand": brand.NAME
    }
    if invoice.takes_back:
        yield _("What was invoiced to this buyer is invoiced anew. No money moves.")
    elif invoice.kind is InvoiceKind.CREDIT_NOTE:
        yield _("The amount goes back to the card that was paid with.")


def _percent(percent: float) -> str:
    return f"{formatting.number(percent)} %"
