"""The history of a figure as rows. Pure."""

from typing import Final

import msgspec

from maritime_app.formats import csv_cells
from maritime_app.ports.figure_history.model import FigureHistory, FigureReading

# What every row says of the figure itself; the rest of the keys are those of a reading.
_OF_THE_FIGURE: Final = (
    "source", "report", "geo_code", "measure", "vessel_market", "period_code", "unit", "invented",
    "licence", "source_url",
)  # fmt: skip


def history_csv(found: FigureHistory) -> bytes:
    """Return the readings, one a row, the oldest first, each with what the figure is."""
    figure = {key: getattr(found, key) for key in _OF_THE_FIGURE}
    rows = [figure | msgspec.structs.asdict(each) for each in found.readings]
    return csv_cells.keyed_table([*_OF_THE_FIGURE, *FigureReading.__struct_fields__], rows)
