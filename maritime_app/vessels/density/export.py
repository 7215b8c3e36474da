"""How cells are written as GeoJSON and CSV. Pure."""

from datetime import date
from typing import Any, Final

import msgspec

from maritime_app.formats import csv_cells
from maritime_app.vessels.density.model import Pattern
from maritime_app.vessels.density.responses import DensityResponse

GEOJSON: Final = Pattern(
    '{"geometry":{"coordinates":[%1$s,%2$s],"type":"Point"},'
    '"properties":{"ships_per_day":%3$s},"type":"Feature"}',
    ",",
)
_CELL_COLUMNS: Final = ("lat", "lon", "ships_per_day")
_BASIS_COLUMNS: Final = (
    "cell_degrees", "types", "first_day", "last_day", "days", "heard_hours", "whole", "sources",
    "invented", "as_of",
)  # fmt: skip
_LINE_END: Final = "\r\n"


def csv_pattern(found: DensityResponse) -> Pattern:
    """Return a line for each cell that ends with what its figure rests on."""
    table = csv_cells.table(_BASIS_COLUMNS, [[_basis(found)[name] for name in _BASIS_COLUMNS]])
    basis = table.decode("utf-8-sig").split(_LINE_END)[1]
    return Pattern(f"%2$s,%1$s,%3$s,{basis.replace('%', '%%')}", _LINE_END)


def density_csv(lines: str) -> bytes:
    """Return the lines as a file with a header."""
    header = csv_cells.table((*_CELL_COLUMNS, *_BASIS_COLUMNS), [])
    return header + (lines + _LINE_END if lines else "").encode()


def _basis(found: DensityResponse) -> dict[str, Any]:
    days: list[date] = [each.day for each in found.days]
    return msgspec.structs.asdict(found) | {
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[-1].isoformat() if days else None,
        "days": len(days),
    }
