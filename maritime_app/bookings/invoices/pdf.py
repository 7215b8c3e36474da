"""An invoice as a tagged PDF."""

from typing import Final

from msgspec.structs import replace

from maritime_app.bookings.invoices.views import InvoiceView, JourneyView
from maritime_app.bookings.printing import printed_pdf
from maritime_app.text.drawn_letters import drawable

_TEMPLATE: Final = "invoice.typ"


def draw(view: InvoiceView) -> bytes:
    """Return the PDF; raise NotPrintable, above all for a letter of its buyer that no font has.

    What operators say of themselves, ports and extras is written as it can be.
    """
    seller = tuple(map(drawable, view.seller))
    journeys = tuple(map(_drawable, view.journeys))
    return printed_pdf.draw(_TEMPLATE, replace(view, seller=seller, journeys=journeys))


def _drawable(journey: JourneyView) -> JourneyView:
    lines = tuple(replace(line, text=drawable(line.text)) for line in journey.lines)
    return replace(journey, title=drawable(journey.title), lines=lines)
