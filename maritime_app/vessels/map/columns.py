"""Every ship's newest report as this web process knows it: numpy columns, addressed by a handle."""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.live.horizon import horizon_ms
from maritime_app.vessels.live.packed_report import DEGREE, DTYPE, NO_U16, PackedReports
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import PLACE_BITS, UNIT_BITS, Ints, world
from maritime_app.vessels.model import Known, Source, StationKind

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
_FIRST_CAPACITY = 4_096
_NO_HANDLE = -1
_NO_STATUS_NIBBLE = 15  # 255, no status, and 15, not defined, look the same on the map
_FLAGS = (
    (Flag.COARSE, frames.COARSE),
    (Flag.SHARED_NUMBER, frames.SHARED_NUMBER),
    (Flag.DOUBTFUL, frames.DOUBTFUL),
    (Flag.IMPOSSIBLE, frames.IMPOSSIBLE),
    (Flag.ODD_NUMBER, frames.ODD_NUMBER),
)


class Columns:
    """`rows[handle]` is the packed report; `x` and `y` are its place in world units.

    `packed_kind` is (group | status << 4) and `flags` the flags of the protocol.
    """

    def __init__(self) -> None:
        self.count = 0
        self.handles: dict[int, int] = {}
        self.known: dict[int, Known] = {}  # by MMSI
        self.rows: PackedReports = np.zeros(_FIRST_CAPACITY, DTYPE)
        self.x: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self.y: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self.packed_kind: Bytes = np.zeros(_FIRST_CAPACITY, np.uint8)
        self.flags: Words = np.zeros(_FIRST_CAPACITY, np.uint16)
        self._free: list[int] = []

    @property
    def capacity(self) -> int:
        """How many handles there is room for; grows by doubling."""
        return len(self.rows)

    def apply(self, reports: PackedReports) -> Ints:
        """Take packed reports in, but for those older than what is known (see live/horizon).

        Return the handles that changed.
        """
        if not len(reports):
            return np.zeros(0, np.int64)
        where = self._handles(reports["key"].tolist())
        known_ms = self.rows["at_ms"][where]
        newer = reports["at_ms"] >= known_ms
        if not newer.all():
            newer |= known_ms > horizon_ms()
        where, reports = where[newer], reports.compress(newer)
        np.put(self.rows, where, reports)
        lat, lon = reports["lat"] / DEGREE, reports["lon"] / DEGREE
        self.x[where], self.y[where] = world(lat, lon)
        self.packed_kind[where], self.flags[where] = _look(reports)
        return where

    def describe(self, statics: Sequence[tuple[int, Known]]) -> None:
        """Take in what is known of ships, by MMSI."""
        self.known.update(statics)

    def in_use(self, oldest_ms: int = 1) -> Ints:
        """Return the handles of all ships heard at `oldest_ms` (UTC epoch ms) or later."""
        return np.flatnonzero(self.rows["at_ms"][: self.count] >= max(1, oldest_ms))

    def handles_of(self, keys: Sequence[int]) -> Ints:
        """Return the handles of those of these stations that are here."""
        found = [self.handles[key] for key in keys if key in self.handles]
        return np.array(found, np.int64)

    def not_from(self, sources: Sequence[Source]) -> Ints:
        """Return the handles of ships whose newest report came from another source."""
        rows = self.rows[: self.count]
        return np.flatnonzero((rows["at_ms"] > 0) & ~np.isin(rows["source"], list(sources)))

    def silent_since(self, limit_ms: int) -> Ints:
        """Return the handles of ships last heard before `limit_ms` (UTC epoch ms)."""
        at = self.rows["at_ms"][: self.count]
        return np.flatnonzero((at > 0) & (at < limit_ms))

    def remove(self, handles: Ints) -> None:
        """Free handles; the levels must have removed them before."""
        for handle in handles.tolist():
            key = int(self.rows["key"][handle])
            self.handles.pop(key, None)
            self.known.pop(key, None)  # of the first station under a number, as long as it is there
            self._free.append(handle)
        np.put(self.rows, handles, np.zeros(1, DTYPE))

    def tile_keys(self, z: int, handles: Ints) -> Ints:
        """Return column and row of the level's tile under each ship, as one number."""
        shift = UNIT_BITS - z
        return ((self.x[handles] >> shift) << z) | (self.y[handles] >> shift)

    def places(self, z: int, handles: Ints) -> tuple[Ints, Ints]:
        """Return where in their tiles the ships are, 0 to 65535 from west and north."""
        shift, mask = UNIT_BITS - PLACE_BITS - z, (1 << PLACE_BITS) - 1
        return (self.x[handles] >> shift) & mask, (self.y[handles] >> shift) & mask

    def _handles(self, keys: Sequence[int]) -> Ints:
        """Return the handles of these stations; those that are new here get one."""
        # No Python frame for each report: nearly all stations have a handle.
        found = map(self.handles.get, keys, repeat(_NO_HANDLE))
        where = np.fromiter(found, np.int64, len(keys))
        for number in np.flatnonzero(where == _NO_HANDLE).tolist():
            where[number] = self._handle(keys[number])
        return where

    def _handle(self, key: int) -> int:
        handle = self.handles.get(key)  # two reports of a new station may come at once
        if handle is not None:
            return handle
        if self._free:
            handle = self._free.pop()
        else:
            handle, self.count = self.count, self.count + 1
            if self.count > len(self.rows):
                self._grow()
        self.handles[key] = handle
        return handle

    def _grow(self) -> None:
        more = len(self.rows)
        self.rows = np.concatenate([self.rows, np.zeros(more, DTYPE)])
        self.x = np.concatenate([self.x, np.zeros(more, np.int64)])
        self.y = np.concatenate([self.y, np.zeros(more, np.int64)])
        self.packed_kind = np.concatenate([self.packed_kind, np.zeros(more, np.uint8)])
        self.flags = np.concatenate([self.flags, np.zeros(more, np.uint16)])


def _look(rows: PackedReports) -> tuple[Bytes, Words]:
    """Return (group | status << 4, flags) of the protocol for each report."""
    status = np.minimum(rows["status"], _NO_STATUS_NIBBLE)
    packed_kind = (rows["group"] | (status << 4)).astype(np.uint8)
    flags = np.where(rows["heading"] != NO_U16, frames.HEADING_KNOWN, 0)
    flags |= np.where(rows["cog"] != NO_U16, frames.COURSE_KNOWN, 0)
    flags |= np.where(rows["kind"] == StationKind.CLASS_B, frames.CLASS_B, 0)
    flags |= np.where(rows["source"] >= Source.SIMULATED, frames.INVENTED, 0)
    for of_report, of_protocol in _FLAGS:
        flags |= np.where(rows["flags"] & of_report, of_protocol, 0)
    return packed_kind, flags.astype(np.uint16)
