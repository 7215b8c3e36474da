"""What is said when the way to the payment page is closed for a moment."""

from datetime import datetime

from aiohttp import web

from maritime_app import i18n
from maritime_app.bookings.model import Booking
from maritime_app.errors import Unavailable
from maritime_app.formatting import place_time
from maritime_app.i18n import translate as _


def not_opened(
    request: web.Request, away: Unavailable, booking: Booking, held_until: datetime
) -> Unavailable:
    """Return the refusal of a payment page, with what becomes of the places, and the way to try
    again.
    """
    words = _("Your places are held until %(until)s: please try again.")
    held = words % {"until": place_time(held_until, booking.legs[0].origin)}
    return Unavailable(
        f"{i18n.translate(away.message)} {held}",
        retry_after_seconds=away.retry_after_seconds,
        code=away.code,
        again_url=request.path_qs,
    )
