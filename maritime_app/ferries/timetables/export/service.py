"""The feed of our own sailings in the coming weeks."""

import asyncio
from datetime import timedelta
from typing import Final

from maritime_app import clock
from maritime_app.brand import NAME
from maritime_app.errors import NotFound
from maritime_app.ferries.check_in.changing import change_minutes
from maritime_app.ferries.timetables.export import codec, store
from maritime_app.ferries.timetables.export.model import ExportedChange
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

DAYS: Final = 90
_MOST_SAILINGS: Final = 50_000


async def feed(res: Resources, days: int = DAYS) -> bytes:
    """Return the sailings of the coming days as a zipped GTFS feed; raise NotFound without any."""
    first_at = clock.now()
    async with res.reads.acquire() as conn:
        sailings = await store.sailings_between(
            conn, first_at, first_at + timedelta(days=days), _MOST_SAILINGS
        )
        quays = {(each.operator_code, each.origin.code) for each in sailings}
        minutes = await change_minutes(conn, res.settings, quays)
    if not sailings:
        raise NotFound(_("There are no sailings to come."), code="sailing")
    changes = [
        ExportedChange(port, operator, least) for (operator, port), least in minutes.of.items()
    ]
    tables = codec.tables(sailings, NAME, res.settings.public_url, changes)
    return await asyncio.to_thread(codec.packed, tables)
