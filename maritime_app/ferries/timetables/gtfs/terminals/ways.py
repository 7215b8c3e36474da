"""The quickest ways through terminals: between two piers, from the street, and back to it."""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.gtfs.model import (
    Location,
    LocationKind,
    Pathway,
    Stop,
    Terminals,
    TerminalWay,
)
from maritime_app.ferries.timetables.gtfs.tables import Tables
from maritime_app.ferries.timetables.gtfs.terminals import network as networks
from maritime_app.ferries.timetables.gtfs.terminals.network import Network
from maritime_app.ferries.timetables.gtfs.terminals.pathways import (
    PATHWAYS,
    levels,
    locations,
    pathways,
)

_MOST_PIERS: Final = 100  # of a station: each has a way to each other one
_DEEPEST: Final = 3  # boarding area, platform, station
STREET: Final = ""


@dataclass(frozen=True, slots=True)
class _Reached:
    """A place, in how many seconds, and by which signs."""

    seconds: float
    signs: tuple[str, ...] = ()


def ways(
    tables: Tables, stops: Mapping[str, Stop], called: Collection[str]
) -> tuple[list[TerminalWay], Terminals]:
    """Return the ways between the piers that boats call at, and between each and the street, and
    the terminals that they are worked out of; none where the file cannot be read, which is noted: a
    timetable holds without them.

    `stops` are those of the timetable, `called` those at which a boat calls.
    """
    if not tables.has(PATHWAYS):
        return [], Terminals()
    try:
        known = locations(tables)
        found = pathways(tables, known)
        made = _ways(tables, stops, called, known, found)
        return made, _terminals(tables, stops, called, known, found)
    except Invalid as refusal:
        tables.notices.note(f"ways through terminals are not used: {refusal.message}")
        return [], Terminals()


def _terminals(
    tables: Tables,
    stops: Mapping[str, Stop],
    called: Collection[str],
    known: Mapping[str, Location],
    found: Iterable[Pathway],
) -> Terminals:
    """Return what belongs to the stations at which boats call and which have pathways; the name and
    the position of a place that is a stop stand there.
    """
    used = {stops[code].place_id for code in called}
    kept = tuple(each for each in found if _station(known, each.from_stop) in used)
    stations = {_station(known, each.from_stop) for each in kept}
    places = {
        code: Location(each.kind, each.parent, each.level) if code in stops else each
        for code, each in known.items()
        if _station(known, code) in stations
    }
    named = {each.level for each in places.values()}
    floors = tuple(each for code, each in levels(tables).items() if code in named)
    return Terminals(places, kept, floors)


def _ways(
    tables: Tables,
    stops: Mapping[str, Stop],
    called: Collection[str],
    known: Mapping[str, Location],
    found: Sequence[Pathway],
) -> list[TerminalWay]:
    passages = networks.network(found, known)
    networks.note_doubts(tables.notices, found, known, passages)
    piers: dict[str, list[str]] = defaultdict(list)
    for code in called:
        if code in passages:
            piers[stops[code].place_id].append(code)
    doors: dict[str, list[str]] = defaultdict(list)
    for code in passages:
        if known[code].kind is LocationKind.ENTRANCE:
            doors[_station(known, code)].append(code)
    made: list[TerminalWay] = []
    for station, each in sorted(piers.items()):
        if len(each) > _MOST_PIERS:
            tables.notices.note(f"a terminal with {len(each)} piers: its ways are not used")
            continue
        made += _of_station(passages, sorted(each), doors.get(station, ()))
    return made


def _of_station(
    passages: Network, piers: Collection[str], doors: Collection[str]
) -> Iterable[TerminalWay]:
    if doors:
        yield from _from(passages, STREET, doors, piers)
    for pier in piers:
        others = [other for other in piers if other != pier]
        yield from _from(passages, pier, [pier], others)
        yield from _to_street(passages, pier, doors)


def _from(
    passages: Network, name: str, starts: Collection[str], ends: Collection[str]
) -> Iterable[TerminalWay]:
    reached = _quickest(passages, starts, step_free=False)
    step_free = _quickest(passages, starts, step_free=True)
    for end in ends:
        if end in reached:
            way = reached[end]
            yield TerminalWay(name, end, ceil(way.seconds), end in step_free, way.signs)


def _to_street(passages: Network, pier: str, doors: Collection[str]) -> Iterable[TerminalWay]:
    found = list(_from(passages, pier, [pier], doors))
    if found:
        nearest = min(found, key=lambda way: (way.seconds, way.to_stop))
        step_free = any(way.step_free for way in found)
        yield TerminalWay(pier, STREET, nearest.seconds, step_free, nearest.signs)


def _quickest(
    passages: Network, starts: Collection[str], *, step_free: bool
) -> dict[str, _Reached]:
    """Return how one gets quickest to every place from any of the starts (Dijkstra)."""
    best = {start: _Reached(0) for start in starts}
    waiting = [(0.0, start) for start in sorted(starts)]
    done: set[str] = set()
    while waiting:
        seconds, code = heapq.heappop(waiting)
        if code in done:
            continue
        done.add(code)
        signs = best[code].signs
        for each in passages.get(code, ()):
            if step_free and not each.step_free:
                continue
            at = seconds + each.seconds
            if each.to not in best or at < best[each.to].seconds:
                best[each.to] = _Reached(at, (*signs, each.sign) if each.sign else signs)
                heapq.heappush(waiting, (at, each.to))
    return best


def _station(known: Mapping[str, Location], code: str) -> str:
    for _ in range(_DEEPEST):
        place = known.get(code)
        if place is None or place.kind is LocationKind.STATION:
            return code
        code = place.parent
    return code
