"""The tickets as a tagged PDF."""

from msgspec.structs import replace

from maritime_app.bookings.printing import printed_pdf
from maritime_app.bookings.printing.printed_pdf import NotPrintable
from maritime_app.bookings.tickets.views import Stop, TicketsView, TicketView
from maritime_app.text.drawn_letters import drawable

__all__ = ["NotPrintable", "draw"]
_TEMPLATE = "ticket.typ"


def draw(view: TicketsView) -> bytes:
    """Return the PDF; raise NotPrintable, above all for a letter of a name that no font has.

    What operators say of ship, place and terminal is written as it can be: nobody has asked them.

    It takes 20 ms and more: call it in a thread.
    """
    return printed_pdf.draw(_TEMPLATE, replace(view, tickets=tuple(map(_drawable, view.tickets))))


def _drawable(ticket: TicketView) -> TicketView:
    return replace(
        ticket,
        departs=_drawable_stop(ticket.departs),
        arrives=_drawable_stop(ticket.arrives),
        facts=tuple(replace(fact, value=drawable(fact.value)) for fact in ticket.facts),
    )


def _drawable_stop(stop: Stop) -> Stop:
    return replace(stop, place=drawable(stop.place), zone=drawable(stop.zone))
