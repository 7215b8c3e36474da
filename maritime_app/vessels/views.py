"""Reports and stored points as responses and pages. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from maritime_app.vessels.model import (
    FeedHealth,
    Motion,
    Particulars,
    StationKind,
    TrackPoint,
    VesselMatch,
)
from maritime_app.vessels.packed_report import Station, UnpackedReport
from maritime_app.vessels.schemas import (
    PointGeometry,
    VesselDetail,
    VesselFeature,
    VesselFeatures,
    VesselFeed,
    VesselPosition,
    VesselPositions,
    VesselSearchResult,
    VesselTrack,
    VesselTrackPoint,
)
from maritime_app.vessels.ship_types import ShipGroup, group_of, status_code

STALE_SECONDS: Final = 600
_SHIP_PAGE_POINTS = 12
_UNDER_WAY_KNOTS = 0.5


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map page without JavaScript: the newest ships as a table, and a search if one was made.

    `matches` is None when nothing was searched for; `search_error` says what is wrong with it.
    """

    q: str
    groups: tuple[str, ...]
    positions: VesselPositions
    vessels: list[VesselPosition]
    matches: list[VesselSearchResult] | None
    search_error: str


@dataclass(frozen=True, slots=True)
class ShipPage:
    """One ship's page: what is known of it, its track, the newest points of it."""

    ship: VesselDetail
    track: VesselTrack
    newest_points: list[VesselTrackPoint]


def map_page(
    q: str,
    positions: VesselPositions,
    matches: list[VesselSearchResult] | None,
    search_error: str,
) -> MapPage:
    """Return the map page; in its table stale ships come last, and those that stand still."""
    vessels = sorted(
        positions.vessels,
        key=lambda ship: (
            ship.stale,
            (ship.sog_knots or 0) <= _UNDER_WAY_KNOTS,
            ship.name or "~",  # behind every letter
        ),
    )
    groups = tuple(group.code for group in ShipGroup)
    return MapPage(q, groups, positions, vessels, matches, search_error)


def ship_page(ship: VesselDetail, track: VesselTrack) -> ShipPage:
    """Return one ship's page with its newest twelve points, newest first."""
    points = [point for piece in track.pieces for point in piece]
    return ShipPage(ship, track, points[: -_SHIP_PAGE_POINTS - 1 : -1])


def features_view(positions: VesselPositions) -> VesselFeatures:
    """Return the positions as GeoJSON."""
    return VesselFeatures(
        features=[
            VesselFeature(ship.mmsi, PointGeometry((ship.lon, ship.lat)), ship)
            for ship in positions.vessels
        ],
        feed=positions.feed,
        as_of=positions.as_of,
        total=positions.total,
        limit=positions.limit,
        offset=positions.offset,
    )


def feed_view(health: FeedHealth, now_ms: int) -> VesselFeed:
    """Return the feed's health in words."""
    age_ms = health.age_ms(now_ms)
    return VesselFeed(
        state=health.state.code,
        reason=health.reason,
        source=health.source,
        age_seconds=None if age_ms is None else age_ms / 1000,
        sandbox=health.sandbox,
    )


def position_view(
    report: UnpackedReport, known: Particulars, group: ShipGroup, now_ms: int
) -> VesselPosition:
    """Return a report as a response: degrees to 6 digits, speed and course to one."""
    motion = report.motion
    age_seconds = max(0.0, (now_ms - report.at_ms) / 1000)
    return VesselPosition(
        mmsi=report.station.mmsi,
        name=known.name,
        type=group.code,
        lat=round(motion.lat, 6),
        lon=round(motion.lon, 6),
        sog_knots=_tenths(motion.sog_knots),
        cog_deg=_tenths(motion.cog_deg),
        heading_deg=motion.heading_deg,
        status=status_code(motion.status),
        reported_at=instant(report.at_ms),
        age_seconds=age_seconds,
        stale=age_seconds > STALE_SECONDS,
        callsign=known.callsign,
        imo=known.imo,
        destination=known.destination,
    )


def detail_view(
    station: Station,
    known: Particulars,
    report: UnpackedReport | None,
    seen_at: datetime | None,
    health: FeedHealth,
    now_ms: int,
) -> VesselDetail:
    """Return everything known of one ship; `report` is its last one, if there is any."""
    group = group_of(station.kind, known.ship_type)
    position = None if report is None else position_view(report, known, group, now_ms)
    return VesselDetail(
        mmsi=station.mmsi,
        name=known.name,
        callsign=known.callsign,
        imo=known.imo,
        type=group.code,
        ship_type=known.ship_type,
        kind=station.kind.code,
        length_m=known.length_m,
        beam_m=known.beam_m,
        draught_m=_tenths(known.draught_m),
        destination=known.destination,
        eta_at=None if known.eta_ms is None else instant(known.eta_ms),
        seen_at=seen_at if position is None else position.reported_at,
        position=position,
        source="sandbox" if health.sandbox else "AISStream",
        feed=feed_view(health, now_ms),
    )


def search_result_view(match: VesselMatch) -> VesselSearchResult:
    """Return one ship found as a line of the response."""
    return VesselSearchResult(
        mmsi=match.mmsi,
        name=match.name,
        imo=match.imo,
        type=group_of(match.kind, match.ship_type).code,
        seen_at=match.seen_at,
    )


def track_point_view(point: TrackPoint) -> VesselTrackPoint:
    """Return a stored point as a response: degrees to 6 digits, speed and course to one."""
    return VesselTrackPoint(
        at=point.at,
        lat=round(point.lat, 6),
        lon=round(point.lon, 6),
        sog_knots=_tenths(point.sog_knots),
        cog_deg=_tenths(point.cog_deg),
        heading_deg=point.heading_deg,
        status=status_code(point.status),
    )


def point_of(report: UnpackedReport) -> TrackPoint:
    """Return a report as the newest point of its ship's track."""
    motion = report.motion
    return TrackPoint(
        mmsi=report.station.mmsi,
        at=instant(report.at_ms),
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


def instant(at_ms: int) -> datetime:
    """Return the UTC instant of epoch milliseconds."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
