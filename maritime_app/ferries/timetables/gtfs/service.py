"""Import a GTFS feed: operators, stops, routes, and the sailings of the coming days.

Listed, not sold.
"""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from asyncpg import Record

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs import store
from maritime_app.ferries.timetables.gtfs.calendar import shifted
from maritime_app.ferries.timetables.gtfs.codec import read_feed
from maritime_app.ferries.timetables.gtfs.departures import Timetable, timetable
from maritime_app.ferries.timetables.gtfs.model import Feed, ImportReport, Run
from maritime_app.ferries.timetables.gtfs.store import Ends
from maritime_app.ferries.timetables.gtfs.tables import Tables
from maritime_app.infra import log
from maritime_app.infra.db import Conn
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.ports.service import port_ids, seed_ports
from maritime_app.resources import Resources

logger = log.get(__name__)
Progress = Callable[[int, int], None]
_FEED_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
_MAX_DAYS = 120
_COPY_ROWS = 4_000


async def import_gtfs(
    res: Resources,
    path: Path,
    *,
    feed: str,
    shift_to: date | None = None,
    days: int = 14,
    progress: Progress | None = None,
) -> ImportReport:
    """Read the zip and write what it says for `days` service days from today (or from `shift_to`).

    `shift_to` moves calendars that ended before that day by whole weeks, so that they run from it.
    The same file
    again changes nothing; an edition without a sailing that an earlier one had takes it out. Every
    row of every
    file is kept or counted under a reason. `progress` gets (days written, days in all). Raises
    Invalid.
    """
    if not _FEED_NAME.match(feed):
        raise Invalid("A feed's name has small letters, digits and hyphens.", {"feed": feed})
    if not 0 < days <= _MAX_DAYS:
        raise Invalid(f"Between 1 and {_MAX_DAYS} days can be written.", {"days": str(days)})
    first = shift_to or clock.now().date()
    found = await asyncio.to_thread(_read, path)
    wanted = [first + timedelta(days=number) for number in range(days)]
    plan = await asyncio.to_thread(_plan, found, feed, wanted, shift_to)
    done = _account(found, plan)
    async with res.db.transaction() as conn:
        await store.lock(conn, feed)
        routes = await _write_network(conn, feed, found, done)
        await _write_sailings(conn, feed, plan, routes, wanted, done, progress)
    logger.info(
        "gtfs_imported",
        feed=feed,
        stored=done.stored,
        unchanged=done.unchanged,
        removed=done.removed,
    )
    return done


def _read(path: Path) -> Feed:
    tables = Tables(path)
    try:
        return read_feed(tables)
    finally:
        tables.close()


def _plan(feed: Feed, name: str, days: list[date], shift_to: date | None) -> Timetable:
    services = feed.services
    if shift_to:
        services = {code: shifted(service, shift_to) for code, service in services.items()}
    return timetable(feed, services, name, days)


def _account(feed: Feed, plan: Timetable) -> ImportReport:
    left_out: dict[str, int] = {}
    for name, count in sorted(feed.account.items()):
        for reason, rows in sorted(count.left_out.items()):
            left_out[f"{name}: {reason}"] = rows
    return ImportReport(
        rows=sum(count.rows for count in feed.account.values()),
        kept=sum(count.kept for count in feed.account.values()),
        departures=plan.departures,
        sailings=len(plan.runs),
        repeated_departures=plan.repeated,
        left_out=left_out,
        notes=_notes(feed, plan),
    )


def _notes(feed: Feed, plan: Timetable) -> list[str]:
    """What somebody who wonders about the counts should know."""
    notes = []
    if idle := len(feed.trips) - plan.trips:
        last = max(max([service.last, *service.added]) for service in feed.services.values())
        notes.append(f"{idle} trips run on none of these days; the calendars end on {last}")
    if plan.repeated:
        notes.append(
            f"{plan.repeated} departures past midnight are the next day's and were written once"
        )
    return notes


async def _write_network(
    conn: Conn, name: str, feed: Feed, done: ImportReport
) -> dict[tuple[str, str, str], Ends]:
    """Operators, stops and routes; the ids that a sailing of a line between two stops needs."""
    stored = await store.upsert_agencies(conn, name, list(feed.agencies.values()))
    ports = [_port(feed, name, stop) for stop in feed.stops]
    stored += await seed_ports(conn, ports)
    ids = await port_ids(conn, [port.code for port in ports])
    at = {stop: ids[_code(name, stop)] for stop in feed.stops}
    routes: dict[tuple[str, str, str], Ends] = {}
    rows: list[tuple[UUID, UUID, str, str, UUID, UUID]] = []
    for line, origin, destination in sorted(_connections(feed)):
        operator = store.agency_id(name, feed.lines[line].agency_id)
        route = store.route_id(name, line, origin, destination)
        routes[line, origin, destination] = (route, operator, at[origin], at[destination])
        code = f"{line}|{origin}>{destination}"
        rows.append((route, operator, code, feed.lines[line].name, at[origin], at[destination]))
    stored += await store.upsert_routes(conn, name, rows)
    done.stored += stored
    done.unchanged += len(feed.agencies) + 2 * len(ports) + len(rows) - stored
    return routes


async def _write_sailings(
    conn: Conn,
    name: str,
    plan: Timetable,
    routes: dict[tuple[str, str, str], Ends],
    wanted: list[date],
    done: ImportReport,
    progress: Progress | None,
) -> None:
    """One UTC day after the other: compare with what is there, take out what is gone, append what
    is new.
    """
    by_day: dict[date, list[Run]] = defaultdict(list)
    for run in plan.runs:
        by_day[run.departs_at.date()].append(run)
    covered = {f"{day:%Y%m%d}" for day in wanted}
    # A service day reaches into the UTC days around it, and an older edition may have run past
    # midnight.
    reach = [wanted[0] + timedelta(days=number) for number in range(-1, len(wanted) + 2)]
    days = sorted({*by_day, *reach})
    for number, day in enumerate(days, start=1):
        midnight = datetime.combine(day, time(), UTC)
        known = await store.known_sailings(conn, name, midnight, midnight + timedelta(days=1))
        told = {run.id: run for run in by_day.get(day, ())}
        same, gone, changed = _compare(known, told, covered)
        await store.remove_sailings(conn, [*gone, *changed])
        fresh = [run for run in told.values() if run.id not in same]
        for start in range(0, len(fresh), _COPY_ROWS):
            batch = fresh[start : start + _COPY_ROWS]
            ends = [routes[run.line_id, run.origin, run.destination] for run in batch]
            await store.copy_sailings(conn, name, zip(batch, ends, strict=True))
        done.stored += len(fresh)
        done.unchanged += len(same)
        done.removed += len(gone)
        if progress:
            progress(number, len(days))


def _compare(
    known: Iterable[Record], told: Mapping[UUID, Run], covered: set[str]
) -> tuple[set[UUID], set[UUID], set[UUID]]:
    """Of what is there: what stays as it is, what the feed does not have any more, what it has
    otherwise.
    """
    same, gone, changed = set[UUID](), set[UUID](), set[UUID]()
    for row in known:
        run = told.get(row["id"])
        if run is None:
            gone |= {row["id"]} if row["service_day"] in covered else set()
        elif _times(run) == (
            row["departs_at"],
            row["arrives_at"],
            row["headway_seconds"],
            row["cars_allowed"],
        ):
            same.add(row["id"])
        else:
            changed.add(row["id"])
    return same, gone, changed


def _times(run: Run) -> tuple[datetime, datetime, int | None, bool | None]:
    return run.departs_at, run.arrives_at, run.headway_seconds, run.cars_allowed


def _connections(feed: Feed) -> set[tuple[str, str, str]]:
    return {
        (trip.line_id, trip.calls[a].stop_id, trip.calls[b].stop_id)
        for trip in feed.trips
        for a, b in trip.crossings
    }


def _port(feed: Feed, name: str, stop_id: str) -> NewPort:
    stop = feed.stops[stop_id]
    return NewPort(
        code=_code(name, stop_id),
        name=stop.name,
        lat=stop.lat,
        lon=stop.lon,
        timezone=stop.timezone or _usual_zone(feed),
        kind=PortKind.STOP,
        source=f"gtfs:{name}",
        aliases=((f"gtfs:{name}", stop_id),),
    )


def _usual_zone(feed: Feed) -> str:
    return Counter(agency.timezone for agency in feed.agencies.values()).most_common(1)[0][0]


def _code(name: str, stop_id: str) -> str:
    # A port's code is one part of an address.
    return f"{name}:{stop_id.replace('/', '_')}"
