"""The consumer's memory: each ship's newest report, with its static data joined.

A dict of small objects, not columns: reports come one at a time, and a numpy scalar costs three
times an attribute.
"""

from typing import Final

from msgspec.structs import replace

from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed import namesakes, particulars
from maritime_app.vessels.feed.events import (
    FeedEvent,
    PositionReported,
    ReportRejected,
    ShipExpired,
    VoyageChanged,
)
from maritime_app.vessels.feed.integrity.judging import CLEAN_REPORTS, Integrity
from maritime_app.vessels.feed.plausibility import JUMP_FREE_DEG, jumps
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.live.horizon import horizon_ms, standing_ms
from maritime_app.vessels.model import (
    Known,
    Motion,
    Rejection,
    Report,
    Source,
    StationKind,
)

# Two sources time the same transmission up to half a minute apart: the better one's word stands.
_BETTER_SOURCE_MS: Final = 30_000
# A long range report on its coarse grid does not take the place of a fine one of the same minute.
_FINER_MS: Final = 60_000
_MAX_SHIPS: Final = 200_000  # several times what the world's feed holds: a bound, not a target
# Names of their own: an attribute of a class costs as much as a comparison.
_NEAR_DEG: Final = JUMP_FREE_DEG
_COARSE: Final = Flag.COARSE
# A recording may be played faster than its ships sailed.
_UNJUDGED: Final = Flag.RELOCATED | Flag.COARSE | Flag.RECORDED
_RECORDED: Final = Source.RECORDED
_AIRCRAFT: Final = StationKind.AIRCRAFT
_DISTRESS: Final = StationKind.DISTRESS
_MOBILE: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class Fleet:
    """All stations by key; what a report changes is returned as events.

    A key is an MMSI; where two stations report under one number, the second has a key of its own.
    """

    def __init__(self) -> None:
        self.ships: dict[int, Ship] = {}
        self.integrity = Integrity()
        self._judge = self.integrity.judge

    def apply(self, report: Report, source: Source = Source.AISSTREAM) -> tuple[FeedEvent, ...]:
        """Take one report in and return what it changed.

        One event is a ReportRejected if and only if the report is to be counted as rejected; a
        report that only repeats known particulars changes nothing and returns no event.
        """
        ship = self.ships.get(report.mmsi)
        if ship is not None and ship.source is _RECORDED is not source:
            self.drop(ship)  # where it was then says nothing of where it is now
            ship = None
        if ship is None:
            if len(self.ships) >= _MAX_SHIPS:
                return (ReportRejected(report, Rejection.FULL),)
            ship = self.ships[report.mmsi] = Ship(report.mmsi, report.kind)
        described: FeedEvent | None = None
        told = ship.known
        if report.particulars is not None or (
            report.name
            and not ship.static_ms
            # Most often the name is the one of before: no call for that.
            and (told is None or told.particulars.name != report.name.rstrip())
        ):
            described = self._describe(ship, report, source)
        motion = report.motion
        if motion is None:
            return () if described is None else (described,)
        known = ship.motion
        if ship.others is not None:
            moved = namesakes.among(self, ship, report, motion, source)
        elif (
            known is None
            # Most ships have hardly moved since: that is no jump, and needs no call.
            or -_NEAR_DEG < motion.lat - known.lat < _NEAR_DEG > abs(motion.lon - known.lon)
            or ship.kind is _AIRCRAFT
            or report.flags & Flag.RECORDED
            or not jumps(known, ship.at_ms, motion, report.at_ms)
        ):
            moved = (self.sail(ship, report, motion, source),)
        else:
            moved = namesakes.elsewhere(self, ship, report, motion, source)
        return moved if described is None else (described, *moved)

    def sail(self, ship: Ship, report: Report, motion: Motion, source: Source) -> FeedEvent:
        """Move the ship to where the report says, unless what is known is newer or better.

        What is known of a time that is yet to come says nothing: the clock has gone back since.
        """
        at_ms, previous, previous_ms = report.at_ms, ship.motion, ship.at_ms
        if at_ms < previous_ms and previous_ms > horizon_ms():
            previous, previous_ms = None, 0
        if previous is not None:
            elapsed_ms = at_ms - previous_ms
            if elapsed_ms < 0 or (elapsed_ms == 0 and motion == previous):
                return ReportRejected(report, Rejection.OLDER)
            if elapsed_ms < _FINER_MS and (source > ship.source or report.flags & _COARSE):
                reason = _outdone(ship, report, source, elapsed_ms)
                if reason is not None:
                    return ReportRejected(report, reason)
        if report.kind is not ship.kind or report.place_only:
            report, motion = _of_another_kind(ship, report, motion)
        ship.at_ms = ship.seen_ms = at_ms
        flags = report.flags
        if previous is None or flags & _UNJUDGED or ship.kind not in _MOBILE:
            flags = self._begin(ship, flags, motion)
        else:
            flags |= self._judge(ship, previous, at_ms - previous_ms, motion)
        ship.motion, ship.flags, ship.source = motion, flags, source
        ship.reports += 1
        if ship.kind is _DISTRESS:  # under test or not, the report says
            ship.regroup()
        return PositionReported(
            ship, report, motion, ship.kind, flags, source, previous, previous_ms
        )

    def restore(self, unpacked: packed_report.UnpackedReport) -> None:
        """Put back a position that was stored before; a newer one that is already here stays."""
        station = unpacked.station
        ship = self.ships.get(packed_report.key_of(station.mmsi, station.hypothesis))
        if ship is None:
            ship = Ship(station.mmsi, station.kind, station.hypothesis)
            self.ships[ship.key] = ship
            namesakes.link(self, ship)
        if ship.motion is None or standing_ms(unpacked.at_ms) > standing_ms(ship.at_ms):
            ship.kind, ship.motion, ship.source = station.kind, unpacked.motion, station.source
            ship.flags = station.flags & ~Flag.SHARED_NUMBER
            if ship.flags & (Flag.DOUBTFUL | Flag.IMPOSSIBLE):
                ship.doubts = CLEAN_REPORTS
            ship.at_ms = ship.seen_ms = unpacked.at_ms
            ship.reports = 2  # what was stored was confirmed, as far as anybody knows
            ship.regroup()

    def restore_known(self, mmsi: int, known: Known) -> None:
        """Put back particulars that were stored before; newer ones that are here already stay."""
        ship = self.ships.get(mmsi)
        if ship is None:
            return
        before = ship.known
        if before is None or standing_ms(before.static_ms) < standing_ms(known.static_ms):
            ship.known, ship.static_ms = known, known.static_ms
            ship.regroup()

    def expire(self, limit_ms: int, simulated_limit_ms: int = 0) -> list[ShipExpired]:
        """Drop the stations last heard before `limit_ms` (UTC epoch ms) and return them.

        Simulated ones have a limit of their own.
        """
        silent = [
            ship
            for ship in self.ships.values()
            if ship.seen_ms < (simulated_limit_ms if ship.source is Source.SIMULATED else limit_ms)
        ]
        for ship in silent:
            self.drop(ship)
        return [ShipExpired(ship) for ship in silent]

    def drop(self, ship: Ship) -> None:
        """Forget a station, and that others shared its number."""
        self.ships.pop(ship.key, None)
        namesakes.unlink(self, ship)

    def _begin(self, ship: Ship, flags: int, motion: Motion) -> int:
        """Return the flags of a position that no earlier one speaks for or against.

        One report from somewhere else may be anybody's (see namesakes): the ship is doubtful from
        then. Nothing stands on what is recorded, and what is no ship may be on land.
        """
        if flags & Flag.RELOCATED:
            ship.doubts = CLEAN_REPORTS
        if flags & Flag.RECORDED or ship.kind not in _MOBILE:
            return flags | Flag.DOUBTFUL if ship.doubts else flags
        return flags | self.integrity.begin(ship, motion)

    def _describe(self, ship: Ship, report: Report, source: Source) -> FeedEvent | None:
        if report.at_ms < ship.static_ms:
            if ship.static_ms <= horizon_ms():
                # With a motion, the report is judged by that alone.
                return ReportRejected(report, Rejection.OLDER) if report.motion is None else None
            ship.static_ms, ship.known = 0, particulars.told_by(ship.known, report.at_ms)
        if report.particulars is not None:
            if not _speaks_for(ship, report):
                return None  # somebody else's particulars under this number
            ship.static_ms = report.at_ms
            if report.motion is None and report.kind is not ship.kind:
                _take_kind(ship, report)
        ship.seen_ms = max(ship.seen_ms, report.at_ms)
        known = particulars.joined(ship.known, report, source)
        if known is ship.known:
            return None
        ship.known = known
        for other in ship.others or ():
            other.known = known
            other.regroup()
        return VoyageChanged(ship, report, ship.regroup())


def _outdone(ship: Ship, report: Report, source: Source, elapsed_ms: int) -> Rejection | None:
    """Return why what is known of the last minute is better than this report, if it is."""
    if source > ship.source and elapsed_ms < _BETTER_SOURCE_MS:
        return Rejection.OUTRUN
    if report.flags & _COARSE and not ship.flags & _COARSE:
        return Rejection.COARSER
    return None


def _of_another_kind(ship: Ship, report: Report, motion: Motion) -> tuple[Report, Motion]:
    """Return what counts of a report that is of another kind than its ship, or has a place only."""
    fits, previous = _take_kind(ship, report), ship.motion
    if previous is not None and (report.place_only or not fits):
        motion = replace(previous, lat=motion.lat, lon=motion.lon)
        report = replace(report, motion=motion)
    return report, motion


def _take_kind(ship: Ship, report: Report) -> bool:
    """Let the report say what the station is, if it can; return whether it speaks for the station.

    Messages 11 and 27 do not say.
    """
    if not report.kind_certain:
        return True
    if not _speaks_for(ship, report):
        return False
    ship.kind = report.kind
    ship.regroup()
    return True


def _speaks_for(ship: Ship, report: Report) -> bool:
    """Whether the station can have sent it.

    A ship does not become a base station, buoy or aircraft because such a message came under its
    number: that is another sender with a wrong number.
    """
    return not report.kind_certain or ship.kind not in _MOBILE or report.kind in _MOBILE
