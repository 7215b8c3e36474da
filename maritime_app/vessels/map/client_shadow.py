"""What clients of one level have been sent of each ship, sailed on as they sail it on: from the
time of the report, by the speed and course that they were sent.

Which reports differ from what clients work out by themselves, and so have to be sent.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.live.packed_report import DEGREE, NO_U16
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Bytes, Columns
from maritime_app.vessels.map.mercator import PLACE_BITS, Floats, Ints

REFRESH_MS = 30_000
_TURNED = 8  # 256ths of a circle: 11 degrees
# A ship that reports no more is drawn by what was sent last: a report is sent, too, when within
# this time its speed and course would lead this many tolerances elsewhere.
_DRIFT_MS, _DRIFT_TOLERANCES = 90_000, 2.5
_EARTH_CIRCUMFERENCE_M = 40_075_017.0  # of the sphere of Web Mercator
_KNOT_M_PER_MS = 1852 / 3_600_000
_MAX_AGE_MS = 0xFFFFFFFF
_MAX_COUNT = 0xFFFF
_MIN_COSINE = 0.05  # 87 degrees: nearer to the pole Mercator's scale has no use
_DTYPE = np.dtype(
    [
        ("tile", "i4"),  # key of the open tile that has the ship, or -1
        ("slot", "i4"),
        ("x", "i4"),
        ("y", "i4"),
        ("vx", "f8"),  # places per millisecond
        ("vy", "f8"),
        ("dx", "i4"),  # what the last move added to x and y
        ("dy", "i4"),
        ("at_ms", "i8"),  # of the report that was sent; of its frame if that is earlier
        ("sent_ms", "i8"),
        ("course", "u1"),
        ("speed", "u1"),
        ("heading", "u1"),  # as clients draw it now
        ("packed_kind", "u1"),
        ("flags", "u2"),
        ("count", "u2"),
    ]
)

_SLOT_BITS = 16
_SINES, _COSINES = (turn(np.arange(256) * (2 * np.pi / 256)) for turn in (np.sin, np.cos))

Rows = npt.NDArray[np.void]


class _Motion(NamedTuple):
    """Where ships are and where they go, as records say it; `vx` and `vy` as in the rows."""

    x: Ints
    y: Ints
    vx: Floats
    vy: Floats
    course: Bytes
    speed: Bytes
    at_ms: Ints  # of the report

    def of(self, which: npt.NDArray[np.bool_]) -> "_Motion":
        """Return that of some of the ships."""
        return _Motion._make(column[which] for column in self)


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

        In full: those whose look changed, and those whose move a move record cannot say. Both are
        noted as sent.
        """
        sent, now = self.rows[handles], self._motion(handles)
        sailed_ms = now.at_ms - sent["at_ms"]
        off_x = now.x - sent["x"] - sent["vx"] * sailed_ms
        off_y = now.y - sent["y"] - sent["vy"] * sailed_ms
        drift = np.hypot(now.vx - sent["vx"], now.vy - sent["vy"]) * _DRIFT_MS
        move = off_x * off_x + off_y * off_y > self._tolerance**2
        move |= drift > self._tolerance * _DRIFT_TOLERANCES
        move |= (now.speed == 0) != (sent["speed"] == 0)
        move |= now_ms - sent["sent_ms"] >= REFRESH_MS
        packed_kind, flags = self._columns.packed_kind(handles)
        # A move turns the drawn heading by as much as the course turned; another heading needs a
        # full record.
        drawn = sent["heading"] + np.where(move, now.course - sent["course"], 0).astype(np.uint8)
        heading = frames.heading_bytes(self._columns.rows["heading"][handles])
        turned = np.abs((heading - drawn).astype(np.int8).astype(np.int16)) > _TURNED
        turned &= (flags & frames.HEADING_KNOWN) > 0
        full = turned | (packed_kind != sent["packed_kind"]) | (flags != sent["flags"])
        full |= move & (now_ms - now.at_ms > frames.MOVE_MAX_AGE_MS)
        move &= ~full
        moved = handles[move]
        self.rows["heading"][moved] = drawn[move]
        self._note_motion(moved, now.of(move), now_ms)
        self.note_full(handles[full], now_ms)
        return handles[full], moved

    def note_full(self, handles: Ints, now_ms: int) -> None:
        """Note the present reports of these ships as sent in full."""
        self.rows["heading"][handles] = frames.heading_bytes(self._columns.rows["heading"][handles])
        packed_kind, flags = self._columns.packed_kind(handles)
        self.rows["packed_kind"][handles], self.rows["flags"][handles] = packed_kind, flags
        self._note_motion(handles, self._motion(handles), now_ms)

    def note_counts(self, handles: Ints, counts: Ints) -> Ints:
        """Note for how many ships each of these stands; return those that have to say so anew.

        A number that differs by less than a twentieth is not worth a record.
        """
        counts = np.minimum(counts, _MAX_COUNT)
        before = self.rows["count"][handles].astype(np.int64)
        changed = (np.abs(counts - before) * 20 > before) | ((counts == 1) != (before == 1))
        anew: Ints = handles[changed]
        self.rows["count"][anew] = counts[changed]
        return anew

    def full_records(self, handles: Ints, now_ms: int) -> Rows:
        """Return FULL records of what is noted as sent, for a frame of this time."""
        sent, rows = self.rows[handles], self._columns.rows[handles]
        records = np.empty(len(handles), frames.FULL)
        for name in ("slot", "x", "y", "course", "speed", "heading", "packed_kind", "flags"):
            records[name] = sent[name]
        records["key"], records["source"], records["kind"] = (
            rows["key"],
            rows["source"],
            rows["kind"],
        )
        records["age_ms"] = np.clip(now_ms - sent["at_ms"], 0, _MAX_AGE_MS)
        records["count"] = np.maximum(sent["count"], 1)
        return records

    def move_records(self, handles: Ints, now_ms: int) -> Rows:
        """Return MOVE records of what is noted as sent, for a frame of this time."""
        sent = self.rows[handles]
        records = np.empty(len(handles), frames.MOVE)
        for name in ("slot", "x", "y", "course", "speed"):
            records[name] = sent[name]
        records["age"] = frames.age_bytes(now_ms - sent["at_ms"])
        return records

    def step_records(self, handles: Ints, now_ms: int) -> Rows:
        """Return STEP records of what is noted as sent, of ships as `by_step` returns them."""
        records = np.empty(len(handles), frames.STEP)
        records["slots"] = _slots_apart(self._seats(handles))
        for name in ("dx", "dy", "course", "speed"):
            records[name] = self.rows[name][handles]
        records["age"] = frames.age_bytes(now_ms - self.rows["at_ms"][handles])
        return records

    def by_step(self, moved: Ints) -> tuple[Ints, Ints]:
        """Return which of these ships, noted as moved, need a move, and which a step can say.

        The second by tile and slot; of one tile all those that moved a short way, or none.
        """
        away = np.maximum(np.abs(self.rows["dx"][moved]), np.abs(self.rows["dy"][moved]))
        far, near = moved[away > frames.STEP_MAX_PLACES], moved[away <= frames.STEP_MAX_PLACES]
        seats = self._seats(near)
        order = np.argsort(seats)
        near, seats = near[order], seats[order]
        sparse = np.unique(seats[_slots_apart(seats) > frames.STEP_MAX_SLOTS] >> _SLOT_BITS)
        if not len(sparse):
            return far, near
        fits = ~np.isin(seats >> _SLOT_BITS, sparse)
        return np.concatenate([far, near[~fits]]), near[fits]

    def _seats(self, handles: Ints) -> Ints:
        """Return tile and slot of each ship as one number."""
        seats: Ints = self.rows["tile"][handles].astype(np.int64) << _SLOT_BITS
        seats |= self.rows["slot"][handles]
        return seats

    def _motion(self, handles: Ints) -> _Motion:
        """Return the newest reports of these ships as a frame of now may say them."""
        rows = self._columns.rows[handles]
        x, y = self._columns.places(self._z, handles)
        course, speed = frames.course_bytes(rows["cog"]), frames.speed_bytes(rows["sog"])
        vx, vy = self._pace(rows, course, speed)
        return _Motion(x, y, vx, vy, course, speed, rows["at_ms"].astype(np.int64))

    def _note_motion(self, handles: Ints, now: _Motion, now_ms: int) -> None:
        sent = self.rows
        sent["dx"][handles] = now.x - sent["x"][handles]
        sent["dy"][handles] = now.y - sent["y"][handles]
        for name in ("x", "y", "vx", "vy", "course", "speed"):
            sent[name][handles] = getattr(now, name)
        # No record has an age below none: clients sail from the frame's time at the latest.
        sent["at_ms"][handles] = np.minimum(now.at_ms, now_ms)
        sent["sent_ms"][handles] = now_ms

    def _pace(self, rows: Rows, course: Bytes, speed: Bytes) -> tuple[Floats, Floats]:
        """Return east and south in places per millisecond, by the speed and course as sent."""
        sails = (speed != frames.NO_SPEED) & (rows["cog"] != NO_U16)
        cosine = np.maximum(np.cos(np.radians(rows["lat"] / DEGREE)), _MIN_COSINE)
        pace = np.where(sails, speed / 4.0, 0.0) * _KNOT_M_PER_MS
        pace *= (1 << (PLACE_BITS + self._z)) / (_EARTH_CIRCUMFERENCE_M * cosine)
        return pace * _SINES[course], -pace * _COSINES[course]


def _slots_apart(seats: Ints) -> Ints:
    """Return how many slots each seat is behind the one before it in its tile."""
    apart = seats & ((1 << _SLOT_BITS) - 1)
    same_tile = seats[1:] >> _SLOT_BITS == seats[:-1] >> _SLOT_BITS
    apart[1:] -= np.where(same_tile, apart[:-1], 0)
    return apart
