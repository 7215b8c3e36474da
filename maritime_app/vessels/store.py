"""Ships and their track points in PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from msgspec.structs import astuple

from maritime_app.geo import Box
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.model import HeardText, Source, TrackPoint, Vessel, VesselMatch

SQL = queries.load("vessels")
Sources = Sequence[Source]
_BY_SHIP_AND_TIME = attrgetter("mmsi", "at")
_POINT_COLUMNS = TrackPoint.__struct_fields__  # the table's columns have the struct's names


async def copy_points(conn: Conn, points: Sequence[TrackPoint]) -> None:
    """Append points by COPY, sorted as the index wants them. Their days must have partitions."""
    rows = [astuple(point) for point in sorted(points, key=_BY_SHIP_AND_TIME)]
    await conn.copy_records_to_table("position", records=rows, columns=_POINT_COLUMNS)


async def upsert_vessels(conn: Conn, vessels: Sequence[Vessel]) -> None:
    """Insert, replace or complete ships, one entry per MMSI and source.

    What came whole (message 5) replaces what is stored; otherwise None erases nothing.
    """
    rows = [_columns(vessel) for vessel in vessels]
    await SQL.upsert_vessels.execute(conn, *(list(column) for column in zip(*rows, strict=True)))


async def vessel_by_mmsi(conn: Conn, mmsi: int, sources: Sources) -> Vessel | None:
    """Return what these sources have told of one ship, None if it never sent particulars."""
    return await SQL.vessel_by_mmsi.fetch_optional(conn, Vessel, mmsi, list(sources))


async def search_vessels(
    conn: Conn, words: str, number: int | None, limit: int, sources: Sources
) -> list[VesselMatch]:
    """Return ships with `words` (any case) in their name, or at the beginning of their call sign,
    or whose MMSI or IMO is `number`.

    Names that begin so come first, then those last heard.
    """
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await SQL.search_vessels.fetch_all(
        conn, VesselMatch, escaped, number, limit, list(sources)
    )


async def points_between(
    conn: Conn, mmsi: int, interval: tuple[datetime, datetime], limit: int, sources: Sources
) -> list[TrackPoint]:
    """Return the newest `limit` points under a number between two instants.

    By station (hypothesis), each one's oldest first.
    """
    return await SQL.points_between.fetch_all(
        conn, TrackPoint, mmsi, *interval, limit, list(sources)
    )


async def replay_points(
    conn: Conn,
    box: Box,
    interval: tuple[datetime, datetime],
    step_seconds: float,
    limit: int,
    sources: Sources,
) -> list[TrackPoint]:
    """Return believed points of all ships in a box, one a step: by ship, the oldest first."""
    edges = (box.lat_min, box.lat_max, box.lon_min, box.lon_max)
    return await SQL.replay_points.fetch_all(
        conn, TrackPoint, *edges, *interval, step_seconds, limit, list(sources)
    )


async def names_of(conn: Conn, mmsis: Sequence[int], sources: Sources) -> list[VesselMatch]:
    """Return name and type of these ships, of those that have told them."""
    return await SQL.names_of.fetch_all(conn, VesselMatch, list(mmsis), list(sources))


async def last_point(conn: Conn, mmsi: int, sources: Sources) -> TrackPoint | None:
    """Return the newest point of a ship, None if it has no track."""
    return await SQL.last_point.fetch_optional(conn, TrackPoint, mmsi, list(sources))


async def insert_safety_texts(conn: Conn, texts: Sequence[HeardText]) -> None:
    """Append safety-related texts."""
    rows = [(text.mmsi, text.at, text.to_mmsi, text.body, text.source) for text in texts]
    await SQL.insert_safety_texts.execute(conn, *(list(c) for c in zip(*rows, strict=True)))


async def safety_texts(
    conn: Conn, mmsi: int | None, since: datetime, limit: int, sources: Sources
) -> list[HeardText]:
    """Return what one station, or everybody, has sent since then, newest first."""
    if mmsi is None:
        return await SQL.safety_texts_since.fetch_all(conn, HeardText, since, limit, list(sources))
    return await SQL.safety_texts_of.fetch_all(conn, HeardText, mmsi, since, limit, list(sources))


async def delete_safety_texts(conn: Conn, before: datetime) -> None:
    """Delete texts older than that."""
    await SQL.delete_safety_texts.execute(conn, before)


async def delete_silent_vessels(conn: Conn, before: datetime) -> None:
    """Delete ships of which nothing was heard since then."""
    await SQL.delete_silent_vessels.execute(conn, before)


async def make_days(conn: Conn, first_day: date, last_day: date) -> int:
    """Make the missing partitions of these UTC days; return how many were made."""
    return await SQL.make_days.fetch_one(conn, int, first_day, last_day)


async def drop_days(conn: Conn, before_day: date) -> int:
    """Drop the partitions of all days before; return how many were dropped."""
    return await SQL.drop_days.fetch_one(conn, int, before_day)


async def partition_days(conn: Conn) -> list[date]:
    """Return the UTC days that have a partition, oldest first."""
    return await SQL.partition_days.fetch_all(conn, date)


def _columns(vessel: Vessel) -> tuple[Any, ...]:
    """Return one row of `upsert_vessels`, in the order of its parameters."""
    known = vessel.particulars
    return (
        vessel.mmsi,
        int(vessel.kind),
        known.name,
        known.callsign,
        known.imo,
        known.ship_type,
        known.to_bow_m,
        known.to_stern_m,
        known.to_port_m,
        known.to_starboard_m,
        known.draught_m,
        known.destination,
        None if known.eta_ms is None else datetime.fromtimestamp(known.eta_ms / 1000, UTC),
        vessel.seen_at,
        vessel.source,
        vessel.static_at,
        vessel.voyage_at,
        known.eta_precision,
        known.mothership,
    )
