"""Devices in PostgreSQL."""

from uuid import UUID

from maritime_app.bookings.devices.model import CodesLately, Device
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_devices")


async def add(conn: Conn, made: Device, booking_id: UUID, seconds: int) -> None:
    """Add a device that has the booking open for so long at most."""
    await SQL.add_device.execute(
        conn, made.secret_hash, booking_id, made.is_trusted, made.is_staff, seconds
    )


async def keep_newest(conn: Conn, booking_id: UUID, most: int, newest: bytes) -> None:
    """End what is more than so many devices of a booking, those seen long ago first."""
    await SQL.keep_newest_devices.execute(conn, booking_id, most, newest)


async def device(conn: Conn, secret_hash: bytes, reference: str, idle_days: int) -> Device | None:
    """Return the device if that booking is open in it."""
    return await SQL.device_of.fetch_optional(conn, Device, secret_hash, reference, idle_days)


async def see(conn: Conn, secret_hash: bytes) -> None:
    """Write down that it was seen now."""
    await SQL.see_device.execute(conn, secret_hash)


async def trust(conn: Conn, secret_hash: bytes) -> None:
    """Make it a trusted one; its code is used up."""
    await SQL.trust_device.execute(conn, secret_hash)


async def count(conn: Conn, booking_id: UUID, idle_days: int) -> int:
    """Return in how many devices the booking is open."""
    return await SQL.count_devices.fetch_one(conn, int, booking_id, idle_days)


async def end(conn: Conn, secret_hash: bytes) -> None:
    """End one device."""
    await SQL.end_device.execute(conn, secret_hash)


async def end_others(conn: Conn, booking_id: UUID, secret_hash: bytes) -> None:
    """End every device of the booking but this one, and every link that was written so far."""
    await SQL.end_other_devices.execute(conn, booking_id, secret_hash)
    await SQL.end_links.execute(conn, booking_id)


async def codes_lately(conn: Conn, booking_id: UUID) -> CodesLately:
    """Return what was sent for the booking lately."""
    return await SQL.codes_lately.fetch_one(conn, CodesLately, booking_id)


async def set_code(conn: Conn, secret_hash: bytes, code_hash: str, seconds: int) -> None:
    """Give the device a code; one that it had is worth nothing."""
    await SQL.set_code.execute(conn, secret_hash, code_hash, seconds)


async def try_code(conn: Conn, secret_hash: bytes, most: int) -> str | None:
    """Count a try and return the code's hash; None when there is none, or too many were tried."""
    return await SQL.try_code.fetch_optional(conn, str, secret_hash, most)
