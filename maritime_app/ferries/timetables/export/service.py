"""The feed of our own sailings of these days and the coming weeks."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.check_in.changing import change_minutes
from maritime_app.ferries.timetables.export import codec, store
from maritime_app.ferries.timetables.export.model import (
    ExportedChange,
    ExportedSailing,
    ExportedStop,
)
from maritime_app.ferries.timetables.told import STILL_TOLD, cancelled_until
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.names import port_names
from maritime_app.names.brand import NAME
from maritime_app.ports import service as ports
from maritime_app.resources import Resources

DAYS: Final = 90
_MOST_SAILINGS: Final = 50_000
_LONGEST_VOYAGE: Final = timedelta(days=14)


async def feed(res: Resources, days: int = DAYS) -> bytes:
    """Return a zipped GTFS feed of whole service days: from the one of the first boat that is still
    under way, yesterday at the latest, to so many days from today; raise NotFound without any.

    A day of the feed is UTC's. At any harbour, all of the present local day is in it, and so is
    every trip of the realtime feed: what that one calls cancelled, too, because a reader knows a
    cancelled trip by its timetable only. Sailings that are cancelled for later are left out.
    """
    now = clock.now()
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    async with res.reads.acquire() as conn:
        first_at = await _first_day(conn, now, today)
        sailings = await store.sailings_between(
            conn, first_at, today + timedelta(days=days + 1), cancelled_until(now), _MOST_SAILINGS
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


async def _first_day(conn: Conn, now: datetime, today: datetime) -> datetime:
    """Return the midnight with which the feed begins."""
    yesterday = today - timedelta(days=1)
    first = await store.first_under_way(conn, now - STILL_TOLD, now - _LONGEST_VOYAGE)
    if first is None:
        return yesterday
    return min(yesterday, datetime.combine(first.astimezone(UTC).date(), time(), UTC))


def _named(sailing: ExportedSailing) -> ExportedSailing:
    """Return the sailing with what its harbours are called in other scripts."""
    return msgspec.structs.replace(
        sailing, origin=_in_scripts(sailing.origin), destination=_in_scripts(sailing.destination)
    )


def _in_scripts(stop: ExportedStop) -> ExportedStop:
    return msgspec.structs.replace(stop, names=port_names.names_by_language(stop.code))
