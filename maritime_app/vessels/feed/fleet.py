"""The consumer's memory: each ship's newest report, with its static data joined.

A dict of small objects, not columns: reports come one at a time, and a numpy scalar costs three
times an attribute.
"""

from math import cos, radians
from typing import Final

from msgspec.structs import replace

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.feed.events import (
    FeedEvent,
    PositionReported,
    ReportRejected,
    ShipExpired,
    VoyageChanged,
)
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.model import (
    Flag,
    Motion,
    Particulars,
    Rejection,
    Report,
    StationKind,
)

# A ship faster than 120 knots is another ship with the same number.
_MAX_SPEED_M_PER_MS: Final = 120 * 1852 / 3_600_000
# Clocks of two receivers differ by seconds: short hops are no jumps.
_JUMP_FREE_M: Final = 2_000.0
_JUMP_FREE_DEG: Final = _JUMP_FREE_M / 2 / METRES_PER_DEGREE
_MAX_SHIPS: Final = 200_000  # several times what the world's feed holds: a bound, not a target


class Fleet:
    """All ships by MMSI; what a report changes is returned as events."""

    def __init__(self) -> None:
        self.ships: dict[int, Ship] = {}

    def apply(self, report: Report) -> tuple[FeedEvent, ...]:
        """Take one report in and return what it changed.

        The last event is a ReportRejected if and only if the report is to be counted as rejected;
        a report that only repeats known particulars changes nothing and returns no event.
        """
        ship = self.ships.get(report.mmsi)
        if ship is None:
            if len(self.ships) >= _MAX_SHIPS:
                return (ReportRejected(report, Rejection.FULL),)
            ship = self.ships[report.mmsi] = Ship(report.mmsi, report.kind)
        joined: FeedEvent | None = None
        if report.particulars is not None or (report.name is not None and ship.particulars is None):
            joined = self._join(ship, report)
        if report.motion is None:
            return () if joined is None else (joined,)
        moved = self._move(ship, report, report.motion)
        return (moved,) if joined is None else (joined, moved)

    def restore(self, report: Report) -> None:
        """Put back a position that was stored before; a newer one that is already here stays."""
        ship = self.ships.get(report.mmsi)
        if ship is None:
            ship = self.ships[report.mmsi] = Ship(report.mmsi, report.kind)
        if report.at_ms > ship.at_ms:
            ship.kind, ship.motion, ship.flags = report.kind, report.motion, report.flags
            ship.at_ms = ship.seen_ms = report.at_ms
            ship.regroup()

    def restore_particulars(self, mmsi: int, particulars: Particulars) -> None:
        """Put back particulars that were stored before, unless the ship has some already."""
        ship = self.ships.get(mmsi)
        if ship is not None and ship.particulars is None:
            ship.particulars = particulars
            ship.regroup()

    def expire(self, limit_ms: int) -> list[ShipExpired]:
        """Drop the ships last heard before `limit_ms` (UTC epoch ms) and return them."""
        silent = [ship for ship in self.ships.values() if ship.seen_ms < limit_ms]
        for ship in silent:
            del self.ships[ship.mmsi]
        return [ShipExpired(ship) for ship in silent]

    def _join(self, ship: Ship, report: Report) -> FeedEvent | None:
        if report.at_ms < ship.static_ms:
            # With a motion, the report is judged by that alone.
            return ReportRejected(report, Rejection.OLDER) if report.motion is None else None
        news = report.particulars or Particulars(name=report.name)
        joined = _merge(ship.particulars, news) if ship.particulars is not None else news
        if report.particulars is not None:
            ship.static_ms = report.at_ms
        ship.seen_ms = max(ship.seen_ms, report.at_ms)
        if joined == ship.particulars:
            return None
        ship.particulars = joined
        return VoyageChanged(ship, report, ship.regroup())

    def _move(self, ship: Ship, report: Report, motion: Motion) -> FeedEvent:
        at_ms, previous, previous_ms = report.at_ms, ship.motion, ship.at_ms
        if previous is not None:
            if at_ms < previous_ms or (at_ms == previous_ms and motion == previous):
                return ReportRejected(report, Rejection.OLDER)
            if ship.kind is not StationKind.AIRCRAFT and _jumps(
                previous, previous_ms, motion, at_ms
            ):
                if not _confirms(ship.suspect, motion, at_ms):
                    ship.suspect = report
                    return ReportRejected(report, Rejection.JUMP)
                report = replace(report, flags=report.flags | Flag.RELOCATED)
        if report.kind is not ship.kind:
            ship.kind = report.kind
            ship.regroup()
        ship.suspect = None
        ship.at_ms = ship.seen_ms = at_ms
        ship.motion, ship.flags = motion, report.flags
        return PositionReported(ship, report, previous, previous_ms)


def _jumps(a: Motion, a_ms: int, b: Motion, b_ms: int) -> bool:
    """Whether a ship would have needed more than 120 knots; hops under 2 km are never jumps."""
    north_deg = b.lat - a.lat
    east_deg = (b.lon - a.lon + 540.0) % 360.0 - 180.0
    if abs(north_deg) < _JUMP_FREE_DEG and abs(east_deg) < _JUMP_FREE_DEG:
        return False
    north = north_deg * METRES_PER_DEGREE
    east = east_deg * METRES_PER_DEGREE * cos(radians(a.lat))
    limit = max(_JUMP_FREE_M, _MAX_SPEED_M_PER_MS * (b_ms - a_ms))
    return north * north + east * east > limit * limit


def _confirms(suspect: Report | None, motion: Motion, at_ms: int) -> bool:
    """Whether a second report comes from where the suspect one was."""
    if suspect is None or suspect.motion is None:
        return False
    return not _jumps(suspect.motion, suspect.at_ms, motion, at_ms)


def _merge(known: Particulars, news: Particulars) -> Particulars:
    """Return the news, completed by what was known before. Dimensions go together."""
    sides = news if news.to_bow_m is not None or news.to_port_m is not None else known
    return Particulars(
        name=news.name or known.name,
        callsign=news.callsign or known.callsign,
        imo=news.imo or known.imo,
        ship_type=news.ship_type or known.ship_type,
        to_bow_m=sides.to_bow_m,
        to_stern_m=sides.to_stern_m,
        to_port_m=sides.to_port_m,
        to_starboard_m=sides.to_starboard_m,
        draught_m=news.draught_m or known.draught_m,
        destination=news.destination or known.destination,
        eta_ms=news.eta_ms or known.eta_ms,
    )
