"""Which reports of a ship are worth a row in its track: those that dead reckoning would not have
told.

Dead-reckoning simplification after Trajcevski et al. (2006), with a floor refresh and dwell points:
when
a ship that stood still leaves, the last report of its stay is kept too, so that the stay has an
end.
"""

from math import cos, radians, sin

from maritime_app.vessels.model import Kept, Motion

METRES_PER_DEGREE = 111_195.0
_KNOT_M_PER_MS = 1852 / 3_600_000
_STILL_KNOTS = 0.5
MOVING_REFRESH_MS = 300_000
STILL_REFRESH_MS = 900_000


class Thinner:
    """One ship's kept point, and the line on which it was expected to go on from there."""

    __slots__ = (
        "_cos",
        "_east",
        "_lat",
        "_lon",
        "_north",
        "_status",
        "_still",
        "_waiting",
        "kept_ms",
    )

    def __init__(self) -> None:
        self.kept_ms = 0
        self._lat = self._lon = self._north = self._east = 0.0
        self._cos = 1.0
        self._still = False
        self._status: int | None = None
        self._waiting: tuple[int, Motion] | None = None

    def offer(self, mmsi: int, at_ms: int, motion: Motion, limit_m: float, out: list[Kept]) -> None:
        """Append to `out` what must be kept: nothing, this report, or the end of a stay and this
        report.
        """
        waited_ms = at_ms - self.kept_ms
        if self.kept_ms and motion.status == self._status:
            north = (motion.lat - self._lat) * METRES_PER_DEGREE - self._north * waited_ms
            east = (motion.lon - self._lon) * self._cos - self._east * waited_ms
            refresh_ms = STILL_REFRESH_MS if self._still else MOVING_REFRESH_MS
            if north * north + east * east <= limit_m * limit_m and waited_ms < refresh_ms:
                if self._still:
                    self._waiting = (at_ms, motion)
                return
        if self._waiting is not None and self._waiting[0] > self.kept_ms and waited_ms > 0:
            out.append(_kept(mmsi, *self._waiting))
        out.append(_kept(mmsi, at_ms, motion))
        self._start(at_ms, motion)

    def _start(self, at_ms: int, motion: Motion) -> None:
        self.kept_ms, self._lat, self._lon, self._status = (
            at_ms,
            motion.lat,
            motion.lon,
            motion.status,
        )
        self._cos = METRES_PER_DEGREE * cos(radians(motion.lat))
        speed, course = motion.sog_knots or 0.0, motion.cog_deg
        self._waiting = None
        self._still = speed < _STILL_KNOTS
        if self._still or course is None:
            self._north = self._east = 0.0
        else:
            self._north = speed * _KNOT_M_PER_MS * cos(radians(course))
            self._east = speed * _KNOT_M_PER_MS * sin(radians(course))


def _kept(mmsi: int, at_ms: int, motion: Motion) -> Kept:
    return Kept(
        mmsi,
        at_ms,
        motion.lat,
        motion.lon,
        motion.sog_knots,
        motion.cog_deg,
        motion.heading_deg,
        motion.status,
    )
