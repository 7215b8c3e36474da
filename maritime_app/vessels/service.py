"""Who is in a box, what is known of a ship, where it was, who is under way, how the feed is."""

import struct

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound, Unavailable
from maritime_app.resources import Resources
from maritime_app.vessels import live_store, packed_report, store, views
from maritime_app.vessels.live_store import VesselUnderWay
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.model import NO_PARTICULARS, FeedHealth, Particulars, StationKind
from maritime_app.vessels.packed_report import Station, UnpackedReport
from maritime_app.vessels.requests import (
    MAX_TRACK_POINTS,
    VesselPositionsRequest,
    VesselTrackRequest,
)
from maritime_app.vessels.schemas import (
    VesselDetail,
    VesselFeed,
    VesselPositions,
    VesselSearchResult,
    VesselTrack,
)
from maritime_app.vessels.ship_types import ShipGroup
from maritime_app.vessels.tracks import geometry, views as track_views

_MIN_SEARCH_LENGTH = 2
_MAX_SEARCH_LENGTH = 40
_MAX_SEARCH_RESULTS = 50


def positions(hub: Hub, request: VesselPositionsRequest) -> VesselPositions:
    """Return the ships in a box from this process's memory; raise Invalid for a bad request."""
    request.check()
    box, groups = request.box(), request.groups()
    now_ms = clock.epoch_ms()
    columns = hub.columns
    inside = columns.in_box(box, groups, now_ms - request.max_age_seconds * 1000)
    page = inside[request.offset : request.offset + request.limit]
    vessels = []
    for row in columns.rows[page].tolist():
        report = packed_report.from_row(row)
        known = columns.particulars.get(report.station.mmsi, NO_PARTICULARS)
        group = ShipGroup(report.station.group)
        vessels.append(views.position_view(report, known, group, now_ms))
    return VesselPositions(
        total=len(inside),
        count=len(vessels),
        limit=request.limit,
        offset=request.offset,
        as_of=views.instant(now_ms),
        feed=views.feed_view(hub.health(), now_ms),
        vessels=vessels,
    )


async def vessels_under_way(res: Resources, limit: int) -> list[VesselUnderWay]:
    """Return ships under way heard in the last two minutes, ferries first.

    Empty without a feed or without Redis.
    """
    try:
        return (await live_store.vessels_under_way(res.redis_cache))[:limit]
    except (Unavailable, msgspec.MsgspecError):
        return []


async def feed_now(res: Resources) -> tuple[VesselFeed, int]:
    """Return the feed's health in words, and how many ships its consumer knows."""
    health = await feed_health(res)
    return views.feed_view(health, clock.epoch_ms()), health.ships


async def feed_health(res: Resources) -> FeedHealth:
    """Return what became of the frames since the consumer started; OFF without Redis."""
    try:
        return await live_store.health(res.redis_cache)
    except (Unavailable, msgspec.MsgspecError):
        return FeedHealth(reason="the cache does not answer")


async def vessel(res: Resources, mmsi: int) -> VesselDetail:
    """Return everything known of one ship; raise NotFound when it was never heard."""
    report, known = await _live(res, mmsi)
    async with res.db.acquire() as conn:
        stored = await store.vessel_by_mmsi(conn, mmsi)
        point = None if report is not None else await store.last_point(conn, mmsi)
    if stored is None and report is None and point is None:
        raise NotFound("No ship with this number has been heard.")
    kind = StationKind.CLASS_A if stored is None else stored.kind
    if report is None and point is not None:
        report = track_views.report_of(point, kind)
    if known is None:
        known = NO_PARTICULARS if stored is None else stored.particulars
    return views.detail_view(
        station=report.station if report is not None else Station(mmsi, kind, 0, 0, 0),
        known=known,
        report=report,
        seen_at=None if stored is None else stored.seen_at,
        health=await feed_health(res),
        now_ms=clock.epoch_ms(),
    )


async def search(res: Resources, text: str, limit: int) -> list[VesselSearchResult]:
    """Return ships by the beginning of their name, by MMSI or by IMO number, last heard first.

    Raise Invalid for a text of less than two characters.
    """
    text = " ".join(text.split())
    if len(text) < _MIN_SEARCH_LENGTH:
        raise Invalid("Please enter at least two characters.", {"q": "at least two characters"})
    number = int(text) if text.isascii() and text.isdigit() and len(text) in (7, 9) else None
    async with res.db.acquire() as conn:
        matches = await store.search_vessels(
            conn, text[:_MAX_SEARCH_LENGTH], number, max(1, min(_MAX_SEARCH_RESULTS, limit))
        )
    return [views.search_result_view(match) for match in matches]


async def track(res: Resources, mmsi: int, request: VesselTrackRequest) -> VesselTrack:
    """Return where a ship was: stored points in pieces, its newest report as the last point.

    Raise Invalid for an impossible interval, tolerance or format.
    """
    since, until = request.interval(clock.now())
    request.check()
    async with res.db.acquire() as conn:
        stored = await store.points_between(conn, mmsi, since, until, MAX_TRACK_POINTS)
    points = [track_views.track_point_view(point) for point in stored]
    report, _ = await _live(res, mmsi)
    if report is not None:
        newest = track_views.track_point_view(track_views.point_of(report))
        if since <= newest.at <= until and (not points or newest.at > points[-1].at):
            points.append(newest)
    pieces = [
        geometry.simplify(piece, request.simplify_m) for piece in geometry.break_at_gaps(points)
    ]
    return VesselTrack(
        mmsi=mmsi,
        since=since,
        until=until,
        points=sum(len(piece) for piece in pieces),
        truncated=len(stored) == MAX_TRACK_POINTS,
        fields=geometry.FIELDS,
        pieces=pieces,
    )


async def _live(res: Resources, mmsi: int) -> tuple[UnpackedReport | None, Particulars | None]:
    """Return what Redis has of a ship: nothing without Redis, or with values of another version."""
    try:
        packed, packed_known = await live_store.packed_vessel(res.redis_cache, mmsi)
        report = packed_report.unpack(packed) if packed is not None else None
        known = live_store.unpack_particulars(packed_known) if packed_known is not None else None
    except (Unavailable, struct.error, ValueError, msgspec.MsgspecError):
        return None, None
    return report, known
