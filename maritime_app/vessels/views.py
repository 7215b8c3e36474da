"""A ship's report and particulars as responses, and the page of one ship. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from maritime_app.vessels.model import (
    FeedHealth,
    Particulars,
    VesselMatch,
)
from maritime_app.vessels.packed_report import Station, UnpackedReport
from maritime_app.vessels.schemas import (
    VesselDetail,
    VesselFeed,
    VesselPosition,
    VesselSearchResult,
    VesselTrack,
    VesselTrackPoint,
)
from maritime_app.vessels.ship_types import ShipGroup, group_of, status_code

STALE_SECONDS: Final = 600
_SHIP_PAGE_POINTS = 12


@dataclass(frozen=True, slots=True)
class ShipPage:
    """One ship's page: what is known of it, its track, the newest points of it."""

    ship: VesselDetail
    track: VesselTrack
    newest_points: list[VesselTrackPoint]


def ship_page(ship: VesselDetail, track: VesselTrack) -> ShipPage:
    """Return one ship's page with its newest twelve points, newest first."""
    points = [point for piece in track.pieces for point in piece]
    return ShipPage(ship, track, points[: -_SHIP_PAGE_POINTS - 1 : -1])


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


def instant(at_ms: int) -> datetime:
    """Return the UTC instant of epoch milliseconds."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
