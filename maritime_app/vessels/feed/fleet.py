"""The consumer's memory: each ship's newest report, static data joined, its track thinned.

A dict of small objects, not columns: reports come one at a time, and a numpy scalar costs three
times an attribute.
"""

from math import cos, radians
from typing import Final

from maritime_app.vessels import packed_report
from maritime_app.vessels.model import Flag, Kept, Kind, LeftOut, Motion, Particulars, Report
from maritime_app.vessels.tracks.thinning import METRES_PER_DEGREE, Thinner
from maritime_app.vessels.types import group_of

STORED: Final = "stored"
_MAX_SPEED_M_PER_MS = (
    120 * 1852 / 3_600_000
)  # a ship faster than 120 knots is another ship with the same number
_JUMP_FREE_M = 2_000.0  # clocks of two receivers differ by seconds: short hops are no jumps
_SHIPS_AT_MOST = 200_000


class Ship:
    """One station. `motion` is None until it has been seen somewhere."""

    __slots__ = (
        *("mmsi", "kind", "group", "at_ms", "seen_ms", "static_ms", "flags"),
        *("motion", "particulars", "suspect", "track"),
    )

    def __init__(self, mmsi: int, kind: Kind) -> None:
        self.mmsi = mmsi
        self.kind = kind
        self.at_ms = 0
        self.seen_ms = 0
        self.static_ms = 0
        self.flags = 0
        self.group = group_of(kind, None)
        self.motion: Motion | None = None
        self.particulars: Particulars | None = None
        self.suspect: tuple[int, float, float] | None = None
        self.track = Thinner()

    def record(self) -> bytes:
        """The 32 bytes of the newest report; only for ships that have a motion."""
        assert self.motion is not None  # the fleet marks only such ships as moved
        ship_type = self.particulars.ship_type if self.particulars else None
        of = packed_report.Of(self.mmsi, self.kind, ship_type or 0, self.group, self.flags)
        return packed_report.pack(of, self.at_ms, self.motion)


class Fleet:
    """All ships.

    `moved`, `renamed` and `kept` fill up until somebody takes them; newest per ship wins.
    """

    def __init__(self, thin_metres: float = 50.0, keep_ms: int = 30 * 86_400_000) -> None:
        self.ships: dict[int, Ship] = {}
        self.moved: dict[int, Ship] = {}
        self.renamed: dict[int, Ship] = {}
        self.kept: list[Kept] = []
        self._thin_metres = thin_metres
        self._keep_ms = keep_ms

    def apply(self, report: Report, now_ms: int) -> str:
        """Take one report in. Returns STORED or the reason (a LeftOut) why nothing was changed."""
        ship = self.ships.get(report.mmsi)
        if ship is None:
            if len(self.ships) >= _SHIPS_AT_MOST:
                return LeftOut.FULL
            ship = self.ships[report.mmsi] = Ship(report.mmsi, report.kind)
        outcome: str = STORED
        if report.particulars is not None or (report.name is not None and ship.particulars is None):
            outcome = self._join(ship, report)
        if report.motion is not None:
            outcome = self._move(ship, report, report.motion, now_ms)
        return outcome

    def restore(self, mmsi: int, at_ms: int, motion: Motion, kind: Kind, flags: int) -> None:
        """Put back what Redis remembered; anything newer that is already here stays."""
        ship = self.ships.setdefault(mmsi, Ship(mmsi, kind))
        if at_ms > ship.at_ms:
            ship.kind, ship.at_ms, ship.seen_ms, ship.motion, ship.flags = (
                kind,
                at_ms,
                at_ms,
                motion,
                flags,
            )

    def restore_particulars(self, mmsi: int, particulars: Particulars) -> None:
        """Put remembered static data back, unless there is some already."""
        ship = self.ships.get(mmsi)
        if ship is not None and ship.particulars is None:
            ship.particulars = particulars
            ship.group = group_of(ship.kind, particulars.ship_type)

    def mark_all(self) -> None:
        """Everything is to be written again: Redis has lost it."""
        for ship in self.ships.values():
            if ship.motion is not None:
                self.moved[ship.mmsi] = ship
            if ship.particulars is not None:
                self.renamed[ship.mmsi] = ship

    def forget_before(self, limit_ms: int) -> list[int]:
        """Drop ships not heard of since; returns their numbers."""
        gone = [mmsi for mmsi, ship in self.ships.items() if ship.seen_ms < limit_ms]
        for mmsi in gone:
            del self.ships[mmsi]
            self.moved.pop(mmsi, None)
            self.renamed.pop(mmsi, None)
        return gone

    def _join(self, ship: Ship, report: Report) -> str:
        if report.at_ms < ship.static_ms:
            return LeftOut.OLDER
        told = report.particulars or Particulars(name=report.name)
        joined = _merge(ship.particulars, told) if ship.particulars is not None else told
        if report.particulars is not None:
            ship.static_ms = report.at_ms
        ship.seen_ms = max(ship.seen_ms, report.at_ms)
        if joined != ship.particulars:
            ship.particulars = joined
            self.renamed[ship.mmsi] = ship
            group = group_of(ship.kind, joined.ship_type)
            if group is not ship.group:
                ship.group = group
                if ship.motion is not None:
                    self.moved[ship.mmsi] = ship
        return STORED

    def _move(self, ship: Ship, report: Report, motion: Motion, now_ms: int) -> str:
        at_ms = report.at_ms
        if at_ms < ship.at_ms or (at_ms == ship.at_ms and motion == ship.motion):
            return LeftOut.OLDER
        flags = report.flags
        if (
            ship.motion is not None
            and ship.kind is not Kind.AIRCRAFT
            and _jumps(ship.at_ms, ship.motion, at_ms, motion)
        ):
            if not _confirms(ship.suspect, at_ms, motion):
                ship.suspect = (at_ms, motion.lat, motion.lon)
                return LeftOut.JUMP
            flags |= Flag.RELOCATED
        if report.kind is not ship.kind:
            ship.kind = report.kind
            ship.group = group_of(
                ship.kind, ship.particulars.ship_type if ship.particulars else None
            )
        ship.suspect = None
        ship.at_ms = ship.seen_ms = at_ms
        ship.motion, ship.flags = motion, flags
        self.moved[ship.mmsi] = ship
        if at_ms > now_ms - self._keep_ms and ship.kind not in _WITHOUT_TRACK:
            ship.track.offer(ship.mmsi, at_ms, motion, self._thin_metres, self.kept)
        return STORED


_WITHOUT_TRACK = frozenset({Kind.BASE_STATION, Kind.AID})


def _jumps(from_ms: int, a: Motion, to_ms: int, b: Motion) -> bool:
    """Whether a ship would have needed more than 120 knots; hops under 2 km are never jumps."""
    north = (b.lat - a.lat) * METRES_PER_DEGREE
    east_deg = (b.lon - a.lon + 540.0) % 360.0 - 180.0
    if abs(north) < _JUMP_FREE_M / 2 and abs(east_deg) < _JUMP_FREE_M / 2 / METRES_PER_DEGREE:
        return False
    east = east_deg * METRES_PER_DEGREE * cos(radians(a.lat))
    limit = max(_JUMP_FREE_M, _MAX_SPEED_M_PER_MS * (to_ms - from_ms))
    return north * north + east * east > limit * limit


def _confirms(suspect: tuple[int, float, float] | None, at_ms: int, motion: Motion) -> bool:
    if suspect is None:
        return False
    return not _jumps(suspect[0], Motion(suspect[1], suspect[2]), at_ms, motion)


def _merge(known: Particulars, told: Particulars) -> Particulars:
    """What is told now, and what was known where it is silent. Dimensions go together."""
    sides = told if told.to_bow_m is not None or told.to_port_m is not None else known
    return Particulars(
        told.name or known.name,
        told.callsign or known.callsign,
        told.imo or known.imo,
        told.ship_type or known.ship_type,
        sides.to_bow_m,
        sides.to_stern_m,
        sides.to_port_m,
        sides.to_starboard_m,
        told.draught_m or known.draught_m,
        told.destination or known.destination,
        told.eta_ms or known.eta_ms,
    )
