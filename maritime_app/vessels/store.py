"""Ships and their tracks in PostgreSQL."""

from datetime import UTC, date, datetime
from typing import Any

from asyncpg import Record

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.model import Kept, Kind, Particulars

SQL = queries.load("vessels")
_COLUMNS = ("mmsi", "at", "lat", "lon", "sog_knots", "cog_deg", "heading_deg", "status")
_NOBODY = Particulars()


async def copy_points(conn: Conn, points: list[Kept]) -> None:
    """Append points by COPY, sorted as the index wants them. Their days must have partitions."""
    rows = [
        (
            point.mmsi,
            datetime.fromtimestamp(point.at_ms / 1000, UTC),
            point.lat,
            point.lon,
            point.sog_knots,
            point.cog_deg,
            point.heading_deg,
            point.status,
        )
        for point in sorted(points, key=lambda point: (point.mmsi, point.at_ms))
    ]
    await conn.copy_records_to_table("position", records=rows, columns=_COLUMNS)


async def upsert_vessels(conn: Conn, told: list[tuple[int, Kind, Particulars | None, int]]) -> None:
    """Insert or complete ships:

    (MMSI, kind, what they told, seen at in epoch ms), one entry per MMSI.
    """
    columns: list[list[Any]] = [[] for _ in range(14)]
    for mmsi, kind, known, seen_ms in told:
        p = known or _NOBODY
        eta_at = None if p.eta_ms is None else datetime.fromtimestamp(p.eta_ms / 1000, UTC)
        row = (
            mmsi, int(kind), p.name, p.callsign, p.imo, p.ship_type,
            p.to_bow_m, p.to_stern_m, p.to_port_m, p.to_starboard_m,
            p.draught_m, p.destination, eta_at, datetime.fromtimestamp(seen_ms / 1000, UTC),
        )  # fmt: skip
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    await SQL.upsert_vessels.run(conn, *columns)


async def vessel_by_mmsi(conn: Conn, mmsi: int) -> Record | None:
    """The static data of one ship."""
    return await SQL.vessel_by_mmsi.maybe(conn, mmsi)


async def vessels_found(conn: Conn, prefix: str, number: int | None, at_most: int) -> list[Record]:
    """Ships whose name begins with `prefix` (any case) or whose MMSI or IMO is `number`, last seen
    first.
    """
    escaped = prefix.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await SQL.vessels_found.all(conn, escaped, number, at_most)


async def points_between(
    conn: Conn, mmsi: int, first_at: datetime, last_at: datetime, at_most: int
) -> list[Record]:
    """The newest `at_most` kept points of a ship between two instants, oldest first."""
    return await SQL.points_between.all(conn, mmsi, first_at, last_at, at_most)


async def last_point(conn: Conn, mmsi: int) -> Record | None:
    """The newest kept point of a ship."""
    return await SQL.last_point.maybe(conn, mmsi)


async def make_days(conn: Conn, first_day: date, last_day: date) -> int:
    """Make the missing partitions of these UTC days; returns how many."""
    return int(await SQL.make_days.value(conn, first_day, last_day))


async def drop_days(conn: Conn, before_day: date) -> int:
    """Drop the partitions of all days before; returns how many."""
    return int(await SQL.drop_days.value(conn, before_day))


async def kept_days(conn: Conn) -> list[date]:
    """The days that have a partition."""
    return [row["day"] for row in await SQL.kept_days.all(conn)]
