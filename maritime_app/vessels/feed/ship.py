"""One station's state in the consumer's memory."""

from typing import NamedTuple

from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.codes.ship_types import group_of
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import Known, Motion, Report, Source, StationKind


class Suspect(NamedTuple):
    """A report from impossibly far away, which waits for a second one from there."""

    report: Report
    motion: Motion
    source: Source


class Shift(NamedTuple):
    """By how many metres a ship hopped away from where it must be, and when (UTC epoch ms)."""

    north_m: float
    east_m: float
    since_ms: int


class Ship:
    """One station; mutable, owned by the Fleet, read by subscribers.

    `key` is its MMSI, with the number of the hypothesis in the upper bits (packed_report.key_of).
    `motion`, `at_ms`, `flags` and `source` are those of the newest position report, `reports` how
    many there were; its other parts are not held, because that costs more than all else on the hot
    road. `known` is what is published of its particulars, `static_ms` the time of the newest
    message with any. `others` are further stations under the same number, `shared`
    whether there are any. `doubts` is how many clean reports it must send before it is believed,
    `frozen_ms` for how long its place has not changed although it makes way, `drift_deg` by how
    much its course usually differs from its heading, `shift` by what it hopped and has not come
    back. Times are UTC epoch milliseconds.
    """

    __slots__ = (
        "at_ms",
        "doubts",
        "drift_deg",
        "flags",
        "frozen_ms",
        "group",
        "key",
        "kind",
        "known",
        "mmsi",
        "motion",
        "others",
        "reports",
        "seen_ms",
        "shared",
        "shift",
        "source",
        "static_ms",
        "suspects",
    )

    def __init__(self, mmsi: int, kind: StationKind, hypothesis: int = 0) -> None:
        self.mmsi = mmsi
        self.key = packed_report.key_of(mmsi, hypothesis)
        self.kind = kind
        self.group = group_of(kind, None)
        self.motion: Motion | None = None
        self.at_ms = 0
        self.flags = 0
        self.source = Source.AISSTREAM
        self.reports = 0
        self.known: Known | None = None
        self.seen_ms = 0
        self.static_ms = 0
        self.suspects: tuple[Suspect, ...] = ()
        self.others: list[Ship] | None = None
        self.shared = False
        self.doubts = 0
        self.frozen_ms = 0
        self.drift_deg: float | None = None
        self.shift: Shift | None = None

    @property
    def hypothesis(self) -> int:
        """Which of the stations under its number this is, from 0."""
        return packed_report.hypothesis_of(self.key)

    def regroup(self) -> bool:
        """Derive the group from kind, ship type and flags; return whether it changed."""
        ship_type = None if self.known is None else self.known.particulars.ship_type
        group = group_of(self.kind, ship_type, test=bool(self.flags & Flag.TEST))
        changed = group is not self.group
        self.group = group
        return changed

    def packed(self) -> bytes:
        """Return the newest position report packed; only for ships that have one."""
        assert self.motion is not None  # only such ships are announced as moved
        ship_type = self.known.particulars.ship_type if self.known is not None else None
        flags = self.flags | Flag.SHARED_NUMBER if self.shared else self.flags
        return packed_report.pack_values(
            self.key, self.at_ms, self.motion, flags, self.kind, ship_type, self.group, self.source
        )
