"""What gtfs-kit reads of a feed, against what we show of it; runs where gtfs-kit is installed.

gtfs-kit tells which trips run on a day. When they call is worked out here by the specification
(gtfs.org, "GTFS Schedule Reference"): noon minus twelve hours, blank times in equal parts,
frequencies without their end, boarding and leaving by pickup_type and drop_off_type.
"""

import datetime as dt
import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import gtfs_kit

_WATER = {4, 1200, *range(1000, 1022)}  # route_type
_NONE = 1  # pickup_type, drop_off_type
_BEFORE = 14  # a voyage that began so many days before may call in the window


@dataclass
class Call:
    """A call of a trip, in seconds of its service day."""

    stop: str
    arrives: int | None
    departs: int | None
    pickup: int
    drop_off: int


def main(path: str, said_path: str) -> int:
    """Print how both agree; return whether they differ."""
    warnings.filterwarnings("ignore")
    feed = gtfs_kit.read_feed(path, dist_units="km")
    said = json.loads(Path(said_path).read_bytes())
    departures, boats = _theirs(feed, said)
    ours = {tuple(each) for each in said["departures"]}
    found = {tuple(each) for each in said["boats"]}
    pairs, searchable = {each[:2] for each in boats}, {each[:2] for each in found}
    print(
        f"{Path(path).name}, {said['days']} days from {said['first']}"
        f" (moved {said['weeks']} weeks): departures {len(departures):,}, ours {len(ours):,},"
        f" missing {len(departures - ours)}, too many {len(ours - departures)};"
        f" boats of pairs {len(boats):,}, ours {len(found):,}, missing {len(boats - found)},"
        f" too many {len(found - boats)}; pairs {len(pairs)}, not searchable"
        f" {len(pairs - searchable)}; written twice {len(said['departures']) - len(ours)}",
        flush=True,
    )
    wrong = {
        "missing departure": departures - ours,
        "departure too many": ours - departures,
        "missing boat": boats - found,
        "boat too many": found - boats,
    }
    for what, which in wrong.items():
        for each in sorted(which)[:3]:
            print(f"  {what}: {each}", flush=True)
    return int(any(wrong.values()))


def _theirs(feed: Any, said: dict[str, Any]) -> tuple[set[tuple], set[tuple]]:
    """Return every departure in the window, and every boat from it to a later stop."""
    first = dt.date.fromisoformat(said["first"])
    zones = _zones(feed)
    calls, starts = _calls(feed), _starts(feed)
    spans = {
        code: tuple(
            dt.datetime.combine(
                first + dt.timedelta(days=days), dt.time(), ZoneInfo(zone)
            ).timestamp()
            for days in (0, said["days"])
        )
        for code, zone in said["stops"].values()
    }
    departures, boats = set(), set()
    for days in range(-_BEFORE, said["days"] + 2):
        day = first + dt.timedelta(days=days)
        running = feed.get_trips(date=f"{day - dt.timedelta(weeks=said['weeks']):%Y%m%d}")
        for trip in running[running.route_id.isin(zones)].to_dict("records"):
            line = [call for call in calls.get(trip["trip_id"], ()) if call.departs is not None]
            if len(line) < 2:
                continue
            midnight = _midnight(day, zones[trip["route_id"]])
            for start in starts.get(trip["trip_id"], [line[0].departs]):
                shift = midnight + start - line[0].departs
                for here, leaves, reached in _rides(line, shift, said["stops"]):
                    if spans[here][0] <= leaves < spans[here][1]:
                        departures.add((here, trip["trip_id"], leaves))
                        boats |= {(here, to, trip["trip_id"], leaves, at) for to, at in reached}
    return departures, boats


def _rides(
    line: list[Call], shift: int, stops: dict[str, list[str]]
) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    """Yield where one may board, when, and where the boat may be left first at each port."""
    for place, call in enumerate(line):
        later = [each for each in line[place + 1 :] if each.drop_off != _NONE]
        if call.pickup == _NONE or call.stop not in stops or not later:
            continue
        here = stops[call.stop][0]
        reached: dict[str, int] = {}
        for each in later:
            if each.stop in stops and stops[each.stop][0] != here:
                reached.setdefault(stops[each.stop][0], shift + each.arrives)
        yield here, shift + call.departs, list(reached.items())


def _zones(feed: Any) -> dict[str, str]:
    """Return the time zone of each line by water."""
    agencies = {
        str(each.get("agency_id", "")): each["agency_timezone"]
        for each in feed.agency.to_dict("records")
    }
    only = next(iter(agencies.values()))
    routes = feed.routes[feed.routes.route_type.astype(int).isin(_WATER)]
    return {
        each["route_id"]: agencies.get(str(each.get("agency_id", "")), only)
        for each in routes.to_dict("records")
    }


def _calls(feed: Any) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {}
    rows = feed.stop_times.sort_values(["trip_id", "stop_sequence"]).to_dict("records")
    for row in rows:
        arrives, departs = _seconds(row["arrival_time"]), _seconds(row["departure_time"])
        call = Call(
            row["stop_id"],
            departs if arrives is None else arrives,
            arrives if departs is None else departs,
            _number(row.get("pickup_type")),
            _number(row.get("drop_off_type")),
        )
        found.setdefault(row["trip_id"], []).append(call)
    for line in found.values():
        _fill(line)
    return found


def _fill(line: list[Call]) -> None:
    """Give calls without a time one in equal parts between those that have one."""
    known = [place for place, call in enumerate(line) if call.departs is not None]
    for before, after in pairwise(known):
        leaves, comes = line[before].departs, line[after].arrives
        for place in range(before + 1, after):
            at = leaves + (comes - leaves) * (place - before) // (after - before)
            line[place].arrives = line[place].departs = at


def _starts(feed: Any) -> dict[str, list[int]]:
    """Return when trips that run by frequency begin; a row that cannot hold has none."""
    found: dict[str, set[int]] = {}
    if feed.frequencies is None:
        return {}
    for row in feed.frequencies.to_dict("records"):
        begins, ends = _seconds(row["start_time"]), _seconds(row["end_time"])
        found.setdefault(row["trip_id"], set()).update(
            range(begins, ends, int(row["headway_secs"]))
        )
    return {trip: sorted(times) for trip, times in found.items()}


def _midnight(day: dt.date, zone: str) -> int:
    noon = dt.datetime.combine(day, dt.time(12), ZoneInfo(zone))
    return int(noon.timestamp()) - 12 * 3600


def _seconds(text: object) -> int | None:
    try:
        hours, minutes, seconds = str(text).split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    except ValueError:
        return None


def _number(value: object) -> int:
    try:
        return int(float(str(value)))
    except ValueError:
        return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
