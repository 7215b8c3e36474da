"""Who is in a box, what is known of a ship, where it was, who is under way, how the feed is."""

import struct
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound, Unavailable
from maritime_app.geo import Position
from maritime_app.resources import Resources
from maritime_app.vessels import store
from maritime_app.vessels.api import views
from maritime_app.vessels.api.requests import (
    MAX_TRACK_POINTS,
    PositionFields,
    VesselPositionsRequest,
    VesselTrackRequest,
)
from maritime_app.vessels.api.schemas import (
    VesselDetail,
    VesselFeed,
    VesselFeedHealth,
    VesselPosition,
    VesselPositions,
    VesselSafetyText,
    VesselSearchResult,
    VesselTrack,
    VesselTrackPoint,
)
from maritime_app.vessels.live import live_store, packed_report, sources
from maritime_app.vessels.live.horizon import standing_ms
from maritime_app.vessels.live.live_store import VesselUnderWay
from maritime_app.vessels.live.packed_report import Station, UnpackedReport
from maritime_app.vessels.map import selection
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.selection import Selection
from maritime_app.vessels.model import FeedHealth, Known, StationKind, Vessel
from maritime_app.vessels.predictions import service as predictions
from maritime_app.vessels.predictions.views import predicted_arrival
from maritime_app.vessels.replay import service as replay
from maritime_app.vessels.sea.lanes import sea_way
from maritime_app.vessels.tracks import geometry, views as track_views

_MIN_SEARCH_LENGTH = 2
_MAX_SEARCH_LENGTH = 40
_SAFETY_TEXT_AGE = timedelta(hours=24)
_MAX_SAFETY_TEXTS = 100


def positions(hub: Hub, request: VesselPositionsRequest) -> VesselPositions:
    """Return the ships in a box from this process's memory; raise Invalid for a bad request."""
    now_ms, columns = clock.epoch_ms(), hub.columns
    found = selection.select(columns, _selection(request, now_ms))
    key, next_key = request.after_key(), None
    if key is None:
        ordered = selection.newest_first(columns, found)
        page = ordered[request.offset : request.offset + request.limit]
    else:
        page, next_key = selection.after(columns, found, key, request.limit)
    vessels = [_position(row, hub, request, now_ms) for row in columns.rows.take(page).tolist()]
    return VesselPositions(
        total=len(found),
        count=len(vessels),
        limit=request.limit,
        offset=request.offset,
        as_of=views.instant(now_ms),
        feed=views.feed_view(hub.health(), now_ms),
        vessels=vessels,
        next_cursor=None if next_key is None else str(next_key),
    )


def feed_on_map(hub: Hub) -> VesselFeed:
    """Return the feed's health in words, as this process heard of it."""
    return views.feed_view(hub.health(), clock.epoch_ms())


async def vessels_under_way(res: Resources, limit: int) -> list[VesselUnderWay]:
    """Return ships under way heard in the last two minutes, ferries first, of the sources that are
    switched on here: the consumer that wrote them may have had others.

    Empty without a feed or without Redis.
    """
    active = sources.active(res.settings)
    try:
        return (await live_store.vessels_under_way(res.redis_cache, active))[:limit]
    except (Unavailable, msgspec.MsgspecError):
        return []


def sources_shown(res: Resources) -> str:
    """Return which sources are switched on, as a part of a cache's key."""
    return ",".join(str(int(each)) for each in sources.active(res.settings))


async def feed_now(res: Resources) -> tuple[VesselFeed, int]:
    """Return the feed's health in words, and how many ships its consumer knows."""
    health = await feed_health(res)
    return views.feed_view(health, clock.epoch_ms()), health.ships


async def feed_sources(res: Resources) -> VesselFeedHealth:
    """Return the health of every source."""
    return views.feed_health_view(await feed_health(res), clock.epoch_ms())


async def feed_health(res: Resources) -> FeedHealth:
    """Return what became of the frames since the consumer started; OFF without Redis."""
    try:
        return await live_store.health(res.redis_cache)
    except (Unavailable, msgspec.MsgspecError):
        return FeedHealth(reason="the cache does not answer")


def expects_ships(res: Resources) -> bool:
    """Return whether a source is given that should go on bringing positions."""
    return sources.expects_ships(res.settings)


async def vessel(res: Resources, mmsi: int) -> VesselDetail:
    """Return everything known of one ship; raise NotFound when it was never heard."""
    reports, known = await _live(res, mmsi)
    active, now = sources.active(res.settings), clock.now()
    async with res.db.acquire() as conn:
        stored = await store.vessel_by_mmsi(conn, mmsi, active)
        point = None if reports else await store.last_point(conn, mmsi, active)
        texts = await store.safety_texts(
            conn, mmsi, now - _SAFETY_TEXT_AGE, _MAX_SAFETY_TEXTS, active
        )
    if stored is None and not reports and point is None:
        raise NotFound("No ship with this number has been heard.")
    kind = StationKind.CLASS_A if stored is None else stored.kind
    if point is not None:
        reports = [track_views.report_of(point, kind)]
    if known is None and stored is not None:
        known = _known(stored)
    if reports:
        station = reports[0].station
    else:
        told_by = active[0] if known is None else known.source
        station = Station(mmsi, kind, ship_type=0, group=0, flags=0, source=told_by)
    detail = views.detail_view(
        station=station,
        known=known,
        reports=reports,
        texts=texts,
        seen_at=None if stored is None else stored.seen_at,
        health=await feed_health(res),
        now_ms=clock.epoch_ms(),
    )
    listed = await predictions.prediction_of(res, mmsi)
    arrival = predicted_arrival(detail.position, detail.destination, listed)
    return msgspec.structs.replace(detail, predicted_arrival=arrival)


async def safety_texts(res: Resources) -> list[VesselSafetyText]:
    """Return the safety-related texts of the last 24 hours, newest first."""
    since, active = clock.now() - _SAFETY_TEXT_AGE, sources.active(res.settings)
    async with res.reads.acquire() as conn:
        texts = await store.safety_texts(conn, None, since, _MAX_SAFETY_TEXTS, active)
    return [views.safety_text_view(text) for text in texts]


async def search(res: Resources, text: str, limit: int) -> list[VesselSearchResult]:
    """Return ships by a part of their name, by call sign, MMSI or IMO number.

    Names that begin so first, then last heard first. Raise Invalid for a text of less than two
    characters.
    """
    text = " ".join(text.split())
    if len(text) < _MIN_SEARCH_LENGTH:
        raise Invalid("Please enter at least two characters.", {"q": "At least two characters."})
    digits = text.upper().removeprefix("IMO").strip()
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
    async with res.reads.acquire() as conn:
        matches = await store.search_vessels(
            conn,
            text[:_MAX_SEARCH_LENGTH],
            number,
            limit,
            sources.active(res.settings),
        )
    return [views.search_result_view(match) for match in matches]


async def track(res: Resources, mmsi: int, request: VesselTrackRequest) -> VesselTrack:
    """Return where a ship was: stored points in pieces, its newest report as the last point.

    Raise Invalid for an impossible interval, tolerance or format.
    """
    history = await _track(res, mmsi, request)
    return msgspec.structs.replace(history, held_since=await replay.held_since(res))


async def _track(
    res: Resources, mmsi: int, request: VesselTrackRequest, *, trusted: bool = False
) -> VesselTrack:
    """Return where a ship was; `trusted`: without stored points that cannot be believed."""
    since, until = interval = request.interval(clock.now())
    active = sources.active(res.settings)
    async with res.reads.acquire() as conn:
        stored = await store.points_between(conn, mmsi, interval, MAX_TRACK_POINTS, active)
    if trusted:
        stored = [point for point in stored if not point.distrusted]
    reports, _ = await _live(res, mmsi)
    newest = [track_views.point_of(report) for report in reports]
    pieces, hypotheses = [], []
    for hypothesis, points in track_views.by_station(stored, newest, since, until):
        for piece in geometry.break_at_gaps(points):
            pieces.append(geometry.simplify(piece, request.simplify_m))
            hypotheses.append(hypothesis)
    return VesselTrack(
        mmsi=mmsi,
        since=since,
        until=until,
        points=sum(len(piece) for piece in pieces),
        truncated=len(stored) == MAX_TRACK_POINTS,
        fields=geometry.FIELDS,
        pieces=pieces,
        hypotheses=hypotheses,
    )


async def points_between(
    res: Resources, mmsi: int, since: datetime, until: datetime
) -> list[VesselTrackPoint]:
    """Return where a ship was between two instants, oldest first, as far as it can be believed;
    raise Invalid beyond 31 days.
    """
    found = await _track(res, mmsi, VesselTrackRequest(since=since, until=until), trusted=True)
    return sorted((point for piece in found.pieces for point in piece), key=lambda one: one.at)


def _selection(request: VesselPositionsRequest, now_ms: int) -> Selection:
    oldest_ms = now_ms - request.max_age_seconds * 1000
    if request.since is not None:
        oldest_ms = max(oldest_ms, int(request.since.timestamp() * 1000) + 1)
    return Selection(
        box=request.box(),
        oldest_ms=oldest_ms,
        groups=request.groups(),
        statuses=request.statuses(),
        sources=request.sources(),
        mids=request.mids(),
        mmsis=request.mmsis(),
        imos=request.imos(),
        speed_min=request.speed_min,
        speed_max=request.speed_max,
    )


def _position(
    row: tuple[Any, ...], hub: Hub, request: VesselPositionsRequest, now_ms: int
) -> VesselPosition:
    report = packed_report.from_row(row)
    known = hub.columns.known.get(report.station.mmsi)
    if request.fields == PositionFields.SIMPLE:
        return cast(VesselPosition, views.place_view(report, known))
    if request.fields == PositionFields.EXTENDED:
        return views.extended_view(report, known, now_ms)
    return views.position_view(report, known, now_ms)


async def _live(res: Resources, mmsi: int) -> tuple[list[UnpackedReport], Known | None]:
    """Return what Redis has under a number: the newest report of each station, newest first.

    Nothing without Redis, or with values of another version.
    """
    active = sources.active(res.settings)
    try:
        packed, packed_known = await live_store.packed_vessel(res.redis_cache, mmsi, active)
        reports = [packed_report.unpack(one) for one in packed]
        told = [live_store.unpack_known(one) for one in packed_known]
    except (Unavailable, struct.error, ValueError, msgspec.MsgspecError):
        return [], None
    reports.sort(key=lambda report: standing_ms(report.at_ms))
    newest = {report.station.hypothesis: report for report in reports}
    ordered = sorted(newest.values(), key=lambda report: -standing_ms(report.at_ms))
    return ordered, max(told, key=lambda known: standing_ms(known.static_ms), default=None)


def _known(stored: Vessel) -> Known:
    voyage_at = stored.voyage_at
    return Known(
        stored.particulars,
        stored.source,
        int(stored.static_at.timestamp() * 1000),
        0 if voyage_at is None else int(voyage_at.timestamp() * 1000),
    )


def way_by_sea(start: Position, end: Position) -> tuple[Position, ...]:
    """Return where the shortest way by sea bends, both ends included; empty where none is known.

    Blocking: up to 0.1 s.
    """
    way = sea_way(start, end)
    return () if way is None else way.places
