"""Positions to crossings of watched areas.

A ship has entered when it was seen outside before, by a position that is believed; it has left
beyond the margin of the area; it has stayed when it was heard inside for so long. Nothing is told
by the clock: what was not heard has not happened. What happened while the source was silent is
written down and told to nobody.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.feed.events import FeedStateChanged, PositionReported
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.gaps.silence import Silence
from maritime_app.vessels.live.packed_report import key_of
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.ship_alerts.detection.areas import CELLS_PER_DEGREE, COLUMNS
from maritime_app.vessels.ship_alerts.detection.watching import Visit, Watched, Watches
from maritime_app.vessels.ship_alerts.model import AlertEvent, OpenVisit, Watch

_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})
# A longer time between two reports does not count as time inside.
_HEARD_MS: Final = 30 * 60_000
# So much of the time between two reports may the source have been silent.
_SILENT_MS: Final = 5 * 60_000
_MOST_VISITS: Final = 50_000


class Detector:
    """Who is inside of what; mutable, fed with every position in order."""

    def __init__(self, started_ms: int) -> None:
        self.watches = Watches()
        self.visits: dict[int, dict[UUID, Visit]] = {}  # by ship's key, then by alert
        self._untrusted: set[int] = set()  # whose position before this one was not believed
        self._silence = Silence(started_ms)
        self._count = 0

    def take(self, event: PositionReported) -> Iterable[AlertEvent]:
        """Return what this position means. On the hot road: nearly all ships are in no area."""
        ship, motion = event.ship, event.motion
        if event.flags & DISTRUSTED or ship.shared:
            self._untrusted.add(ship.key)
            return ()
        cell = int((motion.lat + 90.0) * CELLS_PER_DEGREE) * COLUMNS
        cell += int((motion.lon + 180.0) * CELLS_PER_DEGREE) % COLUMNS
        near = self.watches.by_cell.get(cell)
        found: list[AlertEvent] = []
        if near is not None or ship.key in self.visits:
            found = list(self._crossings(event, near or ()))
        if self._untrusted:
            self._untrusted.discard(ship.key)
        return found

    def turned(self, event: FeedStateChanged) -> None:
        """Note that a source lives, or has ceased to."""
        self._silence.turned(event.source, event.state, event.at_ms)

    def forget(self, ship: Ship) -> None:
        """Forget a ship that was not heard for long: nobody knows whether it left."""
        self._count -= len(self.visits.pop(ship.key, ()))
        self._untrusted.discard(ship.key)

    def watch(self, watches: Iterable[Watch]) -> None:
        """Watch these areas from now on, and no others."""
        self.watches = Watches(watches)
        kept = {
            key: {alert: visit for alert, visit in visits.items() if alert in self.watches.by_id}
            for key, visits in self.visits.items()
        }
        self.visits = {key: visits for key, visits in kept.items() if visits}
        self._count = sum(map(len, self.visits.values()))

    def resume(self, visits: Iterable[OpenVisit]) -> None:
        """Take up visits that were open when the last leader ended."""
        for each in visits:
            visit = Visit(each.visit_id, _ms(each.since), has_dwelled=each.has_dwelled)
            inside = self.visits.setdefault(key_of(each.mmsi, each.hypothesis), {})
            self._count += each.alert_id not in inside
            inside.setdefault(each.alert_id, visit)

    def _crossings(self, event: PositionReported, near: Iterable[Watched]) -> Iterator[AlertEvent]:
        ship, motion = event.ship, event.motion
        if event.kind not in _SHIPS:
            return
        inside = self.visits.get(ship.key, {})
        for alert_id, visit in list(inside.items()):
            watched = self.watches.by_id[alert_id]
            if watched.edge.metres(motion.lat, motion.lon) > watched.edge.margin_m:
                del inside[alert_id]
                self._count -= 1
                quiet = not watched.watch.on_leave or self._is_unsure(event, visit.last_ms)
                yield _crossing(ShipEventKind.LEAVE, watched, visit, event, quiet=quiet)
            else:
                is_sure = ship.key not in self._untrusted
                yield from _stay(watched, visit, event, is_sure=is_sure)
        for watched in near:
            is_new = watched.watch.id not in inside and watched.wants(ship)
            if is_new and watched.edge.metres(motion.lat, motion.lon) <= 0:
                if self._count >= _MOST_VISITS:
                    continue
                visit = inside[watched.watch.id] = Visit(uuid7(), event.report.at_ms)
                self._count += 1
                quiet = not watched.watch.on_enter or not self._has_entered(event, watched)
                yield _crossing(ShipEventKind.ENTER, watched, visit, event, quiet=quiet)
        if inside:
            self.visits[ship.key] = inside
        else:
            self.visits.pop(ship.key, None)

    def _has_entered(self, event: PositionReported, watched: Watched) -> bool:
        """Whether it was seen outside before, rather than being inside all the time."""
        before = event.previous
        if before is None or event.ship.key in self._untrusted:
            return False
        if watched.edge.metres(before.lat, before.lon) <= 0:
            return False
        return not self._is_unsure(event, event.previous_ms)

    def was_silent(self, source: Source, since_ms: int, at_ms: int) -> bool:
        """Whether the source was silent for minutes of that time."""
        elapsed_ms = at_ms - since_ms
        if elapsed_ms <= _SILENT_MS:
            return False
        return elapsed_ms - self._silence.listened_ms(source, since_ms, at_ms) > _SILENT_MS

    def _is_unsure(self, event: PositionReported, since_ms: int) -> bool:
        return self.was_silent(event.source, since_ms, event.report.at_ms)


def _stay(
    watched: Watched, visit: Visit, event: PositionReported, *, is_sure: bool
) -> Iterator[AlertEvent]:
    elapsed_ms = event.report.at_ms - visit.last_ms
    if is_sure and 0 <= elapsed_ms <= _HEARD_MS:  # a clock that goes back takes nothing away
        visit.inside_ms += elapsed_ms
    dwell_ms = watched.dwell_ms
    if dwell_ms is not None and not visit.has_dwelled and visit.inside_ms >= dwell_ms:
        visit.has_dwelled = True
        yield _crossing(ShipEventKind.DWELL, watched, visit, event, quiet=False)
    visit.last_ms = event.report.at_ms


def _crossing(
    kind: ShipEventKind, watched: Watched, visit: Visit, event: PositionReported, *, quiet: bool
) -> AlertEvent:
    ship, motion = event.ship, event.motion
    # It was inside when it was last believed, not at whatever it reported since.
    before_ms = event.previous_ms if kind is ShipEventKind.ENTER else visit.last_ms
    before_ms = min(before_ms, event.report.at_ms)
    return AlertEvent(
        id=uuid7(),
        alert_id=watched.watch.id,
        visit_id=visit.id,
        kind=kind,
        mmsi=ship.mmsi,
        hypothesis=ship.hypothesis,
        source=int(event.source),
        ship_name=None if ship.known is None else ship.known.particulars.name,
        at=instant(event.report.at_ms),
        not_before=instant(before_ms) if before_ms else None,
        lat=motion.lat,
        lon=motion.lon,
        knots=motion.sog_knots,
        is_quiet=quiet,
    )


def instant(at_ms: int) -> datetime:
    """Return UTC epoch milliseconds as a time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
