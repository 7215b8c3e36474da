"""`python -m bench.gtfs_kit`: write down what we show, and have it compared."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bench.stopping import until_stopped
from maritime_app import clock
from maritime_app.cli.processes import servers
from maritime_app.ferries.demo.seed import seed_demo
from maritime_app.ferries.places import stop_codes, store as places
from maritime_app.ferries.search.store import SQL as SEARCH, SailingRow
from maritime_app.ferries.timetables import store as boards
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.export import service as export
from maritime_app.ferries.timetables.gtfs import codec
from maritime_app.ferries.timetables.gtfs.model import Feed
from maritime_app.ferries.timetables.told import cancelled_until
from maritime_app.infra.db import Conn
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs.outbox import OUTBOX
from maritime_app.resources import Resources, open_resources
from maritime_app.settings import file as settings

_DAYS = 12
_ALL = 1_000_000
_PAIRS_AT_ONCE = 50
_THEIRS = Path(__file__).with_name("theirs.py")


async def main() -> int:
    """Compare the feeds that are named, and our own where it is asked for; how many differ."""
    parser = argparse.ArgumentParser(prog="python -m bench.gtfs_kit", description=__doc__)
    parser.add_argument("feeds", nargs="*", type=Path)
    parser.add_argument("--kit", required=True, help="a Python that has gtfs-kit")
    parser.add_argument("--own", action="store_true", help="our own feed of the demo world, too")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gtfs-kit-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"VAR_DIR": folder, "PORT": str(free_port()), "MARITIME_LOG_LEVEL": "ERROR"}
        async with servers.with_servers(servers.with_secret(settings.load()), join=True) as served:
            await servers.with_schema(served, apply=True)
            async with open_resources(served, [OUTBOX]) as res:
                said = Path(folder) / "said.json"
                differing = 0
                for number, path in enumerate(wanted.feeds):
                    said.write_text(json.dumps(await _shown(res, path, f"kit-{number}")))
                    differing += await _compare(wanted.kit, path, said)
                if wanted.own:
                    own = Path(folder) / "own.zip"
                    said.write_text(json.dumps(await _sold(res, own)))
                    differing += await _compare(wanted.kit, own, said)
    return differing


async def _compare(kit: str, path: Path, said: Path) -> int:
    command = [kit, str(_THEIRS), str(path), str(said)]
    done = await asyncio.to_thread(subprocess.run, command, check=False)
    return int(done.returncode != 0)


async def _shown(res: Resources, path: Path, name: str) -> dict[str, Any]:
    """Import a feed; return its departures at every stop and its boats between any two."""
    feed, _notes = codec.read(path)
    first = feed.first_day + (feed.last_day - feed.first_day) // 2
    shift_to = None
    if feed.last_day < clock.now().date():
        weeks = (clock.now().date() + timedelta(days=10) - first).days // 7
        shift_to = feed.first_day + timedelta(weeks=weeks)
    await editions.import_file(res, path, editions.Wish(name, shift_to, 14, True))
    (edition,) = [edition for each, edition in await editions.feeds(res) if each.name == name]
    first += timedelta(weeks=edition.moved_weeks)
    async with res.db.acquire() as conn:
        stops = await _stops(conn, name, feed)
        return {
            "weeks": edition.moved_weeks,
            "first": first.isoformat(),
            "days": _DAYS,
            "stops": stops,
            "departures": await _departures(conn, name, stops, first),
            "boats": await _boats(conn, name, _pairs(feed, stops), first),
        }


async def _stops(conn: Conn, name: str, feed: Feed) -> dict[str, tuple[str, str]]:
    """Return code and time zone of the port that each stop has become; those that are one."""
    found = {}
    for stop in feed.stops:
        place = await places.place_by_code(conn, stop_codes.code(name, stop))
        if place:
            found[stop] = (place.code, place.timezone)
    return found


async def _departures(
    conn: Conn, name: str, stops: dict[str, tuple[str, str]], first: date
) -> list[tuple[str, str, int]]:
    found = []
    for code, zone in sorted({*stops.values()}):
        begins, ends = (
            datetime.combine(first + timedelta(days=days), time(), clock.zone(zone))
            for days in (0, _DAYS)
        )
        lines, _total = await boards.calls_at(conn, code, begins, ends, arrivals=False, limit=_ALL)
        found += [
            (code, line.listing.trip, int(line.at.timestamp()))
            for line in lines
            if line.listing and line.listing.feed == name
        ]
    return found


def _pairs(feed: Feed, stops: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """Return any two ports that a trip calls at one after the other."""
    pairs = set()
    for trip in feed.trips:
        codes = [stops[call.stop_id][0] for call in trip.calls if call.stop_id in stops]
        pairs |= {(here, there) for n, here in enumerate(codes) for there in codes[n + 1 :]}
    return sorted(pair for pair in pairs if pair[0] != pair[1])


async def _boats(
    conn: Conn, name: str, pairs: Sequence[tuple[str, str]], first: date
) -> list[tuple[str, str, str, int, int]]:
    """Return what the search finds, asked as it asks itself."""
    found = set()
    for days in range(0, _DAYS, 2):
        day = first + timedelta(days=days)
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            origins, destinations = zip(*pairs[start : start + _PAIRS_AT_ONCE], strict=True)
            for row in await SEARCH.sailings_of_pairs.fetch_all(
                conn, SailingRow, origins, destinations, day, 2, 0, _ALL
            ):
                if row.listing and row.listing.feed == name:
                    times = int(row.departs_at.timestamp()), int(row.arrives_at.timestamp())
                    found.add((row.from_code, row.to_code, row.listing.trip, *times))
    return sorted(found)


async def _sold(res: Resources, path: Path) -> dict[str, Any]:
    """Write our own feed of the demo world; return what is sold on its days, by our own tables."""
    await seed_demo(res)
    path.write_bytes(await export.feed(res))
    today = datetime.combine(clock.now().date(), time(), UTC)
    first, last = today - timedelta(days=1), today + timedelta(days=export.DAYS + 1)
    async with res.db.acquire() as conn:
        rows = await conn.fetch(
            "select o.code as origin, o.timezone, d.code as destination, s.id, s.departs_at,"
            " s.arrives_at from sailing s join operator op on op.id = s.operator_id"
            " join port o on o.id = s.origin_id join port d on d.id = s.destination_id"
            " where op.kind = 'house' and s.fare_id is not null and s.departs_at >= $1"
            " and s.departs_at < $2 and (s.status <> 'cancelled' or s.departs_at < $3)",
            first,
            last,
            cancelled_until(clock.now()),
        )
        zones = {row["code"]: row["timezone"] for row in await conn.fetch("select * from port")}
    times = [
        (int(row["departs_at"].timestamp()), int(row["arrives_at"].timestamp())) for row in rows
    ]
    return {
        "weeks": 0,
        "first": first.date().isoformat(),
        "days": (last - first).days,
        "stops": {code: (code, zone) for code, zone in zones.items()},
        "departures": [
            (row["origin"], str(row["id"]), leaves)
            for row, (leaves, _) in zip(rows, times, strict=True)
        ],
        "boats": [
            (row["origin"], row["destination"], str(row["id"]), *both)
            for row, both in zip(rows, times, strict=True)
        ],
    }


if __name__ == "__main__":
    sys.exit(until_stopped(lambda: min(asyncio.run(main()), 1)))
