"""Rows of a ranking, a comparison or of official figures as CSV: the keys of their JSON. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from maritime_app.formats import csv_cells
from maritime_app.ports.comparison.model import Figure, RankedPort, Ranking
from maritime_app.ports.statistics.model import OBSERVATION_KEYS, Observation


def ranking_csv(ranking: Ranking) -> bytes:
    """Return the ports of a ranking, each row with the quarter and where its figure is from."""
    # All of one series: what the sources have of their own stands in each port's row.
    source = msgspec.to_builtins(ranking.sources[0]) if ranking.sources else {}
    keys = RankedPort.__struct_fields__
    extra = {"period": ranking.period} | {key: source[key] for key in source if key not in keys}
    rows = [msgspec.to_builtins(port) | extra for port in ranking.ports]
    return csv_cells.keyed_table([*keys, *extra], rows)


def figures_csv(figures: Sequence[Figure]) -> bytes:
    """Return figures, one a row."""
    return csv_cells.keyed_table(
        Figure.__struct_fields__, [msgspec.to_builtins(each) for each in figures]
    )


def observations_csv(observations: Iterable[Observation]) -> bytes:
    """Return official figures, one a row."""
    return csv_cells.keyed_table(
        OBSERVATION_KEYS, [msgspec.to_builtins(each) for each in observations]
    )
