"""A code by mail: it shows that a browser that is new to a booking is the customer's."""

import hmac
import secrets
from datetime import timedelta

from maritime_app import clock, signing
from maritime_app.bookings import store as bookings
from maritime_app.bookings.devices import store
from maritime_app.bookings.devices.model import Device
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.errors import Invalid, TooMany
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_DIGITS, _SECONDS = 6, 15 * 60
_MOST_TRIES = 5
_MOST_A_DAY = 10
_BETWEEN_SECONDS, _A_DAY_SECONDS = 60, 86_400
_PURPOSE = "device_code"  # under which codes are hashed


def is_needed(booking: Booking, device: Device) -> bool:
    """Return whether ending the booking takes a code by mail: nobody loses an unpaid hold."""
    return not device.is_trusted and booking.status is not BookingStatus.HELD


async def send(res: Resources, booking: Booking, device: Device) -> None:
    """Write a code to the customer, good for this device; raise TooMany.

    Whoever holds a link could fill the customer's mailbox: codes are counted per booking.
    """
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, booking.id)
        lately = await store.codes_lately(conn, booking.id)
        if lately.in_a_day >= _MOST_A_DAY:
            raise TooMany(_A_DAY_SECONDS)
        if lately.just_now:
            raise TooMany(_BETWEEN_SECONDS)
        hashed = _code_hash(res, device, code)
        await store.set_code(conn, device.secret_hash, hashed, _SECONDS)
        key, until = f"device_code:{hashed}", clock.now() + timedelta(seconds=_SECONDS)
        await mails.write(
            conn, res, booking, mails.DEVICE_CODE, key=key, code=code, code_until=until
        )


async def confirm(res: Resources, device: Device, code: str) -> None:
    """Take the code of the mail: the device is a trusted one from now on; raise Invalid."""
    async with res.db.transaction() as conn:
        known = await store.try_code(conn, device.secret_hash, _MOST_TRIES)
    given = _code_hash(res, device, "".join(filter(str.isdigit, code)))
    if known is None:
        words = _("This code has expired. Please have another one sent.")
        raise Invalid(words, {"code": words}, code="code_expired")
    if not hmac.compare_digest(known, given):
        words = _("This is not the code of the mail.")
        raise Invalid(words, {"code": words}, code="code_wrong")
    async with res.db.acquire() as conn:
        await store.trust(conn, device.secret_hash)


def _code_hash(res: Resources, device: Device, code: str) -> str:
    """A keyed hash: six digits are tried through in no time by whoever reads a plain one."""
    return signing.sign(res.settings, _PURPOSE, f"{device.secret_hash.hex()}:{code}")
