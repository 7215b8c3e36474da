"""Pure: from rows to the boarding list that a gate works with."""

from collections.abc import Iterable
from datetime import datetime

from maritime_app.boarding import codes
from maritime_app.boarding.model import (
    Admission,
    BoardingList,
    Closing,
    ListedSailing,
    ListedTicket,
    OtherTicket,
    Standing,
)
from maritime_app.boarding.store import LegRow, TicketRow
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.printing.latin_names import is_plain_latin, latin_name
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.settings.model import Settings


def listed_sailing(sailing: ManagedSailing) -> ListedSailing:
    """Return what a gate shows of a sailing."""
    return ListedSailing(
        id=sailing.id,
        origin=sailing.origin,
        destination=sailing.destination,
        departs_at=sailing.leaves_at,
        operator=sailing.operator.name,
        ferry=sailing.ferry or "",
        status=sailing.status,
    )


def boarding_list(
    settings: Settings,
    sailing: ManagedSailing,
    rows: Iterable[TicketRow],
    others: Iterable[LegRow],
    admitted: Iterable[Admission],
    closing: Closing | None,
    made_at: datetime,
) -> BoardingList:
    """Return the list, with the fingerprints of every code that may be shown."""
    return BoardingList(
        sailing=listed_sailing(sailing),
        made_at=made_at,
        tickets=tuple(_ticket(settings, row) for row in rows),
        others=tuple(_other(settings, leg) for leg in others),
        admitted=tuple(admitted),
        closing=closing,
    )


def _ticket(settings: Settings, row: TicketRow) -> ListedTicket:
    name = f"{row.given_name} {row.family_name}".strip()
    key = (settings, row.reference, row.leg, row.holder, row.issue)
    return ListedTicket(
        reference=row.reference,
        leg=row.leg,
        holder=row.holder,
        kind=row.kind,
        name=name,
        latin="" if is_plain_latin(name) else latin_name(name),
        plate=row.plate or "",
        length_cm=row.length_cm,
        height_cm=row.height_cm,
        standing=_standing(row),
        codes=codes.fingerprints(*key),
        old_codes=codes.older(*key),
        assistance=row.assistance,
        assistance_note=row.assistance_note or "",
        late_notice=row.late,
        discount=row.discount,
        extras=row.extras,
    )


def _standing(row: TicketRow) -> Standing:
    if row.status in (BookingStatus.CANCELLED, BookingStatus.REFUSED):
        return Standing.CANCELLED
    if row.status is not BookingStatus.CONFIRMED:
        return Standing.UNPAID
    if row.suspended:
        return Standing.SUSPENDED
    return Standing.NO_PLACE if row.place_lost else Standing.VALID


def _other(settings: Settings, leg: LegRow) -> OtherTicket:
    # Old codes too: who was moved to another sailing comes with the ticket for this one.
    found = [
        code
        for holder in leg.holders
        for made in (codes.fingerprints, codes.older)
        for code in made(settings, leg.reference, leg.leg, holder, leg.issue)
    ]
    return OtherTicket(
        codes=tuple(found),
        reference=leg.reference,
        name=", ".join(leg.names),
        origin=leg.origin,
        destination=leg.destination,
        departs_at=leg.departs_at,
    )
