"""The grid of the track graph: H3 cells. Pure.

Resolution 6: hexagons with edges of 3.7 km (h3geo.org, "Tables of cell statistics"), about what a
lane is wide.
"""

from typing import Final

RESOLUTION: Final = 6


def cell_of(lat: float, lon: float) -> int:
    """Return the cell of a position in degrees."""
    import h3.api.basic_int as h3  # loaded by whoever predicts first, and by nobody's start

    return int(h3.latlng_to_cell(lat, lon, RESOLUTION))


def cells_around(lat: float, lon: float) -> list[int]:
    """Return the cell of a position, then the six around it."""
    import h3.api.basic_int as h3

    middle = cell_of(lat, lon)
    return [middle, *(int(cell) for cell in h3.grid_disk(middle, 1) if cell != middle)]
