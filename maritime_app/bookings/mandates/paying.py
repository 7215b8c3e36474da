"""A program pays a booking, or the difference of a change, with a mandate: the amount is taken,
the card charged, the use ended.

What is taken stands in the database before the bank is asked, so that two payments at once never
exceed a mandate, and what nobody has heard of is asked for again under the same name.
"""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from maritime_app import clock
from maritime_app.bookings.changes import paying as changes
from maritime_app.bookings.checkout.service import verify_hold
from maritime_app.bookings.mandates import granting, mails, rules, store
from maritime_app.bookings.mandates.model import Mandate, MandateStatus, Use, UseStatus
from maritime_app.bookings.mandates.states import UseEvent
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.service import payments_of
from maritime_app.errors import Conflict
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.payments import service as payments
from maritime_app.payments.model import Payment, PaymentStatus
from maritime_app.payments.saved_card import CardCharge
from maritime_app.payments.saved_cards import service as saved_cards
from maritime_app.resources import Resources

# The provider answers the same for a day to who asks again; later its list is looked through.
_REPEATED_FOR = timedelta(hours=20)
# Longer than any call to the provider takes: what it has not heard of by then was never sent.
SETTLED_AFTER_SECONDS = 60.0


class _Owed(Struct, frozen=True):
    """What is to be paid now: its open payment, and the way for which it is, by ports."""

    payment: Payment
    way: rules.Way


async def pay(
    res: Resources, mandate: Mandate, booking: Booking, difference_minor: int | None = None
) -> Use:
    """Return the use by which the booking is paid, or was not: ended, whichever way.

    With `difference_minor` it is the change that waits for exactly that. Asking again for the same
    is answered the same. Raise Conflict where the mandate does not cover it, it cannot be paid, or
    another mandate was tried; Unavailable while nobody knows whether it was charged: ask again.
    """
    async with res.db.acquire() as conn:
        meant = await _meant(conn, booking, difference_minor)
        use = await store.use_of(conn, booking.id, [one.id for one in meant])
    if use is None:
        is_change = difference_minor is not None
        owed = await (_change(res, booking, meant) if is_change else _whole(res, booking, meant))
        use = await _take(res, mandate, booking, owed)
    elif use.mandate_id != mandate.id:
        raise _tried()
    return await follow(res, use) if use.status is UseStatus.TAKEN else use


async def _meant(conn: Conn, booking: Booking, difference_minor: int | None) -> list[Payment]:
    """Return the payments that are asked about; raise Conflict for another difference."""
    if difference_minor is None:
        return [one for one in await payments_of(conn, booking) if one.part_id is None]
    asked = await changes.last_asked(conn, booking)
    if asked is None:
        words = _("No change of this booking is waiting for a payment.")
        raise Conflict(words, code="not_payable")
    if asked.amount_minor != difference_minor:
        words = _("The price has changed. Please look at it again.")
        raise Conflict(words, code="price_changed")
    return [asked]


async def _whole(res: Resources, booking: Booking, found: list[Payment]) -> _Owed:
    owed = next((one for one in found if one.status is PaymentStatus.OPEN), None)
    if owed is None or booking.status is not BookingStatus.HELD:
        words = _("This booking is not waiting for a payment.")
        raise Conflict(words, code="not_payable")
    if booking.expires_at <= clock.now():
        raise Conflict(_("The time to pay ran out."), code="not_payable")
    await verify_hold(res, booking)
    return _Owed(owed, [(leg.origin.code, leg.destination.code) for leg in booking.legs])


async def _change(res: Resources, booking: Booking, asked: list[Payment]) -> _Owed:
    """Return what a change waits for, and the way of the whole booking as it will be."""
    change, owed = await changes.payable(res, booking)
    if owed.status is not PaymentStatus.OPEN or owed.id != asked[0].id:
        words = _("No change of this booking is waiting for a payment.")
        raise Conflict(words, code="not_payable")
    async with res.db.acquire() as conn:
        way = await store.ways(conn, [leg.sailing_id for leg in change.content.legs])
    return _Owed(owed, way)


async def _take(res: Resources, mandate: Mandate, booking: Booking, owed: _Owed) -> Use:
    use_id, payment = uuid7(), owed.payment
    async with res.db.transaction() as conn:
        locked = await store.lock(conn, mandate.id)
        used = await store.used(conn, mandate.id, booking.id)
        price = Money(payment.amount_minor, payment.currency)
        why = rules.uncovered(locked, used, price, owed.way, clock.now())
        if why is not None:
            raise granting.covers_nothing(why)
        if not await store.add_use(conn, use_id, mandate.id, booking.id, payment.id):
            raise _tried()
        return await store.use(conn, use_id)


async def follow(res: Resources, use: Use) -> Use:
    """Have the card charged for a use, or learn what came of it; return it ended.

    Raise Unavailable while nobody can tell.
    """
    mandate = await granting.opened(res, use.mandate_id)
    assert mandate.card is not None  # a constraint of the table
    charge = CardCharge(
        id=use.id,
        payment_id=use.payment_id,
        card=mandate.card,
        description=use.reference,
        reference=use.reference,
    )
    age = clock.now() - use.created_at
    owed = await payments.payment(res, use.payment_id)
    if owed.status is PaymentStatus.OPEN and age < _REPEATED_FOR:
        if mandate.standing(clock.now()) is not MandateStatus.ACTIVE:
            # Then the repetition tells what came of the first try, and is none itself.
            await saved_cards.give_up(res, mandate.card.method_id)
        refusal = await saved_cards.charge(res, charge)
    else:
        is_young = age.total_seconds() < SETTLED_AFTER_SECONDS
        refusal = await saved_cards.find_charge(res, charge, may_be_on_its_way=is_young)
    return await _end(res, use.id, refusal)


async def _end(res: Resources, use_id: UUID, refusal: str | None) -> Use:
    event = UseEvent.SPEND if refusal is None else UseEvent.GIVE_BACK
    async with res.db.transaction() as conn:
        ended = await store.end_use(conn, use_id, event, refusal)
        use = await store.use(conn, use_id)
        if ended:
            mandate = await store.lock(conn, use.mandate_id)
            used = await store.used(conn, mandate.id)
            left, _bookings = rules.left(mandate, used, clock.now())
            kind = mails.USED if refusal is None else mails.REFUSED
            await mails.write(conn, res, mandate, kind, use, left)
    return use


def _tried() -> Conflict:
    words = _("This payment was tried before. A person can pay at the payment link.")
    return Conflict(words, code="mandate_tried")
