"""Port calls, gaps and encounters to the alerts that are of them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple
from uuid import uuid5

from maritime_app.ids import uuid7
from maritime_app.vessels.events.model import EventShip, ShipEvent, ShipEventKind
from maritime_app.vessels.ship_alerts.detection.areas import Edge, cell_of
from maritime_app.vessels.ship_alerts.detection.crossings import instant
from maritime_app.vessels.ship_alerts.model import AlertEvent, Watch

_PORT_CALLS: Final = frozenset({ShipEventKind.ARRIVE, ShipEventKind.DEPART})


class _Watched(NamedTuple):
    watch: Watch
    edge: Edge | None  # None: anywhere


class EventWatches:
    """The alerts of port calls, gaps and encounters, by ship, port and place."""

    def __init__(self, watches: Iterable[Watch] = ()) -> None:
        self.by_mmsi: dict[int, list[_Watched]] = defaultdict(list)
        self._by_port: dict[str, list[_Watched]] = defaultdict(list)
        self._by_cell: dict[int, list[_Watched]] = defaultdict(list)
        for watch in watches:
            if not watch.events:
                continue
            watched = _Watched(watch, None if watch.area is None else Edge(watch.area))
            if watch.mmsi is not None:
                self.by_mmsi[watch.mmsi].append(watched)
                continue
            if watch.port_code is not None:
                self._by_port[watch.port_code].append(watched)
            if watched.edge is not None:
                for cell in set(watched.edge.cells()):
                    self._by_cell[cell].append(watched)

    def alerted(self, event: ShipEvent, *, quiet: bool) -> Iterator[AlertEvent]:
        """Yield the event for each alert that is of it, once."""
        seen = set()
        for watched, ship in self._candidates(event):
            watch = watched.watch
            if watch.id in seen or event.kind not in watch.events or not _is_there(watched, event):
                continue
            if watch.mmsi is None and watch.types and ship.group not in watch.types:
                continue
            seen.add(watch.id)
            yield alert_event(watch, event, ship, quiet=quiet)

    def _candidates(self, event: ShipEvent) -> Iterator[tuple[_Watched, EventShip]]:
        placed = self._by_cell.get(cell_of(event.lat, event.lon), ())
        called = self._by_port.get(event.port or "", ())
        for ship in event.ships:
            for watched in chain(self.by_mmsi.get(ship.mmsi, ()), called, placed):
                yield watched, ship


def _is_there(watched: _Watched, event: ShipEvent) -> bool:
    """Whether it happened where the alert is of; a call at a port counts by the port."""
    if watched.watch.port_code is not None and event.kind in _PORT_CALLS:
        return event.port == watched.watch.port_code
    return watched.edge is None or watched.edge.metres(event.lat, event.lon) <= 0


def alert_event(
    watch: Watch, event: ShipEvent, ship: EventShip, *, quiet: bool = False
) -> AlertEvent:
    """Return the event as this alert has it, of this one of its ships."""
    other = next((each for each in event.ships if each is not ship), None)
    return AlertEvent(
        id=uuid7(),
        alert_id=watch.id,
        visit_id=uuid5(event.id, str(watch.id)),  # the same after a restart: told once
        kind=event.kind,
        mmsi=ship.mmsi,
        hypothesis=ship.hypothesis,
        source=int(event.source),
        ship_name=ship.name,
        at=instant(event.at_ms),
        not_before=instant(event.not_before_ms) if event.not_before_ms else None,
        lat=event.lat,
        lon=event.lon,
        knots=event.knots,
        is_quiet=quiet or not event.is_sure,
        port_code=event.port,
        other_mmsi=None if other is None else other.mmsi,
        other_name=None if other is None else other.name,
        metres=event.metres,
        closest_at=None if event.closest_ms is None else instant(event.closest_ms),
    )
