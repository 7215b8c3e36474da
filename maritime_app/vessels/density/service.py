"""The ships of a box of cells, as ships a day."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.density import export, store
from maritime_app.vessels.density.counting import TAG, sources_by_kind
from maritime_app.vessels.density.grid import Cells
from maritime_app.vessels.density.model import DayCounted, ShipClass
from maritime_app.vessels.density.responses import (
    COVERAGE,
    DensityDay,
    DensityFormat,
    DensityRequest,
    DensityResponse,
)

_PATIENCE_SECONDS = 8.0
_KEPT_SECONDS: Final = 300
# Whoever asks for box after box would fill Redis: what is greater is kept for those who wait now.
_MOST_KEPT_BYTES: Final = 100_000


async def density(res: Resources, request: DensityRequest, cells: Cells) -> bytes:
    """Return the answer in the format asked for; raise Invalid for unknown classes, and
    Unavailable when it takes long.
    """
    classes = request.classes()
    named = ",".join(str(int(each)) for each in classes)
    spans = "-".join(f"{first}:{last}" for first, last in (cells.rows, *cells.columns))
    # Real ones, wherever a source of them is configured.
    invented = False not in sources_by_kind(res.settings)
    key = f"{TAG}:{invented}:{request.format}:{request.days}:{named}:{cells.scale}:{spans}"

    async def fill() -> Filled:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), res.reads.acquire() as conn:
                body = await _written(conn, request, cells, invented=invented)
        except TimeoutError:
            raise Unavailable("This box has too many cells: choose a smaller one.") from None
        return Filled(body, [TAG], _KEPT_SECONDS if len(body) <= _MOST_KEPT_BYTES else 1)

    return (await res.cache.get(key, [TAG], fill)).body


async def _written(conn: Conn, request: DensityRequest, cells: Cells, *, invented: bool) -> bytes:
    classes, first_day = request.classes(), clock.now().date() - timedelta(days=request.days)
    counted = await store.days_counted(conn, first_day, invented=invented)
    found = _without_cells(counted, cells, classes, invented=invented)
    is_csv = request.format is DensityFormat.CSV
    pattern = export.csv_pattern(found) if is_csv else export.GEOJSON
    days = [each.day for each in counted]
    written = await store.cells_written(conn, days, cells, classes, pattern, invented=invented)
    if is_csv:
        return export.density_csv(written)
    features = msgspec.Raw(f"[{written}]".encode())
    return msgspec.json.encode(msgspec.structs.replace(found, features=features))


def _without_cells(
    counted: Sequence[DayCounted], cells: Cells, classes: Sequence[ShipClass], *, invented: bool
) -> DensityResponse:
    sources = sorted({source for each in counted for source in each.sources})
    return DensityResponse(
        as_of=max((each.until_at for each in counted), default=None),
        whole=all(each.whole for each in counted),
        days=[DensityDay(each.day, each.heard_hours, each.until_at) for each in counted],
        heard_hours=sum(each.heard_hours for each in counted),
        cell_degrees=cells.degrees,
        types=[each.code for each in classes],
        sources=[source.code for source in sources],
        invented=invented,
        coverage=COVERAGE,
        features=msgspec.Raw(b"[]"),
    )
