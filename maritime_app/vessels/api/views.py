"""A ship's report and particulars as responses, and the page of one ship. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct

from maritime_app.vessels.api.schemas import (
    VesselDetail,
    VesselFeed,
    VesselFeedHealth,
    VesselFeedSource,
    VesselPlace,
    VesselPosition,
    VesselPositionExtended,
    VesselSafetyText,
    VesselSearchResult,
    VesselTrack,
    VesselTrackPoint,
)
from maritime_app.vessels.codes.flag_states import flag_state
from maritime_app.vessels.codes.flags import Flag, flag_codes, integrity_of
from maritime_app.vessels.codes.ship_types import group_of, status_code
from maritime_app.vessels.live.packed_report import Station, UnpackedReport
from maritime_app.vessels.model import (
    NO_PARTICULARS,
    EtaPrecision,
    FeedHealth,
    HeardText,
    Known,
    Particulars,
    SourceHealth,
    VesselMatch,
)

STALE_SECONDS: Final = 600
_SHIP_PAGE_POINTS = 12
# "SART TEST" and "TEST-CALL", but not "THIS IS NOT A TEST".
_TEST: Final = re.compile(r"\b(?<!\bNO )(?<!\bNOT )(?<!\bNOT A )TEST(ING)?\b")
_ETA_FORMATS = {
    EtaPrecision.MINUTE: "%Y-%m-%dT%H:%MZ",
    EtaPrecision.HOUR: "%Y-%m-%dT%HZ",
    EtaPrecision.DAY: "%Y-%m-%d",
}


class ShipPage(Struct, frozen=True):
    """One ship's page: what is known of it, its track, the newest points of it.

    `eta_day` is that of an arrival told without its minute, `stations` what the chart shows: each
    station under the ship's number by `lon`, `lat`, `heading` (degrees or None) and `group`.
    """

    ship: VesselDetail
    track: VesselTrack
    newest_points: list[VesselTrackPoint]
    eta_day: date | None
    stations: list[dict[str, Any]]


def ship_page(ship: VesselDetail, track: VesselTrack) -> ShipPage:
    """Return one ship's page with its newest twelve points, newest first."""
    points = sorted((point for piece in track.pieces for point in piece), key=lambda p: p.at)
    eta_day = None if ship.eta is None else date.fromisoformat(ship.eta[:10])
    heard = [] if ship.position is None else [ship.position, *ship.other_positions]
    return ShipPage(
        ship,
        track,
        newest_points=points[: -_SHIP_PAGE_POINTS - 1 : -1],
        eta_day=eta_day,
        stations=[_drawn(position) for position in heard],
    )


def _drawn(position: VesselPosition) -> dict[str, Any]:
    heading = position.cog_deg if position.heading_deg is None else position.heading_deg
    return {"lon": position.lon, "lat": position.lat, "heading": heading, "group": position.type}


def feed_view(health: FeedHealth, now_ms: int) -> VesselFeed:
    """Return the feed's health in words."""
    return VesselFeed(
        state=health.state.code,
        reason=health.reason,
        source=health.source,
        age_seconds=_seconds(health.age_ms(now_ms)),
        sandbox=health.sandbox,
    )


def feed_health_view(health: FeedHealth, now_ms: int) -> VesselFeedHealth:
    """Return the feed's health source by source."""
    sources = [_source_view(source, now_ms) for source in health.sources]
    return VesselFeedHealth(feed_view(health, now_ms), health.ships, instant(now_ms), sources)


def position_view(report: UnpackedReport, known: Known | None, now_ms: int) -> VesselPosition:
    """Return a report as a response: degrees to 6 digits, speed and course to one."""
    return VesselPosition(**_position_fields(report, known, now_ms))


def extended_view(
    report: UnpackedReport, known: Known | None, now_ms: int
) -> VesselPositionExtended:
    """Return a report with what the ship says of its voyage and size."""
    told = NO_PARTICULARS if known is None else known.particulars
    return VesselPositionExtended(
        **_position_fields(report, known, now_ms),
        ship_type=told.ship_type,
        length_m=told.length_m,
        beam_m=told.beam_m,
        to_bow_m=told.to_bow_m,
        to_stern_m=told.to_stern_m,
        to_port_m=told.to_port_m,
        to_starboard_m=told.to_starboard_m,
        draught_m=_tenths(told.draught_m),
        eta=_eta(told),
        eta_precision=_eta_precision(told),
    )


def place_view(report: UnpackedReport, known: Known | None) -> VesselPlace:
    """Return who is where, and no more."""
    motion, station = report.motion, report.station
    told = NO_PARTICULARS if known is None else known.particulars
    return VesselPlace(
        mmsi=station.mmsi,
        hypothesis=station.hypothesis,
        name=told.name,
        type=_group(station, told),
        lat=round(motion.lat, 6),
        lon=round(motion.lon, 6),
        sog_knots=_tenths(motion.sog_knots),
        cog_deg=_tenths(motion.cog_deg),
        heading_deg=motion.heading_deg,
        reported_at=instant(report.at_ms),
        source=station.source.code,
    )


def detail_view(
    station: Station,
    known: Known | None,
    reports: Sequence[UnpackedReport],
    texts: Sequence[HeardText],
    seen_at: datetime | None,
    health: FeedHealth,
    now_ms: int,
) -> VesselDetail:
    """Return everything known under one number; `reports` are the last ones, the newest first."""
    told = NO_PARTICULARS if known is None else known.particulars
    positions = [position_view(report, known, now_ms) for report in reports]
    position = positions[0] if positions else None
    eta_at = None if told.eta_ms is None else instant(told.eta_ms)
    return VesselDetail(
        mmsi=station.mmsi,
        name=told.name,
        callsign=told.callsign,
        imo=told.imo,
        type=_group(station, told),
        ship_type=told.ship_type,
        kind=station.kind.code,
        flag=flag_state(station.mmsi),
        length_m=told.length_m,
        beam_m=told.beam_m,
        draught_m=_tenths(told.draught_m),
        destination=told.destination,
        eta_at=eta_at if told.eta_precision is EtaPrecision.MINUTE else None,
        eta=_eta(told),
        eta_precision=_eta_precision(told),
        mothership=told.mothership,
        static_at=_known_at(known, voyage=False),
        voyage_at=_known_at(known, voyage=True),
        static_source=None if known is None else known.source.code,
        seen_at=seen_at if position is None else position.reported_at,
        position=position,
        other_positions=positions[1:],
        flags=flag_codes(station.flags & ~Flag.ACCURATE),
        safety_texts=[safety_text_view(text) for text in texts],
        source=station.source.code,
        feed=feed_view(health, now_ms),
    )


def safety_text_view(text: HeardText) -> VesselSafetyText:
    """Return a safety-related text as a response."""
    test = _TEST.search(text.body.upper()) is not None
    return VesselSafetyText(text.mmsi, text.at, text.to_mmsi, text.body, test, text.source.code)


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


def _position_fields(report: UnpackedReport, known: Known | None, now_ms: int) -> dict[str, Any]:
    motion, station = report.motion, report.station
    told = NO_PARTICULARS if known is None else known.particulars
    age_seconds = max(0.0, (now_ms - report.at_ms) / 1000)
    return {
        "mmsi": station.mmsi,
        "hypothesis": station.hypothesis,
        "name": told.name,
        "type": _group(station, told),
        "kind": station.kind.code,
        "flag": flag_state(station.mmsi),
        "lat": round(motion.lat, 6),
        "lon": round(motion.lon, 6),
        "accuracy": "high" if station.flags & Flag.ACCURATE else "low",
        "sog_knots": _tenths(motion.sog_knots),
        "cog_deg": _tenths(motion.cog_deg),
        "heading_deg": motion.heading_deg,
        "rot_deg_min": _tenths(motion.rot_deg_min),
        "altitude_m": motion.altitude_m,
        "status": status_code(motion.status),
        "reported_at": instant(report.at_ms),
        "age_seconds": age_seconds,
        "stale": age_seconds > STALE_SECONDS,
        "flags": flag_codes(station.flags & ~Flag.ACCURATE),
        "integrity": integrity_of(station.flags),
        "source": station.source.code,
        "callsign": told.callsign,
        "imo": told.imo,
        "destination": told.destination,
        "static_at": _known_at(known, voyage=False),
        "voyage_at": _known_at(known, voyage=True),
    }


def _source_view(source: SourceHealth, now_ms: int) -> VesselFeedSource:
    return VesselFeedSource(
        name=source.name,
        source=source.source.code,
        state=source.state.code,
        reason=source.reason,
        age_seconds=_seconds_since(source.last_position_ms, now_ms),
        message_age_seconds=_seconds_since(source.last_frame_ms, now_ms),
        frames=source.frames,
        stored=source.stored,
        rejected=source.rejected,
    )


def _group(station: Station, told: Particulars) -> str:
    return group_of(station.kind, told.ship_type, test=bool(station.flags & Flag.TEST)).code


def _known_at(known: Known | None, *, voyage: bool) -> datetime | None:
    if known is None:
        return None
    at_ms = known.voyage_ms if voyage else known.static_ms
    return instant(at_ms) if at_ms else None


def _eta(told: Particulars) -> str | None:
    """Return what is known of the arrival as ISO 8601, in no more detail than was told."""
    if told.eta_ms is None:
        return None
    return instant(told.eta_ms).strftime(_ETA_FORMATS[told.eta_precision])


def _eta_precision(told: Particulars) -> str | None:
    return None if told.eta_ms is None else told.eta_precision.code


def _seconds_since(at_ms: int | None, now_ms: int) -> float | None:
    return None if at_ms is None else _seconds(max(0, now_ms - at_ms))


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
