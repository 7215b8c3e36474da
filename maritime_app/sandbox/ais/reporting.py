"""When each ship reports: ITU-R M.1371-5, table 1 (class A 2 to 10 s under way, 3 min moored)."""

import heapq
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from maritime_app.sandbox.ais.ships import SandboxShip
from maritime_app.vessels.ais import encode
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.model import Motion

_STATIC_SECONDS = 360.0
_NOT_SAILING = (NavigationStatus.AT_ANCHOR, NavigationStatus.MOORED)


def interval_seconds(motion: Motion, *, class_b: bool) -> float:
    """Return the seconds between two position reports of a ship with this motion."""
    knots = motion.sog_knots or 0.0
    if class_b:
        return 30.0 if knots > 2 else 180.0
    if motion.status in _NOT_SAILING and knots < 3:
        return 180.0
    return 10.0 if knots < 14 else 6.0 if knots <= 23 else 2.0


class Reporter:
    """All ships' next reports in the order of time."""

    def __init__(self, ships: list[SandboxShip], seed: int, start: float) -> None:
        self.ships = ships
        self._dice = random.Random(seed)
        self._order = itertools.count()
        self._due: list[tuple[float, int, SandboxShip, bool]] = []
        for ship in ships:
            self._plan(start + self._dice.uniform(0, 10), ship, static=False)
            self._plan(start + self._dice.uniform(0, _STATIC_SECONDS), ship, static=True)

    @property
    def next_due(self) -> float:
        """Epoch seconds of the next report."""
        return self._due[0][0] if self._due else float("inf")

    def due(self, until: float) -> Iterator[encode.EncodedMessage]:
        """Yield every message due up to that instant (epoch seconds)."""
        while self._due and self._due[0][0] <= until:
            at, _, ship, static = heapq.heappop(self._due)
            if static:
                yield from self.static(ship, at)
                self._plan(at + _STATIC_SECONDS, ship, static=True)
            else:
                motion = ship.motion(datetime.fromtimestamp(at, UTC))
                yield self._position(ship, motion, at)
                wait = interval_seconds(motion, class_b=ship.class_b) * self._dice.uniform(
                    0.95, 1.05
                )
                self._plan(at + wait, ship, static=False)

    def everything(self, at: float) -> Iterator[encode.EncodedMessage]:
        """Yield static data and position of every ship, so that a new subscriber's map fills."""
        for ship in self.ships:
            yield self._position(ship, ship.motion(datetime.fromtimestamp(at, UTC)), at)
            yield from self.static(ship, at)

    def static(self, ship: SandboxShip, at: float) -> list[encode.EncodedMessage]:
        """Return the static message(s) of one ship."""
        instant = datetime.fromtimestamp(at, UTC)
        known, eta = ship.voyage(instant)
        sender = self._sender(ship, ship.motion(instant), at)
        if ship.class_b:
            return list(encode.static_b(sender, known))
        if eta is None:
            return [encode.static_a(sender, known)]
        return [encode.static_a(sender, known, (eta.month, eta.day, eta.hour, eta.minute))]

    def _position(self, ship: SandboxShip, motion: Motion, at: float) -> encode.EncodedMessage:
        sender = self._sender(ship, motion, at)
        return (
            encode.position_b(sender, motion) if ship.class_b else encode.position_a(sender, motion)
        )

    def _sender(self, ship: SandboxShip, motion: Motion, at: float) -> encode.Sender:
        name = ship.particulars.name or ""
        return encode.Sender(
            ship.mmsi, name, motion.lat, motion.lon, int(at * 1e9), self._dice.randint(0, 9)
        )

    def _plan(self, at: float, ship: SandboxShip, *, static: bool) -> None:
        heapq.heappush(self._due, (at, next(self._order), ship, static))
