"""What the timetables kept here say."""

from maritime_app import clock
from maritime_app.ferries.timetables import store
from maritime_app.ferries.timetables.store import Departure
from maritime_app.resources import Resources


async def departures(res: Resources, port_code: str, limit: int = 20) -> list[Departure]:
    """Return the next departures of a port; remote operators keep their own timetables."""
    async with res.db.acquire() as conn:
        return await store.departures(conn, port_code, clock.now(), limit)
