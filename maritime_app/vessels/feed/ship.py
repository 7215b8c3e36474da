"""One station's state in the consumer's memory."""

from maritime_app.vessels import packed_report
from maritime_app.vessels.model import Particulars, Report, StationKind
from maritime_app.vessels.ship_types import group_of


class Ship:
    """One station; mutable, owned by the Fleet, read by subscribers.

    `position` is the newest report with a motion, None until one came. `suspect` is a report that
    lies impossibly far away and waits for a second one from there. Times are UTC epoch ms.
    """

    __slots__ = (
        "group",
        "kind",
        "mmsi",
        "particulars",
        "position",
        "seen_ms",
        "static_ms",
        "suspect",
    )

    def __init__(self, mmsi: int, kind: StationKind) -> None:
        self.mmsi = mmsi
        self.kind = kind
        self.group = group_of(kind, None)
        self.position: Report | None = None
        self.particulars: Particulars | None = None
        self.suspect: Report | None = None
        self.seen_ms = 0
        self.static_ms = 0

    def regroup(self) -> bool:
        """Derive the group from kind and ship type; return whether it changed."""
        known = self.particulars
        group = group_of(self.kind, known.ship_type if known is not None else None)
        changed = group is not self.group
        self.group = group
        return changed

    def packed(self) -> bytes:
        """Return the newest position report as 32 bytes; only for ships that have one."""
        position = self.position
        assert position is not None  # only such ships are announced as moved
        assert position.motion is not None
        ship_type = self.particulars.ship_type if self.particulars is not None else None
        station = packed_report.Station(
            self.mmsi, self.kind, ship_type or 0, self.group, position.flags
        )
        return packed_report.pack(station, position.at_ms, position.motion)
