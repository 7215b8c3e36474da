"""To whom a booking is invoiced: asked for once, and corrected by documents."""

from collections.abc import Awaitable, Callable

from maritime_app.bookings import store as bookings
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.contacts import not_erased
from maritime_app.bookings.invoices import lines, store
from maritime_app.bookings.invoices.buyer_rules import checked
from maritime_app.bookings.invoices.model import (
    CORRECTION,
    Content,
    Invoice,
    InvoiceLine,
    Issuer,
)
from maritime_app.bookings.model import (
    Booking,
    BookingStatus,
)
from maritime_app.errors import Conflict
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

Beside = Callable[[Conn], Awaitable[None]]
_MOST_VERSIONS = 10  # each costs every seller two numbers
_ENDED = (BookingStatus.EXPIRED, BookingStatus.REFUSED)


async def buyer(conn: Conn, booking: Booking) -> Buyer:
    """Return to whom the booking is invoiced: who was named, or its first passenger.

    Nobody once its people are erased, as its documents then name nobody either.
    """
    if booking.erased_at is not None:
        return Buyer()
    known = await store.buyer_of(conn, booking.id)
    if known is not None:
        return known
    first = booking.passengers[0]
    return Buyer(f"{first.given_name} {first.family_name}")


async def set_buyer(
    res: Resources, booking: Booking, asked: Buyer, *, also: Beside | None = None
) -> Buyer:
    """Invoice the booking to that buyer from now on, and return it as it is written.

    What was invoiced before is credited and invoiced anew: a written document never changes. The
    same buyer again writes nothing. `also` is done in the same transaction. Raise Invalid for what
    cannot be so, Conflict for a booking that has no invoice, or too many corrections, NotFound for
    one whose people are erased.
    """
    wanted = checked(asked)
    if booking.status in _ENDED:
        words = _("Nothing is invoiced for this booking.")
        raise Conflict(words, code="not_invoiced")
    async with res.db.transaction() as conn:
        not_erased(await bookings.locked_booking(conn, booking.id))
        if wanted == await buyer(conn, booking):
            return wanted
        version = await store.put_buyer(conn, booking.id, wanted)
        if version > _MOST_VERSIONS:
            words = _("The buyer was corrected too often. Please write to us.")
            raise Conflict(words, code="too_many_corrections")
        await _correct(conn, booking, wanted, version)
        if also is not None:
            await also(conn)
    return wanted


async def _correct(conn: Conn, booking: Booking, wanted: Buyer, version: int) -> None:
    """Credit what each seller has invoiced, and invoice it to the buyer."""
    before = await store.invoices_of(conn, booking.id)
    codes = sorted({one.issuer_code for one in before})
    # In the order of their codes, as every other document is numbered.
    for issuer in await store.issuers(conn, codes):
        mine = [one for one in before if one.issuer_code == issuer.code]
        net = lines.difference([line for one in mine for line in one.content.lines], [])
        if sum(line.amount_minor for line in net) > 0:
            await _exchange(conn, booking, mine[-1], issuer, net, wanted, version)


async def _exchange(
    conn: Conn,
    booking: Booking,
    last: Invoice,
    issuer: Issuer,
    net: list[InvoiceLine],
    wanted: Buyer,
    version: int,
) -> None:
    total_minor = sum(line.amount_minor for line in net)
    occasion, journeys = f"{CORRECTION}{version}", last.content.journeys
    taken_back = Content(last.content.issuer, tuple(lines.negated(net)), journeys)
    back = Money(-total_minor, booking.currency)
    await store.add(conn, booking.id, f"{occasion}:credit", back, taken_back, last.buyer_as_was)
    anew = Content(issuer, tuple(net), journeys)
    await store.add(conn, booking.id, occasion, Money(total_minor, booking.currency), anew, wanted)
