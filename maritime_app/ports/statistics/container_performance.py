"""A port's Container Port Performance Index by year. Pure."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from msgspec import Struct

from maritime_app.ports.statistics.model import Provenance, StoredObservation
from maritime_app.ports.statistics.tables import BERTH_SHARE, CPPI, CPPI_INDEX, CPPI_RANK


class ContainerPerformance(Struct, frozen=True):
    """The index by year, oldest first, null where there is none; the rest is of the newest year.

    `rank` is the World Bank's own, 1 the best; `berth_share` the percentage of the hours in port
    that ships are at the berth. `histories` are the pages of the index by year.
    """

    source: Provenance
    years: tuple[tuple[str, float | None], ...]
    rank: int | None
    berth_share: float | None
    histories: Mapping[str, str]
    rank_history: str = ""
    share_history: str = ""

    @property
    def newest(self) -> tuple[str, float]:
        """The newest year with a figure, and its figure."""
        return next((year, value) for year, value in reversed(self.years) if value is not None)


def container_performance(
    sources: Mapping[UUID, Provenance], observations: Iterable[StoredObservation]
) -> ContainerPerformance | None:
    """Return the index of a port; None without a single figure.

    A port that is known by two codes is shown under the one with the newer figure.
    """
    by_code: dict[str, list[StoredObservation]] = {}
    for each in observations:
        if each.report == CPPI:
            by_code.setdefault(each.geo_code, []).append(each)
    found = [one for rows in by_code.values() if (one := _of_one(sources, rows))]
    return max(found, key=lambda one: (one.newest[0], one.newest[1]), default=None)


def _of_one(
    sources: Mapping[UUID, Provenance], rows: Iterable[StoredObservation]
) -> ContainerPerformance | None:
    values = {(each.measure, each.period_code): each for each in rows}
    years = sorted(period for measure, period in values if measure == CPPI_INDEX)
    index = [(year, values[CPPI_INDEX, year].value) for year in years]
    known = [year for year, value in index if value is not None]
    if not known:
        return None
    newest = known[-1]
    source = sources[values[CPPI_INDEX, newest].vintage_id]
    rank = values.get((CPPI_RANK, newest))
    share = values.get((BERTH_SHARE, newest))
    return ContainerPerformance(
        source=source,
        years=tuple(index),
        rank=round(rank.value) if rank and rank.value is not None else None,
        berth_share=share.value if share else None,
        histories={year: values[CPPI_INDEX, year].history(source.source) for year in years},
        rank_history=rank.history(source.source) if rank else "",
        share_history=share.history(source.source) if share else "",
    )
