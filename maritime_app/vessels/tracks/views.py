"""Track points as responses, and reports as track points. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from maritime_app.vessels.api.schemas import VesselTrackPoint
from maritime_app.vessels.codes.ship_types import status_code
from maritime_app.vessels.live.packed_report import Station, UnpackedReport
from maritime_app.vessels.model import Motion, StationKind, TrackPoint


def track_point_view(point: TrackPoint) -> VesselTrackPoint:
    """Return a stored point as a response: degrees to 6 digits, speed and course to one."""
    return VesselTrackPoint(
        at=point.at,
        lat=round(point.lat, 6),
        lon=round(point.lon, 6),
        sog_knots=None if point.sog_knots is None else round(point.sog_knots, 1),
        cog_deg=None if point.cog_deg is None else round(point.cog_deg, 1),
        heading_deg=point.heading_deg,
        status=status_code(point.status),
    )


def point_of(report: UnpackedReport) -> TrackPoint:
    """Return a report as the newest point of its ship's track."""
    motion = report.motion
    return TrackPoint(
        mmsi=report.station.mmsi,
        at=datetime.fromtimestamp(report.at_ms / 1000, UTC),
        lat=motion.lat,
        lon=motion.lon,
        sog_knots=motion.sog_knots,
        cog_deg=motion.cog_deg,
        heading_deg=motion.heading_deg,
        status=motion.status,
        source=report.station.source,
        hypothesis=report.station.hypothesis,
    )


def by_station(
    stored: Sequence[TrackPoint], newest: Sequence[TrackPoint], since: datetime, until: datetime
) -> Iterator[tuple[int, list[VesselTrackPoint]]]:
    """Yield each station's points between two instants, its newest report last.

    `stored` comes by station, each one's oldest point first.
    """
    stations = groupby(stored, key=lambda point: point.hypothesis)
    found = {hypothesis: list(points) for hypothesis, points in stations}
    for point in newest:
        points = found.setdefault(point.hypothesis, [])
        if since <= point.at <= until and (not points or point.at > points[-1].at):
            points.append(point)
    for hypothesis, points in sorted(found.items()):
        yield hypothesis, [track_point_view(point) for point in points]


def report_of(point: TrackPoint, kind: StationKind) -> UnpackedReport:
    """Return a stored point as a report, for a ship that Redis no longer has."""
    motion = Motion(
        lat=point.lat,
        lon=point.lon,
        sog_knots=point.sog_knots,
        cog_deg=point.cog_deg,
        heading_deg=point.heading_deg,
        status=point.status,
    )
    station = Station(
        point.mmsi,
        kind,
        ship_type=0,
        group=0,
        flags=0,
        source=point.source,
        hypothesis=point.hypothesis,
    )
    return UnpackedReport(station, int(point.at.timestamp() * 1000), motion)
