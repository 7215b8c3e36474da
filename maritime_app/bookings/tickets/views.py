"""What the ticket page shows."""

from dataclasses import dataclass

from markupsafe import Markup

from maritime_app.bookings.model import Leg
from maritime_app.bookings.tickets.service import Ticket
from maritime_app.infra import qr


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with its code drawn; `kind` is adult, child, infant or a vehicle's."""

    leg: Leg
    holder: str
    kind: str
    detail: str
    code: str
    qr: Markup


def ticket_view(ticket: Ticket) -> TicketView:
    """Return the ticket as it is shown."""
    drawing = qr.svg(ticket.code)
    return TicketView(ticket.leg, ticket.holder, ticket.kind, ticket.detail, ticket.code, drawing)
