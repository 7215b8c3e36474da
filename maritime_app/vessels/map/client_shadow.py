"""What clients of one level have been sent of each ship, sailed on as they sail it on.

Which reports differ from what clients work out by themselves, and so have to be sent.
"""

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import PLACE_BITS, Ints
from maritime_app.vessels.packed_report import DEGREE, NO_U16

REFRESH_MS = 30_000
_TURNED = 8  # 256ths of a circle: 11 degrees
_EARTH_CIRCUMFERENCE_M = 40_075_017.0  # of the sphere of Web Mercator
_KNOT_M_PER_MS = 1852 / 3_600_000
_MIN_COSINE = 0.05  # 87 degrees: nearer to the pole Mercator's scale has no use
_DTYPE = np.dtype(
    [
        ("tile", "i8"),  # key of the open tile that has the ship, or -1
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
        ("packed_kind", "u1"),
        ("flags", "u1"),
    ]
)

Rows = npt.NDArray[np.void]


class ClientShadow:
    """One row per handle. Clients sail a ship on by its speed and course; so does this copy.

    `tolerance` is how far, in 65536ths of a tile, a ship may be from there before it is sent again.
    """

    def __init__(self, z: int, columns: Columns, tolerance: float) -> None:
        self.rows: Rows = np.zeros(0, _DTYPE)
        self._z = z
        self._columns = columns
        self._tolerance = tolerance
        self.grow()

    def grow(self) -> None:
        """Make room for as many ships as the columns have."""
        missing = self._columns.capacity - len(self.rows)
        if missing:
            more = np.zeros(missing, _DTYPE)
            more["tile"] = -1
            self.rows = np.concatenate([self.rows, more])

    def differing(self, handles: Ints, now_ms: int) -> tuple[Ints, Ints]:
        """Return which of these ships are to be sent in full, and which only moved.

        In full: those whose look changed. Both are noted as sent.
        """
        sent, rows = self.rows[handles], self._columns.rows[handles]
        x, y = self._columns.places(self._z, handles)
        sailed_ms = rows["at_ms"].astype(np.int64) - sent["at_ms"]
        off_x = x - sent["x"] - sent["vx"] * sailed_ms
        off_y = y - sent["y"] - sent["vy"] * sailed_ms
        course, speed = frames.course_bytes(rows["cog"]), frames.speed_bytes(rows["sog"])
        move = off_x * off_x + off_y * off_y > self._tolerance**2
        move |= (speed == 0) != (sent["speed"] == 0)
        move |= now_ms - sent["sent_ms"] >= REFRESH_MS
        packed_kind, flags = self._columns.packed_kind(handles)
        # A move turns the drawn heading by as much as the course turned; another heading needs a
        # full record.
        drawn = sent["heading"] + np.where(move, course - sent["course"], 0).astype(np.uint8)
        heading = frames.heading_bytes(rows["heading"])
        turned = np.abs((heading - drawn).astype(np.int8).astype(np.int16)) > _TURNED
        turned &= (flags & frames.HEADING_KNOWN) > 0
        full = turned | (packed_kind != sent["packed_kind"]) | (flags != sent["flags"])
        move &= ~full
        moved = handles[move]
        self.rows["heading"][moved] = drawn[move]
        self._note_motion(moved, now_ms)
        self.note_full(handles[full], now_ms)
        return handles[full], moved

    def note_full(self, handles: Ints, now_ms: int) -> None:
        """Note the present reports of these ships as sent in full."""
        self.rows["heading"][handles] = frames.heading_bytes(self._columns.rows["heading"][handles])
        packed_kind, flags = self._columns.packed_kind(handles)
        self.rows["packed_kind"][handles], self.rows["flags"][handles] = packed_kind, flags
        self._note_motion(handles, now_ms)

    def full_records(self, handles: Ints, now_ms: int) -> Rows:
        """Return FULL records of what is noted as sent."""
        sent, rows = self.rows[handles], self._columns.rows[handles]
        age = (now_ms - rows["at_ms"].astype(np.int64)) // frames.AGE_STEP_MS
        records = np.empty(len(handles), frames.FULL)
        for name in ("slot", "x", "y", "course", "speed", "heading", "packed_kind", "flags"):
            records[name] = sent[name]
        records["mmsi"], records["age"] = rows["mmsi"], np.clip(age, 0, 255)
        return records

    def move_records(self, handles: Ints) -> Rows:
        """Return MOVE records of what is noted as sent."""
        sent = self.rows[handles]
        records = np.empty(len(handles), frames.MOVE)
        for name in ("slot", "x", "y", "course", "speed"):
            records[name] = sent[name]
        return records

    def _note_motion(self, handles: Ints, now_ms: int) -> None:
        rows, sent = self._columns.rows[handles], self.rows
        course, speed = frames.course_bytes(rows["cog"]), frames.speed_bytes(rows["sog"])
        sent["x"][handles], sent["y"][handles] = self._columns.places(self._z, handles)
        sent["course"][handles], sent["speed"][handles] = course, speed
        sent["at_ms"][handles], sent["sent_ms"][handles] = rows["at_ms"], now_ms
        sails = (speed != frames.NO_SPEED) & (rows["cog"] != NO_U16)
        cosine = np.maximum(np.cos(np.radians(rows["lat"] / DEGREE)), _MIN_COSINE)
        pace = np.where(sails, speed / 4.0, 0.0) * _KNOT_M_PER_MS
        pace *= (1 << (PLACE_BITS + self._z)) / (_EARTH_CIRCUMFERENCE_M * cosine)
        angle = course * (2 * np.pi / 256)
        sent["vx"][handles], sent["vy"][handles] = pace * np.sin(angle), -pace * np.cos(angle)
