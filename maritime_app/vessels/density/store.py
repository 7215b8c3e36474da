"""Days that were counted, and the ships of their cells, in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import astuple

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.density.grid import SCALES, Cells
from maritime_app.vessels.density.model import (
    CLASSES,
    CellsCounted,
    DayCounted,
    Heard,
    Pattern,
    ShipClass,
)
from maritime_app.vessels.model import Source

SQL = queries.load("vessels_density")
Interval = tuple[datetime, datetime]


async def due_days(conn: Conn, first_day: date, over_before: date, *, invented: bool) -> list[date]:
    """Return the days that are over and not counted as a whole, the newest first."""
    return await SQL.due_days.fetch_all(conn, date, first_day, over_before, invented)


async def is_due_so_far(conn: Conn, day: date, now: datetime, *, invented: bool) -> bool:
    """Return whether a day is to be counted before it is over: while none is counted as a whole on
    which ships were heard, five minutes for each hour of ships after it was counted last.
    """
    return await SQL.is_due_so_far.fetch_one(conn, bool, day, invented, now)


async def heard_on(conn: Conn, day: date, sources: Sequence[Source]) -> Heard:
    """Return how much of a day was heard, and by which of these sources."""
    return await SQL.heard_on.fetch_one(conn, Heard, day, list(sources))


async def put_day(conn: Conn, day: DayCounted, *, invented: bool) -> None:
    """Note that a day is counted, and take away what was counted of it before."""
    await SQL.put_day.execute(
        conn, day.day, invented, day.whole, day.until_at, day.heard_hours, day.sources
    )
    await SQL.delete_cells.execute(conn, day.day, invented)


async def slice_end(
    conn: Conn, interval: Interval, after_mmsi: int, sources: Sequence[Source], points: int
) -> int | None:
    """Return the last ship of the next so many points; None where there are fewer."""
    return await SQL.slice_end.fetch_optional(
        conn, int, *interval, after_mmsi, list(sources), points
    )


async def count_ships(
    conn: Conn,
    interval: Interval,
    ships: tuple[int, int],
    sources: Sequence[Source],
    gap: timedelta,
) -> CellsCounted:
    """Count the ships behind the first number, up to the second, in the cells that they were in.

    `gap`: a ship that was not heard for longer may have been anywhere in between.
    """
    return await SQL.count_ships.fetch_one(
        conn, CellsCounted, *interval, *ships, list(sources), CLASSES, list(SCALES), gap
    )


async def add_ships(conn: Conn, day: date, counted: CellsCounted, *, invented: bool) -> None:
    """Add what was counted to the cells of a day."""
    await SQL.add_ships.execute(conn, day, invented, *astuple(counted))


async def days_counted(conn: Conn, first_day: date, *, invented: bool) -> list[DayCounted]:
    """Return the whole days since then on which ships were heard; while there is none, that of
    which most was heard so far.
    """
    return await SQL.days_counted.fetch_all(conn, DayCounted, first_day, invented)


async def cells_written(
    conn: Conn,
    days: Sequence[date],
    box: Cells,
    classes: Sequence[ShipClass],
    form: Pattern,
    *,
    invented: bool,
) -> str:
    """Return the cells of a box in which ships were, from the north-west to the south-east, with
    different ships a day, the mean of these days.
    """
    counted = [int(each in classes) for each in ShipClass]
    spans = [list(edge) for edge in zip(*box.columns, strict=True)]
    return await SQL.cells_written.fetch_one(
        conn, str, list(days), invented, box.scale, *box.rows, *spans, counted, *form
    )


async def delete_old(conn: Conn, before_day: date) -> None:
    """Delete the counts of days before."""
    await SQL.delete_old_density.execute(conn, before_day)
    await SQL.delete_old_density_days.execute(conn, before_day)
