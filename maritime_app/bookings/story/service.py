"""Read how a booking stands and tell its story."""

from collections.abc import Sequence

from maritime_app import clock
from maritime_app.bookings.model import Booking
from maritime_app.bookings.story.model import Story
from maritime_app.bookings.story.standing import Standing
from maritime_app.bookings.story.words import tell
from maritime_app.infra.db import Conn
from maritime_app.payments import service as payments
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources


async def standing(
    conn: Conn, res: Resources, booking: Booking, *, at_payment: bool = False
) -> Standing:
    """Return what the story of a booking is told from, as of now."""
    (found,) = await standings(conn, res, [booking], at_payment=at_payment)
    return found


async def standings(
    conn: Conn, res: Resources, bookings: Sequence[Booking], *, at_payment: bool = False
) -> list[Standing]:
    """Return what the stories of bookings are told from, in their order."""
    paid = await payments.payments_of(conn, "bookings", *(booking.id for booking in bookings))
    back = await refunds.refunds_of(conn, paid)
    disputed = await disputes.disputes_of(conn, paid)
    now = clock.now()
    found = []
    for booking in bookings:
        of_booking = [payment for payment in paid if payment.subject_id == booking.id]
        ids = {payment.id for payment in of_booking}
        found.append(
            Standing(
                booking=booking,
                payments=of_booking,
                refunds=[one for one in back if one.payment_id in ids],
                disputes=[one for one in disputed if one.payment_id in ids],
                now=now,
                silent_after_seconds=res.settings.bookings.operator_silent_minutes * 60,
                at_payment=at_payment,
            )
        )
    return found


async def story(conn: Conn, res: Resources, booking: Booking, *, at_payment: bool = False) -> Story:
    """Return what is said of a booking now, in the language of this task."""
    return tell(await standing(conn, res, booking, at_payment=at_payment))
