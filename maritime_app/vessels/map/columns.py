"""Every ship's newest report as this web process knows it: numpy columns, addressed by a handle."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maritime_app.geo import Box
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import PLACE_BITS, UNIT_BITS, Ints, world
from maritime_app.vessels.model import Flag, Kind, Particulars
from maritime_app.vessels.packed_report import DEGREE, DTYPE, Records

Bytes = npt.NDArray[np.uint8]
_FIRST_CAPACITY = 4_096


class Columns:
    """`rows[handle]` is the packed record; its place in world units is kept beside it."""

    def __init__(self) -> None:
        self.count = 0
        self.handles: dict[int, int] = {}
        self.particulars: dict[int, Particulars] = {}
        self.rows: Records = np.zeros(_FIRST_CAPACITY, DTYPE)
        self.x: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self.y: Ints = np.zeros(_FIRST_CAPACITY, np.int64)
        self._free: list[int] = []

    @property
    def capacity(self) -> int:
        """How many handles there is room for; grows by doubling."""
        return len(self.rows)

    def apply(self, records: Records) -> Ints:
        """Take packed reports in; older ones than known are dropped.

        Returns the handles that changed.
        """
        if not len(records):
            return np.zeros(0, np.int64)
        where = np.fromiter(
            (self._handle(mmsi) for mmsi in records["mmsi"].tolist()), np.int64, len(records)
        )
        newer = records["at_ms"] >= self.rows["at_ms"][where]
        where, records = where[newer], records[newer]
        self.rows[where] = records
        lat, lon = records["lat"] / DEGREE, records["lon"] / DEGREE
        self.x[where], self.y[where] = world(lat, lon)
        return where

    def describe(self, told: Sequence[tuple[int, Particulars]]) -> None:
        """Take static data in."""
        self.particulars.update(told)

    def old(self, limit_ms: int) -> Ints:
        """Handles of ships not heard of since."""
        at = self.rows["at_ms"][: self.count]
        return np.flatnonzero((at > 0) & (at < limit_ms))

    def forget(self, handles: Ints) -> None:
        """Free handles. The levels must have let go of them before."""
        for handle in handles.tolist():
            mmsi = int(self.rows["mmsi"][handle])
            self.handles.pop(mmsi, None)
            self.particulars.pop(mmsi, None)
            self._free.append(handle)
        self.rows[handles] = np.zeros(1, DTYPE)

    def known(self) -> Ints:
        """Handles in use."""
        return np.flatnonzero(self.rows["at_ms"][: self.count])

    def tile_keys(self, z: int, handles: Ints) -> Ints:
        """Column and row of the level's tile under each ship, as one number."""
        shift = UNIT_BITS - z
        return ((self.x[handles] >> shift) << z) | (self.y[handles] >> shift)

    def places(self, z: int, handles: Ints) -> tuple[Ints, Ints]:
        """Where in their tiles the ships are, 0 to 65535."""
        shift, mask = UNIT_BITS - PLACE_BITS - z, (1 << PLACE_BITS) - 1
        return (self.x[handles] >> shift) & mask, (self.y[handles] >> shift) & mask

    def what(self, handles: Ints) -> tuple[Bytes, Bytes]:
        """(group | status << 4, flags) of the protocol for each ship."""
        rows = self.rows[handles]
        status = np.minimum(rows["status"], 15)
        what = (rows["group"] | (status << 4)).astype(np.uint8)
        flags = np.where(rows["heading"] != 0xFFFF, frames.HEADING_KNOWN, 0)
        flags |= np.where(rows["cog"] != 0xFFFF, frames.COURSE_KNOWN, 0)
        flags |= np.where(rows["kind"] == Kind.CLASS_B, frames.CLASS_B, 0)
        flags |= np.where(rows["flags"] & Flag.COARSE, frames.COARSE, 0)
        return what, flags.astype(np.uint8)

    def in_box(self, box: Box, groups: Sequence[int], newest_before_ms: int) -> Ints:
        """Handles inside the box, of these groups (none: all), heard since the given time; newest
        first.
        """
        rows = self.rows[: self.count]
        lat, lon = rows["lat"], rows["lon"]
        west, east = round(box.lon_min * DEGREE), round(box.lon_max * DEGREE)
        inside = (lat >= round(box.lat_min * DEGREE)) & (lat <= round(box.lat_max * DEGREE))
        inside &= (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
        inside &= rows["at_ms"] >= max(1, newest_before_ms)
        if groups:
            inside &= np.isin(rows["group"], np.array(groups, np.uint8))
        found = np.flatnonzero(inside)
        return found[np.argsort(-rows["at_ms"][found].astype(np.int64), kind="stable")]

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
