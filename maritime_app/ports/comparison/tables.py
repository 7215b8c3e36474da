"""Rows of a ranking, a comparison or of official figures as CSV: the keys of their JSON. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from maritime_app.csv_cells import cell
from maritime_app.ports.comparison.model import Figure, RankedPort, Ranking
from maritime_app.ports.statistics.model import OBSERVATION_KEYS, Observation


def ranking_csv(ranking: Ranking) -> bytes:
    """Return the ports of a ranking, each row with the quarter and where its figure is from."""
    source = ranking.sources[0] if ranking.sources else None
    extra = {"period": ranking.period} | (msgspec.to_builtins(source) if source else {})
    rows = [msgspec.to_builtins(port) | extra for port in ranking.ports]
    return _csv([*RankedPort.__struct_fields__, *extra], rows)


def figures_csv(figures: Sequence[Figure]) -> bytes:
    """Return figures, one a row."""
    return _csv(Figure.__struct_fields__, [msgspec.to_builtins(each) for each in figures])


def observations_csv(observations: Iterable[Observation]) -> bytes:
    """Return official figures, one a row."""
    return _csv(OBSERVATION_KEYS, [msgspec.to_builtins(each) for each in observations])


def _csv(keys: Sequence[str], rows: Sequence[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, keys, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})
    return out.getvalue().encode()
