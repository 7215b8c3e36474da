"""What clients of one level were told of each ship, and which reports differ from what they work
out.
"""

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import PLACE_BITS, Ints
from maritime_app.vessels.packed_report import DEGREE, NO_U16

REFRESH_MS = 30_000
_TURNED = 8  # 256ths of a circle: 11 degrees
_EARTH_M = 40_075_017.0
_KNOT_M_PER_MS = 1852 / 3_600_000
_DTYPE = np.dtype(
    [
        ("tile", "i8"),  # key of the open tile that shows the ship, or -1
        ("slot", "i8"),
        ("x", "i8"),
        ("y", "i8"),
        ("vx", "f8"),  # places per millisecond
        ("vy", "f8"),
        ("at_ms", "i8"),  # of the report that was sent
        ("sent_ms", "i8"),
        ("course", "u1"),
        ("speed", "u1"),
        ("heading", "u1"),  # as clients draw it now
        ("what", "u1"),
        ("flags", "u1"),
    ]
)

Rows = npt.NDArray[np.void]


class Sent:
    """One row per handle. Clients sail a ship on by its speed and course; so does this copy."""

    def __init__(self, z: int, columns: Columns, off_units: float) -> None:
        self.rows: Rows = np.zeros(0, _DTYPE)
        self._z = z
        self._columns = columns
        self._off_units = off_units
        self.grow()

    def grow(self) -> None:
        """Room for as many ships as the columns have."""
        missing = self._columns.capacity - len(self.rows)
        if missing:
            more = np.zeros(missing, _DTYPE)
            more["tile"] = -1
            self.rows = np.concatenate([self.rows, more])

    def differing(self, handles: Ints, now_ms: int) -> tuple[Ints, Ints]:
        """Of ships shown: those whose look changed (to be sent in full) and those found elsewhere
        (moves).
        """
        told, rows = self.rows[handles], self._columns.rows[handles]
        x, y = self._columns.places(self._z, handles)
        sailed_ms = rows["at_ms"].astype(np.int64) - told["at_ms"]
        off_x = x - told["x"] - told["vx"] * sailed_ms
        off_y = y - told["y"] - told["vy"] * sailed_ms
        course, speed = frames.course_bytes(rows["cog"]), frames.speed_bytes(rows["sog"])
        move = off_x * off_x + off_y * off_y > self._off_units**2
        move |= (speed == 0) != (told["speed"] == 0)
        move |= now_ms - told["sent_ms"] >= REFRESH_MS
        what, flags = self._columns.what(handles)
        # A move turns the drawn heading by as much as the course turned; another heading needs a
        # full record.
        drawn = told["heading"] + np.where(move, course - told["course"], 0).astype(np.uint8)
        heading = frames.heading_bytes(rows["heading"])
        turned = np.abs((heading - drawn).astype(np.int8).astype(np.int16)) > _TURNED
        turned &= (flags & frames.HEADING_KNOWN) > 0
        full = turned | (what != told["what"]) | (flags != told["flags"])
        move &= ~full
        moved = handles[move]
        self.rows["heading"][moved] = drawn[move]
        self._remember(moved, now_ms)
        self.take(handles[full], now_ms)
        return handles[full], moved

    def take(self, handles: Ints, now_ms: int) -> None:
        """The present reports are what is sent in full."""
        self.rows["heading"][handles] = frames.heading_bytes(self._columns.rows["heading"][handles])
        what, flags = self._columns.what(handles)
        self.rows["what"][handles], self.rows["flags"][handles] = what, flags
        self._remember(handles, now_ms)

    def full_records(self, handles: Ints, now_ms: int) -> Rows:
        """FULL records of what has been sent."""
        told, rows = self.rows[handles], self._columns.rows[handles]
        age = (now_ms - rows["at_ms"].astype(np.int64)) // frames.AGE_STEP_MS
        records = np.empty(len(handles), frames.FULL)
        for name in ("slot", "x", "y", "course", "speed", "heading", "what", "flags"):
            records[name] = told[name]
        records["mmsi"], records["age"] = rows["mmsi"], np.clip(age, 0, 255)
        return records

    def move_records(self, handles: Ints) -> Rows:
        """MOVE records of what has been sent."""
        told = self.rows[handles]
        records = np.empty(len(handles), frames.MOVE)
        for name in ("slot", "x", "y", "course", "speed"):
            records[name] = told[name]
        return records

    def _remember(self, handles: Ints, now_ms: int) -> None:
        rows, mine = self._columns.rows[handles], self.rows
        course, speed = frames.course_bytes(rows["cog"]), frames.speed_bytes(rows["sog"])
        mine["x"][handles], mine["y"][handles] = self._columns.places(self._z, handles)
        mine["course"][handles], mine["speed"][handles] = course, speed
        mine["at_ms"][handles], mine["sent_ms"][handles] = rows["at_ms"], now_ms
        sails = (speed != frames.NO_SPEED) & (rows["cog"] != NO_U16)
        cosine = np.maximum(np.cos(np.radians(rows["lat"] / DEGREE)), 0.05)
        pace = np.where(sails, speed / 4.0, 0.0) * _KNOT_M_PER_MS
        pace *= (1 << (PLACE_BITS + self._z)) / (_EARTH_M * cosine)
        angle = course * (2 * np.pi / 256)
        mine["vx"][handles], mine["vy"][handles] = pace * np.sin(angle), -pace * np.cos(angle)
