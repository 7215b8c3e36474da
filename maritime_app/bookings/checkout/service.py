"""On to the payment page, and back from it."""

from maritime_app import clock
from maritime_app.bookings import store
from maritime_app.bookings.link_tokens import return_token
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.pricing.sources import source_of_leg
from maritime_app.bookings.service import payments_of
from maritime_app.errors import Conflict
from maritime_app.ferries.sailings import sales
from maritime_app.i18n import translate as _
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import Checkout, Payment, PaymentStatus
from maritime_app.resources import Resources


async def payment_page(res: Resources, booking: Booking) -> str:
    """Return the address of Stripe's page, after asking once more whether the places are held.

    Raise Conflict when there is nothing to pay (any more), Unavailable when nobody answers.
    """
    if booking.status is not BookingStatus.HELD:
        words = _("This booking is not waiting for a payment.")
        raise Conflict(words, code="not_payable")
    if booking.expires_at <= clock.now():
        raise Conflict(_("The time to pay ran out."), code="not_payable")
    await verify_hold(res, booking)
    async with res.db.acquire() as conn:
        owed = _open(await payments_of(conn, booking))
    token = return_token(res.settings, booking.reference, booking.links_from, owed.created_at)
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


async def verify_hold(res: Resources, booking: Booking) -> None:
    """Raise Conflict or Unavailable unless every leg is still sold, and held by its seller."""
    close_minutes = res.settings.sailings.sales_close_minutes
    async with res.db.acquire() as conn:
        ended = await store.sale_end(conn, booking.id, close_minutes)
    if ended:
        raise sales.refusal(ended)
    for leg in booking.legs:
        source, key = source_of_leg(res, booking, leg)
        await source.verify(leg, key)


async def ask_for_check(res: Resources, booking: Booking) -> None:
    """Have Stripe asked how the booking's payment stands, once a minute at most."""
    minute = int(clock.now().timestamp() // 60)
    async with res.db.transaction() as conn:
        for owed in await payments_of(conn, booking):
            if owed.status is PaymentStatus.OPEN and owed.session_id:
                await enqueue(
                    conn,
                    "payments.verify_payment_status",
                    {"payment_id": str(owed.id)},
                    subject=("bookings", str(booking.id)),
                    unique_key=f"verify:{owed.id}:{minute}",
                )


def _open(found: list[Payment]) -> Payment:
    for owed in found:
        if owed.status is PaymentStatus.OPEN:
            return owed
    raise Conflict(_("There is nothing to pay any more."), code="not_payable")
