"""One station's state in the consumer's memory."""

from maritime_app.vessels import packed_report
from maritime_app.vessels.model import Motion, Particulars, Report, StationKind
from maritime_app.vessels.ship_types import group_of


class Ship:
    """One station; mutable, owned by the Fleet, read by subscribers.

    `motion`, `at_ms` and `flags` are those of the newest position report, None and 0 until one
    came; its other parts are not held, because that costs more than all else on the hot road.
    `suspect` is a report that lies impossibly far away and waits for a second one from there.
    Times are UTC epoch milliseconds.
    """

    __slots__ = (
        "at_ms",
        "flags",
        "group",
        "kind",
        "mmsi",
        "motion",
        "particulars",
        "seen_ms",
        "static_ms",
        "suspect",
    )

    def __init__(self, mmsi: int, kind: StationKind) -> None:
        self.mmsi = mmsi
        self.kind = kind
        self.group = group_of(kind, None)
        self.motion: Motion | None = None
        self.at_ms = 0
        self.flags = 0
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
        assert self.motion is not None  # only such ships are announced as moved
        ship_type = self.particulars.ship_type if self.particulars is not None else None
        station = packed_report.Station(
            self.mmsi, self.kind, ship_type or 0, self.group, self.flags
        )
        return packed_report.pack(station, self.at_ms, self.motion)
