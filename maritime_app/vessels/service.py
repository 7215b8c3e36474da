"""What can be asked about ships: who is in a box, what is known of one, where it was, who is at
sea.
"""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import hiredis
import msgspec
from asyncpg import Record

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound, Unavailable
from maritime_app.resources import Resources
from maritime_app.vessels import live_store, packed_report, store
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.model import FeedHealth, Kind, Motion, Particulars
from maritime_app.vessels.packed_report import DEGREE, NO_STATUS, NO_U16
from maritime_app.vessels.schemas import (
    MAX_TRACK_POINTS,
    VesselDetail,
    VesselFeed,
    VesselFound,
    VesselPosition,
    VesselPositions,
    VesselPositionsQuestion,
    VesselTrack,
    VesselTrackPoint,
    VesselTrackQuestion,
)
from maritime_app.vessels.tracks import geometry
from maritime_app.vessels.types import Group, group_of, status_code

STALE_SECONDS = 600
_LONGEST_TRACK = timedelta(days=31)
_NOBODY = Particulars()


def feed(health: FeedHealth, now_ms: int) -> VesselFeed:
    """The feed's health in words."""
    age_ms = health.age_ms(now_ms)
    age = None if age_ms is None else age_ms / 1000
    return VesselFeed(health.state.name.lower(), health.reason, health.source, age, health.sandbox)


def positions(hub: Hub, question: VesselPositionsQuestion) -> VesselPositions:
    """The ships in a box, from this process's memory. Raises Invalid for an impossible question."""
    question.check()
    box, groups = question.box(), question.groups()
    now_ms = clock.epoch_ms()
    found = hub.columns.in_box(box, groups, now_ms - question.max_age_seconds * 1000)
    wanted = found[question.offset : question.offset + question.limit]
    vessels = [
        _position(row, hub.columns.particulars.get(row[0], _NOBODY), now_ms)
        for row in hub.columns.rows[wanted].tolist()
    ]
    return VesselPositions(
        total=len(found),
        count=len(vessels),
        limit=question.limit,
        offset=question.offset,
        as_of=_instant(now_ms),
        feed=feed(hub.health(), now_ms),
        vessels=vessels,
    )


async def at_sea_now(res: Resources, limit: int) -> list[live_store.AtSea]:
    """Ships under way, heard in the last two minutes, ferries first; empty without a feed or Redis."""
    try:
        return (await live_store.at_sea(res.fast))[:limit]
    except (Unavailable, hiredis.HiredisError, msgspec.MsgspecError):
        return []


async def feed_now(res: Resources) -> tuple[VesselFeed, int]:
    """The feed's health, and how many ships its consumer knows."""
    health = await feed_counts(res)
    return feed(health, clock.epoch_ms()), health.ships


async def feed_counts(res: Resources) -> FeedHealth:
    """What became of the frames since the consumer started."""
    try:
        return await live_store.health(res.fast)
    except (Unavailable, hiredis.HiredisError, msgspec.MsgspecError):
        return FeedHealth(reason="the cache does not answer")


async def vessel(res: Resources, mmsi: int) -> VesselDetail:
    """Everything known of one ship. Raises NotFound when it was never heard."""
    now_ms = clock.epoch_ms()
    record, told = await _remembered(res, mmsi)
    async with res.db.acquire() as conn:
        row = await store.vessel_by_mmsi(conn, mmsi)
        last = None if record is not None else await store.last_point(conn, mmsi)
    if row is None and record is None and last is None:
        raise NotFound("No ship with this number has been heard.")
    known = told or (_NOBODY if row is None else _particulars(row))
    health, _ = await feed_now(res)
    seen = record or (None if last is None else _kept(mmsi, row, last))
    kind = (
        seen.of.kind if seen is not None else Kind(row["kind"]) if row is not None else Kind.CLASS_A
    )
    position = None if seen is None else _last_seen(seen, known, now_ms)
    return VesselDetail(
        mmsi=mmsi,
        name=known.name,
        callsign=known.callsign,
        imo=known.imo,
        type=group_of(kind, known.ship_type).code,
        ship_type=known.ship_type,
        kind=kind.name.lower().replace("_", "-"),
        length_m=known.length_m,
        beam_m=known.beam_m,
        draught_m=None if known.draught_m is None else round(known.draught_m, 1),
        destination=known.destination,
        eta_at=None if known.eta_ms is None else _instant(known.eta_ms),
        seen_at=position.reported_at
        if position is not None
        else row["seen_at"]
        if row is not None
        else None,
        position=position,
        source="sandbox" if health.sandbox else "AISStream",
        feed=health,
    )


async def search(res: Resources, text: str, limit: int) -> list[VesselFound]:
    """Ships by beginning of name, by MMSI or by IMO, last heard first.

    Raises Invalid if too short.
    """
    text = " ".join(text.split())
    if len(text) < 2:
        raise Invalid("Please enter at least two characters.", {"q": "at least two characters"})
    number = int(text) if text.isascii() and text.isdigit() and len(text) in (7, 9) else None
    async with res.db.acquire() as conn:
        rows = await store.vessels_found(conn, text[:40], number, max(1, min(50, limit)))
    return [_found(row) for row in rows]


async def track(res: Resources, mmsi: int, question: VesselTrackQuestion) -> VesselTrack:
    """Where a ship was: kept points in pieces, and its newest report as the last point."""
    since, until = _interval(question)
    async with res.db.acquire() as conn:
        rows = await store.points_between(conn, mmsi, since, until, MAX_TRACK_POINTS)
    points = [_track_point(row) for row in rows]
    record, _ = await _remembered(res, mmsi)
    if record is not None and since <= _instant(record.at_ms) <= until:
        motion, at = record.motion, _instant(record.at_ms)
        if not points or at > points[-1].at:
            where = (round(motion.lat, 6), round(motion.lon, 6))
            look = (motion.heading_deg, status_code(motion.status))
            points.append(VesselTrackPoint(at, *where, motion.sog_knots, motion.cog_deg, *look))
    pieces = [geometry.simplified(piece, question.simplify_m) for piece in geometry.broken(points)]
    return VesselTrack(
        mmsi=mmsi,
        since=since,
        until=until,
        points=sum(len(piece) for piece in pieces),
        truncated=len(rows) == MAX_TRACK_POINTS,
        fields=geometry.FIELDS,
        pieces=pieces,
    )


def _interval(question: VesselTrackQuestion) -> tuple[datetime, datetime]:
    until = _utc(question.until) if question.until else clock.now()
    if not 0 < question.hours <= 31 * 24:
        raise Invalid("The interval is not possible.", {"hours": "must be above 0 and at most 744"})
    since = _utc(question.since) if question.since else until - timedelta(hours=question.hours)
    if not timedelta(0) < until - since <= _LONGEST_TRACK:
        raise Invalid(
            "The interval is not possible.", {"since": "must lie before until, at most 31 days"}
        )
    if not 0 <= question.simplify_m <= 50_000:
        raise Invalid(
            "The tolerance is not possible.", {"simplify_m": "must be between 0 and 50000"}
        )
    if question.format not in ("json", "geojson", "csv"):
        raise Invalid("The format is not known.", {"format": "must be json, geojson or csv"})
    return since, until


async def _remembered(
    res: Resources, mmsi: int
) -> tuple[packed_report.Unpacked | None, Particulars | None]:
    try:
        record, told = await live_store.one(res.fast, mmsi)
        unpacked = packed_report.unpack(record) if record is not None else None
        return unpacked, live_store.particulars(told) if told is not None else None
    except (Unavailable, hiredis.HiredisError, struct.error, ValueError, msgspec.MsgspecError):
        return None, None


def _position(row: tuple[Any, ...], known: Particulars, now_ms: int) -> VesselPosition:
    mmsi, at_ms, lat, lon, sog, cog, heading, status, *_, group = row
    age = max(0.0, (now_ms - at_ms) / 1000)
    return VesselPosition(
        mmsi=mmsi,
        name=known.name,
        type=Group(group).code,
        lat=round(lat / DEGREE, 6),
        lon=round(lon / DEGREE, 6),
        sog_knots=None if sog == NO_U16 else sog / 10,
        cog_deg=None if cog == NO_U16 else cog / 10,
        heading_deg=None if heading == NO_U16 else heading,
        status=None if status == NO_STATUS else status_code(status),
        reported_at=_instant(at_ms),
        age_seconds=age,
        stale=age > STALE_SECONDS,
        callsign=known.callsign,
        imo=known.imo,
        destination=known.destination,
    )


def _last_seen(seen: packed_report.Unpacked, known: Particulars, now_ms: int) -> VesselPosition:
    age, motion = max(0.0, (now_ms - seen.at_ms) / 1000), seen.motion
    return VesselPosition(
        mmsi=seen.of.mmsi,
        name=known.name,
        type=group_of(seen.of.kind, known.ship_type).code,
        lat=round(motion.lat, 6),
        lon=round(motion.lon, 6),
        sog_knots=None if motion.sog_knots is None else round(motion.sog_knots, 1),
        cog_deg=None if motion.cog_deg is None else round(motion.cog_deg, 1),
        heading_deg=motion.heading_deg,
        status=status_code(motion.status),
        reported_at=_instant(seen.at_ms),
        age_seconds=age,
        stale=age > STALE_SECONDS,
        callsign=known.callsign,
        imo=known.imo,
        destination=known.destination,
    )


def _particulars(row: Record) -> Particulars:
    eta_at = row["eta_at"]
    return Particulars(
        row["name"],
        row["callsign"],
        row["imo"],
        row["ship_type"],
        row["to_bow_m"],
        row["to_stern_m"],
        row["to_port_m"],
        row["to_starboard_m"],
        row["draught_m"],
        row["destination"],
        None if eta_at is None else int(eta_at.timestamp() * 1000),
    )


def _found(row: Record) -> VesselFound:
    group = group_of(Kind(row["kind"]), row["ship_type"])
    return VesselFound(row["mmsi"], row["name"], row["imo"], group.code, row["seen_at"])


def _kept(mmsi: int, row: Record | None, last: Record) -> packed_report.Unpacked:
    """The newest kept point, for a ship that Redis has forgotten."""
    kind = Kind.CLASS_A if row is None else Kind(row["kind"])
    look = (last["sog_knots"], last["cog_deg"], last["heading_deg"], last["status"])
    motion = Motion(last["lat"], last["lon"], *look)
    return packed_report.Unpacked(
        packed_report.Of(mmsi, kind, 0, 0, 0), int(last["at"].timestamp() * 1000), motion
    )


def _track_point(row: Record) -> VesselTrackPoint:
    sog, cog = row["sog_knots"], row["cog_deg"]
    return VesselTrackPoint(
        row["at"],
        round(row["lat"], 6),
        round(row["lon"], 6),
        None if sog is None else round(sog, 1),
        None if cog is None else round(cog, 1),
        row["heading_deg"],
        status_code(row["status"]),
    )


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
