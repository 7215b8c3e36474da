"""What a ticket says, in the reader's language: one layout, for page and PDF."""

from datetime import datetime

import msgspec

from maritime_app import formatting, i18n
from maritime_app.bookings.model import Passenger
from maritime_app.bookings.printing.latin_names import is_plain_latin, latin_name
from maritime_app.bookings.tickets.check_in_words import check_in_words
from maritime_app.bookings.tickets.model import Berth, Ticket, full_name
from maritime_app.bookings.travellers.extras import extras_words
from maritime_app.bookings.travellers.words import residency_words
from maritime_app.ferries.model import Place, help_line
from maritime_app.i18n import translate as _
from maritime_app.infra import qr
from maritime_app.names import brand
from maritime_app.names.port_names import port_name


class Fact(msgspec.Struct, frozen=True):
    """A labelled value. `is_code`: letters and digits that read from left to right everywhere."""

    label: str
    value: str
    is_code: bool = False


class Stop(msgspec.Struct, frozen=True):
    """One end of a crossing: time of day, date and zone as people at that quay say them."""

    time: str
    date: str
    place: str
    zone: str


class TicketView(msgspec.Struct, frozen=True):
    """One stub. `holder` is a name or, of a vehicle, its kind; `latin` is there for names that not
    everybody at a gate can read; `next_day` for an arrival on another date; `qr` is an SVG.
    """

    holder: str
    holder_direction: str
    latin: str
    kind: str
    departs: Stop
    arrives: Stop
    next_day: bool
    duration: str
    facts: tuple[Fact, ...]
    code: str
    qr: str
    qr_text: str
    leg_number: int
    holder_id: str


class TicketsView(msgspec.Struct, frozen=True):
    """Every stub of a booking. `sandbox` is empty where the journey is real."""

    brand: str
    title: str
    language: str
    direction: str
    reference: str
    reference_label: str
    intro: str
    sandbox: str
    tickets: tuple[TicketView, ...]


def tickets_view(reference: str, tickets: list[Ticket], *, sandbox: bool) -> TicketsView:
    """Return what the ticket page and the PDF show, in the current language."""
    language = i18n.current()
    return TicketsView(
        brand=brand.NAME,
        title=_("Ticket %(reference)s") % {"reference": reference},
        language=language,
        direction=i18n.direction(language),
        reference=reference,
        reference_label=_("Booking"),
        intro=_(
            "Have one code for each passenger and vehicle ready at the quay, on paper or on the "
            "screen. Bring a passport or identity card."
        ),
        sandbox=_("sandbox, not valid for travel") if sandbox else "",
        tickets=tuple(ticket_view(reference, ticket) for ticket in tickets),
    )


def ticket_view(reference: str, ticket: Ticket) -> TicketView:
    """Return one stub, in the current language."""
    leg, vehicle = ticket.leg, ticket.vehicle
    departs = _stop(leg.departs_at, leg.origin)
    arrives = _stop(leg.arrives_at, leg.destination)
    holder = ticket.holder or formatting.item_name(vehicle.kind if vehicle else "")
    return TicketView(
        holder=holder,
        holder_direction=i18n.text_direction(holder),
        latin=_latin(ticket.passenger) if ticket.passenger else "",
        kind=_("Vehicle") if vehicle else formatting.item_name(_kind(ticket)),
        departs=departs,
        arrives=arrives,
        next_day=departs.date != arrives.date,
        duration=formatting.duration(leg.arrives_at - leg.departs_at),
        facts=tuple(_facts(reference, ticket)),
        code=ticket.code,
        qr=str(qr.svg(ticket.code)),
        qr_text=_("Code of the ticket of %(holder)s") % {"holder": holder},
        leg_number=leg.number,
        holder_id=ticket.holder_id,
    )


def _kind(ticket: Ticket) -> str:
    return ticket.passenger.kind if ticket.passenger else ""


def _latin(person: Passenger) -> str:
    """Return the name as the second line of a passport has it: surname, then given names.

    Empty where the name is printed in these letters anyway.
    """
    if is_plain_latin(full_name(person)):
        return ""
    parts = (latin_name(person.family_name), latin_name(person.given_name))
    return ", ".join(part for part in parts if part)


def _stop(instant: datetime, place: Place) -> Stop:
    return Stop(
        time=formatting.localtime(instant, place.timezone),
        date=formatting.localdate(instant, place.timezone),
        place=port_name(place),
        zone=_("%(place)s time") % {"place": formatting.port_text(place)},
    )


def _facts(reference: str, ticket: Ticket) -> list[Fact]:
    leg, vehicle = ticket.leg, ticket.vehicle
    found = [Fact(_("Booking"), reference, is_code=True)]
    if leg.operator_reference:
        found.append(Fact(_("Operator's reference"), leg.operator_reference, is_code=True))
    if vehicle and vehicle.plate:
        found.append(Fact(_("Number plate"), vehicle.plate, is_code=True))
    found.append(Fact(_("Operator"), leg.operator.name))
    if leg.ferry:
        found.append(Fact(_("Ship"), leg.ferry))
    if ticket.quays.check_in.terminal:
        found.append(Fact(_("Terminal"), ticket.quays.check_in.terminal))
    found.append(Fact(_("Check-in closes"), check_in_words(leg, ticket.quays)))
    if ticket.discount:
        found.append(Fact(_("Residents' discount"), residency_words(ticket.discount)))
    if ticket.berth:
        found.append(Fact(_("Cabin or seat"), _berth(ticket.berth)))
    if leg.extras and ticket.passenger:
        found.append(Fact(_("Extras of this booking"), ", ".join(extras_words(leg.extras))))
    if help_line(leg.operator):
        found.append(Fact(_("Help"), help_line(leg.operator), is_code=True))
    return found


def _berth(berth: Berth) -> str:
    words = formatting.item_name(f"cabin:{berth.cabin_type}")
    if berth.cabins > 1:
        words = _("%(cabin)s, number %(number)s of %(count)s") % {
            "cabin": words,
            "number": berth.number,
            "count": berth.cabins,
        }
    if berth.shared_with:
        names = ", ".join(berth.shared_with)
        words = _("%(cabin)s, with %(names)s") % {"cabin": words, "names": names}
    return words
