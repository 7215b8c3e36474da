"""Track points as responses, and reports as track points. Pure."""

from datetime import UTC, datetime

from maritime_app.vessels.model import Motion, StationKind, TrackPoint
from maritime_app.vessels.packed_report import Station, UnpackedReport
from maritime_app.vessels.schemas import VesselTrackPoint
from maritime_app.vessels.ship_types import status_code


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
    )


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
    station = Station(point.mmsi, kind, ship_type=0, group=0, flags=0)
    return UnpackedReport(station, int(point.at.timestamp() * 1000), motion)
