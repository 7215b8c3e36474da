"""Which areas a position is in: an index by cells of a tenth of a degree. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.ship_alerts.detection.areas import Edge
from maritime_app.vessels.ship_alerts.model import Watch


class Watched:
    """A watch of crossings with its area made ready."""

    __slots__ = ("dwell_ms", "edge", "watch")

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        assert watch.area is not None  # who watches for crossings says where
        self.edge = Edge(watch.area)
        minutes = watch.dwell_minutes
        self.dwell_ms = None if minutes is None else minutes * 60_000

    def wants(self, ship: Ship) -> bool:
        """Whether the watch is of this ship."""
        watch = self.watch
        if watch.mmsi is not None:
            return ship.mmsi == watch.mmsi
        return not watch.types or ship.group.code in watch.types


class Watches:
    """Every watch of crossings; at sea, and without any, a position costs one look."""

    def __init__(self, watches: Iterable[Watch] = ()) -> None:
        self.by_id: dict[UUID, Watched] = {
            watch.id: Watched(watch) for watch in watches if watch.is_of_crossings
        }
        cells: dict[int, list[Watched]] = defaultdict(list)
        for watched in self.by_id.values():
            for cell in set(watched.edge.cells()):
                cells[cell].append(watched)
        self.by_cell = dict(cells)


class Visit:
    """A ship inside an area; mutable. Times are UTC epoch ms.

    `inside_ms` is for how long it was heard inside.
    """

    __slots__ = ("has_dwelled", "id", "inside_ms", "last_ms")

    def __init__(self, visit_id: UUID, at_ms: int, *, has_dwelled: bool = False) -> None:
        self.id = visit_id
        self.last_ms = at_ms
        self.inside_ms = 0
        self.has_dwelled = has_dwelled
