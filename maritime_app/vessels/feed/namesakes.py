"""Stations that report under one number from different places: at most four, told apart by where
they can have been.

A report from impossibly far away is held back until a second one comes from there. Then it is a
station of its own beside the first, unless the first was only ever heard once or long ago: then the
ship was in the wrong place before. Nobody who goes on reporting stays unseen, and no ship jumps to
and fro, in whatever order the reports come.
"""

from typing import Final, Protocol

from msgspec.structs import replace

from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.events import FeedEvent, ReportRejected, ShipExpired
from maritime_app.vessels.feed.integrity.hops import shift_of
from maritime_app.vessels.feed.integrity.judging import CLEAN_REPORTS
from maritime_app.vessels.feed.plausibility import jumps, squared_distance
from maritime_app.vessels.feed.ship import Ship, Suspect
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import Motion, Rejection, Report, Source

_MAX_STATIONS: Final = packed_report.MAX_HYPOTHESES
_MAX_SUSPECTS: Final = 4
# Moored ships report each three minutes; whoever was silent for ten times as long has gone.
_CEDED_MS: Final = 1_800_000
# The same transmission heard twice confirms nothing.
_SAME_TRANSMISSION_MS: Final = 1_000


class Stations(Protocol):
    """What is needed of the fleet whose stations these are: ships by key, sailed and dropped."""

    ships: dict[int, Ship]

    def sail(self, ship: Ship, report: Report, motion: Motion, source: Source) -> FeedEvent:
        """Move the station to where it reports from."""
        ...

    def drop(self, ship: Ship) -> None:
        """Take the station out of the fleet."""
        ...


def among(
    fleet: Stations, ship: Ship, report: Report, motion: Motion, source: Source
) -> tuple[FeedEvent, ...]:
    """Give the report to the station of this number that can have sent it."""
    stations = [ship, *(ship.others or ())]
    able = [
        (squared_distance(station.motion, motion), number)
        for number, station in enumerate(stations)
        if station.motion is not None
        and not jumps(station.motion, station.at_ms, motion, report.at_ms)
    ]
    if not able:
        return elsewhere(fleet, ship, report, motion, source)
    nearest = stations[min(able)[1]]
    moved = fleet.sail(nearest, report, motion, source)
    return (moved, *_cede(fleet, ship, nearest))


def elsewhere(
    fleet: Stations, ship: Ship, report: Report, motion: Motion, source: Source
) -> tuple[FeedEvent, ...]:
    """Hold the report back, or let it be a station when it confirms an earlier one."""
    confirmed = next(
        (
            suspect
            for suspect in ship.suspects
            if _SAME_TRANSMISSION_MS <= abs(report.at_ms - suspect.report.at_ms) < _CEDED_MS
            and not jumps(suspect.motion, suspect.report.at_ms, motion, report.at_ms)
        ),
        None,
    )
    if confirmed is None:
        ship.suspects = (*ship.suspects[1 - _MAX_SUSPECTS :], Suspect(report, motion, source))
        return (ReportRejected(report, Rejection.JUMP),)
    ship.suspects = tuple(suspect for suspect in ship.suspects if suspect is not confirmed)
    lone = ship.others is None
    if lone and (ship.reports < 2 or report.at_ms - ship.at_ms > _CEDED_MS):
        report = replace(report, flags=report.flags | Flag.RELOCATED)
        ship.reports = 1  # the report that this one confirms was heard there, too
        return (fleet.sail(ship, report, motion, source),)
    return _another(fleet, ship, report, motion, source)


def link(fleet: Stations, ship: Ship) -> None:
    """Note that the number of this station is another's, too, if it is."""
    first = fleet.ships.get(ship.mmsi)
    if first is None or first is ship:
        return
    first.others = [*(first.others or ()), ship]
    for station in (first, *first.others):
        station.shared = True


def unlink(fleet: Stations, ship: Ship) -> None:
    """Take a dropped station out of those that share its number."""
    first = fleet.ships.get(ship.mmsi)
    if first is None or first.others is None:
        return
    first.others = [other for other in first.others if other is not ship] or None
    first.shared = first.others is not None


def _another(
    fleet: Stations, ship: Ship, report: Report, motion: Motion, source: Source
) -> tuple[FeedEvent, ...]:
    """Let the report begin a station beside those of its number; the most silent one makes room."""
    gone: list[FeedEvent] = []
    others = ship.others or []
    if len(others) + 1 >= _MAX_STATIONS:
        oldest = min(others, key=lambda other: other.at_ms)
        fleet.drop(oldest)
        gone.append(ShipExpired(oldest))
    taken = {other.hypothesis for other in ship.others or ()}
    number = next(number for number in range(1, _MAX_STATIONS) if number not in taken)
    station = Ship(ship.mmsi, ship.kind, number)
    station.known, station.reports = ship.known, 1
    station.doubts = CLEAN_REPORTS  # until it has gone on from there for a while
    if ship.motion is not None:
        elapsed_ms = max(0, report.at_ms - ship.at_ms)
        station.shift = shift_of(ship.motion, motion, elapsed_ms, report.at_ms)
    station.regroup()
    fleet.ships[station.key] = station
    link(fleet, station)
    return (*gone, fleet.sail(station, report, motion, source))


def _cede(fleet: Stations, first: Ship, heard: Ship) -> tuple[FeedEvent, ...]:
    """Drop the stations of this number that were not heard for half an hour while one was.

    The first one has the bare number and is never dropped: it takes over from the one that was
    heard.
    """
    limit_ms = heard.at_ms - _CEDED_MS
    gone = [other for other in first.others or () if other.at_ms < limit_ms]
    events: list[FeedEvent] = []
    if first.at_ms < limit_ms and heard is not first:
        first.reports, first.doubts, first.shift = heard.reports, heard.doubts, heard.shift
        first.motion = None  # so that nothing known before stands against the report
        assert heard.motion is not None
        taken_over = Report(heard.mmsi, heard.kind, heard.at_ms, heard.motion, flags=heard.flags)
        events.append(fleet.sail(first, taken_over, heard.motion, heard.source))
        gone.append(heard)
    for station in gone:
        fleet.drop(station)
        events.append(ShipExpired(station))
    return tuple(events)
