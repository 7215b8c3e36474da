"""Which ships under way the home page shows."""

from collections.abc import Iterable

from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.live.live_store import VesselUnderWay
from maritime_app.vessels.model import NO_PARTICULARS

_GROUPS = frozenset({ShipGroup.PASSENGER, ShipGroup.HIGH_SPEED, ShipGroup.CARGO, ShipGroup.TANKER})
_MAX_SHIPS = 60  # the page shows a dozen; the rest stand by for those that moor
_MIN_KNOTS = 2.0
_FRESH_MS = 120_000


class Strip:
    """Up to 60 merchant ships under way; the same ones as long as they sail."""

    def __init__(self) -> None:
        self._ships: dict[int, Ship] = {}

    def note(self, moved: Iterable[Ship]) -> None:
        """Take in ships that have just moved, as long as there is room."""
        # Whoever is here is here already: `lines` reads the present state of the same object.
        if len(self._ships) >= _MAX_SHIPS:
            return
        for ship in moved:
            if ship.group in _GROUPS and _knots(ship) >= _MIN_KNOTS:
                self._ships[ship.key] = ship
                if len(self._ships) >= _MAX_SHIPS:
                    return

    def lines(self, now_ms: int) -> list[VesselUnderWay]:
        """Return the named ships that still sail, heard in the last two minutes; ferries first."""
        lines = []
        for key, ship in list(self._ships.items()):
            line = _line(ship, now_ms)
            if line is None:
                del self._ships[key]
            elif line.name:
                lines.append(line)
        return sorted(lines, key=lambda line: (line.group != ShipGroup.PASSENGER.code, line.name))


def _knots(ship: Ship) -> float:
    return 0.0 if ship.motion is None else ship.motion.sog_knots or 0.0


def _line(ship: Ship, now_ms: int) -> VesselUnderWay | None:
    motion = ship.motion
    known = NO_PARTICULARS if ship.known is None else ship.known.particulars
    if motion is None or now_ms - ship.at_ms >= _FRESH_MS or _knots(ship) < _MIN_KNOTS:
        return None
    return VesselUnderWay(
        mmsi=ship.mmsi,
        name=known.name or "",
        group=ship.group.code,
        lat=round(motion.lat, 5),
        lon=round(motion.lon, 5),
        sog_knots=motion.sog_knots or 0.0,
        cog_deg=motion.cog_deg,
        destination=known.destination,
        at_ms=ship.at_ms,
        source=ship.source,
    )
