"""What clients of one level have been sent of each ship, sailed on as they sail it on: from the
time of the report, by the speed and course that they were sent.

Which reports differ from what clients work out by themselves, and so have to be sent.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.live.packed_report import DEGREE, NO_U16
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.columns import Columns, Words
from maritime_app.vessels.map.mercator import PLACE_BITS, Floats, Ints

REFRESH_MS = 30_000
_TURNED = 2_048  # 65536ths of a circle: 11 degrees
_UNDER_WAY = 2  # tenths of a knot: less is a receiver's noise
# A ship that reports no more is drawn by what was sent last: a report is sent, too, when within
# this time its speed and course would lead this many tolerances elsewhere.
_DRIFT_MS, _DRIFT_TOLERANCES = 90_000, 2.5
# The last report of a ship that was not heard for so long is sent if clients would find it a
# tolerance elsewhere by the time that they let it sail no further.
_SILENT_MS, _RECKONED_MS = 15_000, 180_000
_EARTH_CIRCUMFERENCE_M = 360 * METRES_PER_DEGREE
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
        ("course", "u2"),
        ("speed", "u2"),
        ("heading", "u2"),  # as clients draw it now, in 65536ths: it turns as courses do
        ("packed_kind", "u1"),
        ("flags", "u2"),
        ("count", "u2"),
    ]
)

_SLOT_BITS = 16
_SPEED_SHIFT, _SPEED_IN_MOTION = 12, 4
_COURSE_BITS, _HEADING_BITS = 4, 8  # by which a heading is finer here than those of records
_TURNS = np.arange(frames.COURSES) * (2 * np.pi / frames.COURSES)
_SINES, _COSINES = np.sin(_TURNS), np.cos(_TURNS)

Rows = npt.NDArray[np.void]


class _Motion(NamedTuple):
    """Where ships are and where they go, as records say it; `vx` and `vy` as in the rows."""

    x: Ints
    y: Ints
    vx: Floats
    vy: Floats
    course: Words
    speed: Words
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
        sent, now = self.rows.take(handles), self._motion(handles)
        sailed_ms = now.at_ms - sent["at_ms"]
        off_x = now.x - sent["x"] - sent["vx"] * sailed_ms
        off_y = now.y - sent["y"] - sent["vy"] * sailed_ms
        apart_x, apart_y = now.vx - sent["vx"], now.vy - sent["vy"]
        off, apart = off_x * off_x + off_y * off_y, apart_x * apart_x + apart_y * apart_y
        move = off > self._tolerance**2
        move |= apart > (self._tolerance * _DRIFT_TOLERANCES / _DRIFT_MS) ** 2
        move |= (now.speed < _UNDER_WAY) != (sent["speed"] < _UNDER_WAY)
        # Either way: what was sent at a time to come was sent before the clock went back.
        move |= np.abs(now_ms - sent["sent_ms"]) >= REFRESH_MS
        late = np.flatnonzero(now_ms - now.at_ms > _SILENT_MS)
        if len(late):
            # Clients let it sail for so long after the report that they have, not after this one.
            stopped = np.hypot(now.vx[late], now.vy[late]) * sailed_ms[late]
            at_last = np.sqrt(off[late]) + np.sqrt(apart[late]) * _RECKONED_MS + stopped
            move[late] |= at_last > self._tolerance
        packed_kind, flags = self._columns.packed_kind[handles], self._columns.flags[handles]
        # A move turns the drawn heading by as much as the course turned; another heading needs a
        # full record.
        turn = np.where(move, now.course - sent["course"], 0) << _COURSE_BITS
        drawn = sent["heading"] + turn.astype(np.uint16)
        away = (self._heading(handles) - drawn).astype(np.int16).astype(np.int32)
        turned = np.abs(away) > _TURNED
        turned &= (flags & frames.HEADING_KNOWN) > 0
        full = turned | (packed_kind != sent["packed_kind"]) | (flags != sent["flags"])
        full |= move & (now_ms - now.at_ms > frames.MOVE_MAX_AGE_MS)
        move &= ~full
        moved = handles[move]
        self.rows["heading"][moved] = drawn[move]
        self._note_motion(moved, now.of(move), now_ms)
        self.note_full(handles[full], now_ms)
        return handles[full], moved

    def unsent(self, now_ms: int) -> Ints:
        """Return the ships of open tiles that fell silent after a report that was not sent."""
        rows = self.rows
        at_ms = self._columns.rows["at_ms"][: len(rows)].astype(np.int64)
        waits = (rows["tile"] >= 0) & (at_ms > rows["at_ms"]) & (at_ms < now_ms - _SILENT_MS)
        return np.flatnonzero(waits)

    def note_full(self, handles: Ints, now_ms: int) -> None:
        """Note the present reports of these ships as sent in full."""
        self.rows["heading"][handles] = self._heading(handles)
        self.rows["packed_kind"][handles] = self._columns.packed_kind[handles]
        self.rows["flags"][handles] = self._columns.flags[handles]
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
        sent, rows = self.rows.take(handles), self._columns.rows.take(handles)
        records = np.empty(len(handles), frames.FULL)
        for name in ("slot", "x", "y", "packed_kind", "flags"):
            records[name] = sent[name]
        _say_motion(records, sent["course"], sent["speed"])
        records["heading"] = (sent["heading"] + (1 << _HEADING_BITS >> 1)) >> _HEADING_BITS
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
        sent = self.rows.take(handles)
        records = np.empty(len(handles), frames.MOVE)
        for name in ("slot", "x", "y"):
            records[name] = sent[name]
        _say_motion(records, sent["course"], sent["speed"])
        records["age"] = frames.age_bytes(now_ms - sent["at_ms"])
        return records

    def step_records(self, handles: Ints, now_ms: int) -> Rows:
        """Return STEP records of what is noted as sent, of ships as `by_step` returns them."""
        sent, records = self.rows, np.empty(len(handles), frames.STEP)
        records["slots"] = _slots_apart(self._seats(handles))
        records["dx"], records["dy"] = sent["dx"][handles], sent["dy"][handles]
        _say_motion(records, sent["course"][handles], sent["speed"][handles])
        records["age"] = frames.age_bytes(now_ms - sent["at_ms"][handles])
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
        rows = self._columns.rows.take(handles)
        x, y = self._columns.places(self._z, handles)
        course, speed = frames.courses(rows["cog"]), frames.speeds(rows["sog"])
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

    def _heading(self, handles: Ints) -> Words:
        """Return the reported headings in 65536ths of a circle."""
        reported = frames.heading_bytes(self._columns.rows["heading"][handles])
        finer: Words = reported.astype(np.uint16) << np.uint16(_HEADING_BITS)
        return finer

    def _pace(self, rows: Rows, course: Words, speed: Words) -> tuple[Floats, Floats]:
        """Return east and south in places per millisecond, by the speed and course as sent."""
        sails = (speed != frames.NO_SPEED) & (rows["cog"] != NO_U16)
        cosine = np.maximum(np.cos(np.radians(rows["lat"] / DEGREE)), _MIN_COSINE)
        pace = np.where(sails, speed / 10.0, 0.0) * _KNOT_M_PER_MS
        pace *= (1 << (PLACE_BITS + self._z)) / (_EARTH_CIRCUMFERENCE_M * cosine)
        return pace * _SINES[course], -pace * _COSINES[course]


def _say_motion(records: Rows, course: Words, speed: Words) -> None:
    """Write course and speed, twelve bits each."""
    records["motion"] = course | speed << _SPEED_SHIFT
    records["fast"] = speed >> _SPEED_IN_MOTION


def _slots_apart(seats: Ints) -> Ints:
    """Return how many slots each seat is behind the one before it in its tile."""
    apart = seats & ((1 << _SLOT_BITS) - 1)
    same_tile = seats[1:] >> _SLOT_BITS == seats[:-1] >> _SLOT_BITS
    apart[1:] -= np.where(same_tile, apart[:-1], 0)
    return apart
