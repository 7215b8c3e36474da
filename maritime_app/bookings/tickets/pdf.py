"""The tickets as a tagged PDF."""

from maritime_app.bookings.printing import printed_pdf
from maritime_app.bookings.printing.printed_pdf import NotPrintable
from maritime_app.bookings.tickets.views import TicketsView

__all__ = ["NotPrintable", "draw"]
_TEMPLATE = "ticket.typ"


def draw(view: TicketsView) -> bytes:
    """Return the PDF; raise NotPrintable, above all for a letter that no font has.

    It takes 20 ms and more: call it in a thread.
    """
    return printed_pdf.draw(_TEMPLATE, view)
