"""Book, show, pay.

All legs are held or none; prices are our own; nothing waits for Stripe inside a transaction.
"""

from uuid import UUID

from maritime_app import clock, ids, signing
from maritime_app.bookings import store
from maritime_app.bookings.holds import batch, held_booking, operator_legs
from maritime_app.bookings.model import Booking, BookingAnswer, BookingAsk, Proof, RefundAnswer
from maritime_app.bookings.pricing.quotes import Quote, quote
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries import service as ferries
from maritime_app.ferries.model import Price, SailingFacts
from maritime_app.ferries.search import service as search
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import Checkout, Payment
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

LINK = "booking"
_PAYABLE = ("held",)
_TICKETED = ("confirmed",)


async def price(res: Resources, ask: BookingAsk) -> Quote:
    """The booking at its price now.

    Raises Invalid, Conflict or NotFound in words for the traveller.
    """
    if any(operator_legs.is_remote(leg.sailing_id) for leg in ask.legs):
        return await operator_legs.price(res, ask)
    return quote(ask, await _own_sailings(res, ask))


async def book(res: Resources, ask: BookingAsk) -> BookingAnswer:
    """Hold every leg and say how to pay.

    Raises Conflict when something is sold out or the price has changed.
    """
    _check_limits(res, ask)
    reference = ids.reference()
    if any(operator_legs.is_remote(leg.sailing_id) for leg in ask.legs):
        priced = await operator_legs.hold(res, ask, reference)
    else:
        priced = quote(ask, await _own_sailings(res, ask))
    row = batch.row(res, ask, priced, reference)
    try:
        held_at = await batch.of(res).hold(batch.HoldRequest(row, priced))
    except Conflict:
        await operator_legs.let_go(res, priced, reference)
        raise
    return _answer(res, held_booking.booking(row, priced, held_at), ())


async def by_reference(res: Resources, reference: str, proof: Proof) -> Booking:
    """The booking, for whoever proves to know it.

    Raises NotFound with the same words for unknown and unproved.
    """
    text = reference.strip().upper()
    async with res.db.acquire() as conn:
        booking = (
            await store.booking_by_reference(conn, text)
            if len(text) == ids.REFERENCE_LENGTH
            else None
        )
    if booking is None or not _proved(res, booking, proof):
        raise NotFound(_("There is no booking with that reference and surname."), code="booking")
    if booking.erased_at is not None:
        raise NotFound(
            _("This journey is long over and who made it has been erased, as promised."),
            code="erased",
        )
    return booking


async def by_id(res: Resources, booking_id: UUID) -> Booking:
    """The booking. Raises NotFound."""
    async with res.db.acquire() as conn:
        booking = await store.booking(conn, booking_id)
    if booking is None:
        raise NotFound(_("There is no such booking."))
    return booking


async def answer(res: Resources, booking: Booking) -> BookingAnswer:
    """What the holder of the proof may see."""
    async with res.db.acquire() as conn:
        paid = await payments.payments_of(conn, "bookings", booking.id)
        owed = await refunds.refunds_of(conn, paid)
    shown = tuple(RefundAnswer(Price(r.amount_minor, r.currency), r.status) for r in owed)
    return _answer(res, booking, shown)


async def pay_url(res: Resources, booking: Booking) -> str:
    """Stripe's page for this booking, after looking once more whether the places are really there."""
    if booking.status not in _PAYABLE:
        raise Conflict(_("This booking is not waiting for a payment."), code="not_payable")
    await check_availability(res, booking)
    async with res.db.acquire() as conn:
        owed = _open(await payments.payments_of(conn, "bookings", booking.id))
    token = token_of(res, booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    first = booking.legs[0]
    checkout = Checkout(
        description=f"{first.origin.name} - {first.destination.name}, {booking.reference}",
        reference=booking.reference,
        email=booking.email,
        success_url=f"{base}/return?token={token}",
        cancel_url=f"{base}?token={token}",
    )
    return await payments.checkout_url(res, owed.id, checkout)


async def check_availability(res: Resources, booking: Booking) -> None:
    """Before money is asked for: own places are held, a remote operator is asked.

    Raises Conflict or Unavailable.
    """
    own = [leg for leg in booking.legs if leg.operator.kind == "house"]
    facts = await ferries.facts(res, [UUID(leg.sailing_id) for leg in own])
    if any(sailing.status != "scheduled" for sailing in facts.values()):
        raise Conflict(_("This sailing was cancelled by its operator."), code="sailing_cancelled")
    await operator_legs.still_held(res, booking)


async def ask_for_check(res: Resources, booking: Booking) -> None:
    """The customer is back and we have heard nothing: ask Stripe, once a minute at most."""
    async with res.db.transaction() as conn:
        for owed in await payments.payments_of(conn, "bookings", booking.id):
            if owed.status == "open" and owed.session_id:
                await enqueue(
                    conn,
                    "payments.verify_payment_status",
                    {"payment_id": str(owed.id)},
                    subject=("bookings", str(booking.id)),
                    unique_key=f"verify:{owed.id}:{int(clock.now().timestamp() // 60)}",
                )


def token_of(res: Resources, reference: str) -> str:
    """The proof that stands in the links of our mails."""
    return signing.sign(res.settings, LINK, reference)


async def payments_of(conn: Conn, booking: Booking) -> list[Payment]:
    """Every payment of a booking."""
    return await payments.payments_of(conn, "bookings", booking.id)


def _check_limits(res: Resources, ask: BookingAsk) -> None:
    limits = res.settings.bookings
    if len(ask.passengers) > limits.max_passengers:
        raise Invalid(
            _("Please book larger groups by telephone."), {"passengers": _("Too many passengers.")}
        )
    if len(ask.vehicles) > limits.max_vehicles:
        raise Invalid(_("That is too many vehicles."), {"vehicles": _("Too many vehicles.")})
    if len(ask.legs) > limits.max_legs:
        raise Invalid(_("That is too many legs."), {"legs": _("Too many legs.")})


async def _own_sailings(res: Resources, ask: BookingAsk) -> list[SailingFacts]:
    wanted = [search.sailing_uuid(leg.sailing_id) for leg in ask.legs]
    if None in wanted:
        raise NotFound(_("There is no such sailing."), code="sailing")
    known = await ferries.facts(res, [sailing for sailing in wanted if sailing is not None])
    return [known[sailing] for sailing in wanted if sailing is not None]


def _answer(
    res: Resources, booking: Booking, given_back: tuple[RefundAnswer, ...]
) -> BookingAnswer:
    token = token_of(res, booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    fee = booking.cancel_fee_minor
    return BookingAnswer(
        reference=booking.reference,
        status=booking.status,
        created_at=booking.created_at,
        expires_at=booking.expires_at,
        total=Price(booking.total_minor, booking.currency),
        checkout_url=f"{base}/pay?token={token}" if booking.status in _PAYABLE else None,
        booking_url=f"{base}?token={token}",
        ticket_url=f"{base}/ticket?token={token}" if booking.status in _TICKETED else None,
        token=token,
        legs=booking.legs,
        passengers=booking.passengers,
        vehicles=booking.vehicles,
        items=booking.items,
        refunds=given_back,
        cancel_fee=Price(fee, booking.currency) if fee is not None else None,
    )


def _open(found: list[Payment]) -> Payment:
    for owed in found:
        if owed.status == "open":
            return owed
    raise Conflict(_("There is nothing to pay any more."), code="not_payable")


def _proved(res: Resources, booking: Booking, proof: Proof) -> bool:
    if proof.token:
        return signing.verify(res.settings, LINK, booking.reference, proof.token)
    wanted = _folded(proof.surname)
    return bool(wanted) and any(
        _folded(person.family_name) == wanted for person in booking.passengers
    )


def _folded(name: str) -> str:
    """Letters only, case folded: "O'Neill" and "oneill" are the same person at a counter."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
