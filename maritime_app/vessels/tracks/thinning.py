"""Which reports of a ship are worth a point of its track: those dead reckoning does not foretell.

Dead-reckoning simplification after Trajcevski et al., "On-line data reduction and the quality of
history in moving objects databases" (MobiDE 2006), with a longest distance in time and the end of
every stay: when a ship that stood still leaves, the last report of its stay is stored, too.
"""

from datetime import UTC, datetime
from math import cos, radians, sin
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.model import Motion, Source, TrackPoint

_KNOT_M_PER_MS: Final = 1852 / 3_600_000
_STILL_KNOTS: Final = 0.5
# The longest time between two points, under way and standing still.
MOVING_REFRESH_MS: Final = 300_000
STILL_REFRESH_MS: Final = 900_000


class Thinner:
    """One ship's newest track point, and the line on which it is expected to sail on from there."""

    __slots__ = (
        "_cos",
        "_distrusted",
        "_east",
        "_hypothesis",
        "_lat",
        "_lon",
        "_mmsi",
        "_north",
        "_pending",
        "_point_ms",
        "_status",
        "_still",
    )

    def __init__(self, mmsi: int, hypothesis: int = 0) -> None:
        self._mmsi = mmsi
        self._hypothesis = hypothesis
        self._point_ms = 0
        self._lat = self._lon = 0.0
        self._north = self._east = 0.0  # metres per millisecond
        self._cos = 1.0  # metres per degree of longitude at the point
        self._still = False
        self._status: int | None = None
        self._distrusted = False
        self._pending: tuple[int, Motion, Source] | None = None  # the latest report of a stay

    def offer(
        self,
        at_ms: int,
        motion: Motion,
        source: Source,
        limit_m: float,
        out: list[TrackPoint],
        distrusted: bool = False,
    ) -> None:
        """Append the points that must be stored: none, this report, or the stay's end and this one.

        A point is needed when the ship is more than `limit_m` metres off the expected line, when
        its status changed, whether it is believed, or when the last point is too old.
        """
        elapsed_ms = at_ms - self._point_ms
        if self._point_ms and motion.status == self._status and distrusted is self._distrusted:
            north = (motion.lat - self._lat) * METRES_PER_DEGREE - self._north * elapsed_ms
            east = (motion.lon - self._lon) * self._cos - self._east * elapsed_ms
            refresh_ms = STILL_REFRESH_MS if self._still else MOVING_REFRESH_MS
            is_due = not 0 <= elapsed_ms < refresh_ms  # a clock that went back begins anew
            if north * north + east * east <= limit_m * limit_m and not is_due:
                if self._still:
                    self._pending = (at_ms, motion, source)
                return
        if self._pending is not None and self._pending[0] > self._point_ms and elapsed_ms > 0:
            out.append(self._point(*self._pending))
        self._distrusted = distrusted
        out.append(self._point(at_ms, motion, source))
        self._start(at_ms, motion)

    def _start(self, at_ms: int, motion: Motion) -> None:
        self._point_ms = at_ms
        self._lat, self._lon = motion.lat, motion.lon
        self._status = motion.status
        self._cos = METRES_PER_DEGREE * cos(radians(motion.lat))
        self._pending = None
        speed, course = motion.sog_knots or 0.0, motion.cog_deg
        self._still = speed < _STILL_KNOTS
        if self._still or course is None:
            self._north = self._east = 0.0
        else:
            self._north = speed * _KNOT_M_PER_MS * cos(radians(course))
            self._east = speed * _KNOT_M_PER_MS * sin(radians(course))

    def _point(self, at_ms: int, motion: Motion, source: Source) -> TrackPoint:
        return TrackPoint(
            mmsi=self._mmsi,
            at=datetime.fromtimestamp(at_ms / 1000, UTC),
            lat=motion.lat,
            lon=motion.lon,
            sog_knots=motion.sog_knots,
            cog_deg=motion.cog_deg,
            heading_deg=motion.heading_deg,
            status=motion.status,
            source=source,
            hypothesis=self._hypothesis,
            distrusted=self._distrusted,
        )
