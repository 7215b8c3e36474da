"""Every ship's newest report as this web process knows it: numpy columns, addressed by a handle."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maritime_app.geo import Box
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import PLACE_BITS, UNIT_BITS, Ints, world
from maritime_app.vessels.model import Flag, Particulars, StationKind
from maritime_app.vessels.packed_report import DEGREE, DTYPE, NO_U16, PackedReports

Bytes = npt.NDArray[np.uint8]
_FIRST_CAPACITY = 4_096
_NO_STATUS_NIBBLE = 15  # 255, no status, and 15, not defined, look the same on the map


class Columns:
    """`rows[handle]` is the packed report; `x` and `y` are its place in world units."""

    def __init__(self) -> None:
        self.count = 0
        self.handles: dict[int, int] = {}
        self.particulars: dict[int, Particulars] = {}
        self.rows: PackedReports = np.zeros(_FIRST_CAPACITY, DTYPE)
        self.x: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self.y: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self._free: list[int] = []

    @property
    def capacity(self) -> int:
        """How many handles there is room for; grows by doubling."""
        return len(self.rows)

    def apply(self, reports: PackedReports) -> Ints:
        """Take packed reports in, but for those older than what is known.

        Return the handles that changed.
        """
        if not len(reports):
            return np.zeros(0, np.int64)
        where = np.fromiter(
            (self._handle(mmsi) for mmsi in reports["mmsi"].tolist()), np.int64, len(reports)
        )
        newer = reports["at_ms"] >= self.rows["at_ms"][where]
        where, reports = where[newer], reports[newer]
        self.rows[where] = reports
        lat, lon = reports["lat"] / DEGREE, reports["lon"] / DEGREE
        self.x[where], self.y[where] = world(lat, lon)
        return where

    def describe(self, statics: Sequence[tuple[int, Particulars]]) -> None:
        """Take particulars in, by MMSI."""
        self.particulars.update(statics)

    def in_use(self) -> Ints:
        """Return the handles of all ships."""
        return np.flatnonzero(self.rows["at_ms"][: self.count])

    def silent_since(self, limit_ms: int) -> Ints:
        """Return the handles of ships last heard before `limit_ms` (UTC epoch ms)."""
        at = self.rows["at_ms"][: self.count]
        return np.flatnonzero((at > 0) & (at < limit_ms))

    def remove(self, handles: Ints) -> None:
        """Free handles; the levels must have removed them before."""
        for handle in handles.tolist():
            mmsi = int(self.rows["mmsi"][handle])
            self.handles.pop(mmsi, None)
            self.particulars.pop(mmsi, None)
            self._free.append(handle)
        self.rows[handles] = np.zeros(1, DTYPE)

    def tile_keys(self, z: int, handles: Ints) -> Ints:
        """Return column and row of the level's tile under each ship, as one number."""
        shift = UNIT_BITS - z
        return ((self.x[handles] >> shift) << z) | (self.y[handles] >> shift)

    def places(self, z: int, handles: Ints) -> tuple[Ints, Ints]:
        """Return where in their tiles the ships are, 0 to 65535 from west and north."""
        shift, mask = UNIT_BITS - PLACE_BITS - z, (1 << PLACE_BITS) - 1
        return (self.x[handles] >> shift) & mask, (self.y[handles] >> shift) & mask

    def packed_kind(self, handles: Ints) -> tuple[Bytes, Bytes]:
        """Return (group | status << 4, flags) of the protocol for each ship."""
        rows = self.rows[handles]
        status = np.minimum(rows["status"], _NO_STATUS_NIBBLE)
        packed_kind = (rows["group"] | (status << 4)).astype(np.uint8)
        flags = np.where(rows["heading"] != NO_U16, frames.HEADING_KNOWN, 0)
        flags |= np.where(rows["cog"] != NO_U16, frames.COURSE_KNOWN, 0)
        flags |= np.where(rows["kind"] == StationKind.CLASS_B, frames.CLASS_B, 0)
        flags |= np.where(rows["flags"] & Flag.COARSE, frames.COARSE, 0)
        return packed_kind, flags.astype(np.uint8)

    def in_box(self, box: Box, groups: Sequence[int], oldest_ms: int) -> Ints:
        """Return handles inside the box, newest report first.

        Only of these groups (empty: all), and heard at `oldest_ms` (UTC epoch ms) or later.
        """
        rows = self.rows[: self.count]
        lat, lon = rows["lat"], rows["lon"]
        west, east = round(box.lon_min * DEGREE), round(box.lon_max * DEGREE)
        inside = (lat >= round(box.lat_min * DEGREE)) & (lat <= round(box.lat_max * DEGREE))
        inside &= (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
        inside &= rows["at_ms"] >= max(1, oldest_ms)  # a free handle has 0
        if groups:
            inside &= np.isin(rows["group"], np.array(groups, np.uint8))
        handles = np.flatnonzero(inside)
        return handles[np.argsort(-rows["at_ms"][handles].astype(np.int64), kind="stable")]

    def _handle(self, mmsi: int) -> int:
        handle = self.handles.get(mmsi)
        if handle is not None:
            return handle
        if self._free:
            handle = self._free.pop()
        else:
            handle, self.count = self.count, self.count + 1
            if self.count > len(self.rows):
                self._grow()
        self.handles[mmsi] = handle
        return handle

    def _grow(self) -> None:
        more = len(self.rows)
        self.rows = np.concatenate([self.rows, np.zeros(more, DTYPE)])
        self.x = np.concatenate([self.x, np.zeros(more, np.int64)])
        self.y = np.concatenate([self.y, np.zeros(more, np.int64)])
