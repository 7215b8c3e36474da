"""The feed of our own sailings in the coming weeks."""

import asyncio
from datetime import timedelta
from typing import Final

import msgspec

from maritime_app import clock, port_names
from maritime_app.brand import NAME
from maritime_app.errors import NotFound
from maritime_app.ferries.check_in.changing import change_minutes
from maritime_app.ferries.timetables.export import codec, store
from maritime_app.ferries.timetables.export.model import (
    ExportedChange,
    ExportedSailing,
    ExportedStop,
)
from maritime_app.i18n import translate as _
from maritime_app.ports import service as ports
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
    await ports.learn_script_names(res)
    changes = [
        ExportedChange(port, operator, least) for (operator, port), least in minutes.of.items()
    ]
    named = [_named(each) for each in sailings]
    tables = codec.tables(named, NAME, res.settings.public_url, changes)
    return await asyncio.to_thread(codec.packed, tables)


def _named(sailing: ExportedSailing) -> ExportedSailing:
    """Return the sailing with what its harbours are called in other scripts."""
    return msgspec.structs.replace(
        sailing, origin=_in_scripts(sailing.origin), destination=_in_scripts(sailing.destination)
    )


def _in_scripts(stop: ExportedStop) -> ExportedStop:
    return msgspec.structs.replace(stop, names=port_names.names_by_language(stop.code))
