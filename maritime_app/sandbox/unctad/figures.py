"""Invented port figures in UNCTADstat's bulk CSV format.

The same seed and version give the same figures.
"""

import csv
import io
import math
import random
from collections.abc import Iterator, Sequence

from maritime_app.ferries.demo.codec import load_world
from maritime_app.ports.statistics.tables import (
    ALL_SHIPS,
    MARKETS,
    PLSCI,
    TABLE_BY_REPORT,
    TABLES,
    Table,
)
from maritime_app.ports.statistics.unctad.economies import economy_of

REPORTS = tuple(table.report for table in TABLES)
_QUARTERS = [f"{year}Q0{quarter}" for year in range(2015, 2027) for quarter in range(1, 5)][:-1]
# The periods of the tables of economies, by their time column; all of them have ended.
_PERIODS = {
    "Quarter": _QUARTERS,
    "Period": [f"{year}S0{half_year}" for year in range(2019, 2026) for half_year in (1, 2)],
    "Month": [f"{year}M{month:02}" for year in range(2023, 2027) for month in range(1, 13)][:-3],
    "Year": [str(year) for year in range(2019, 2026)],
}
_NAMES = {
    "DE": "Germany",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HR": "Croatia",
    "IE": "Ireland",
    "IT": "Italy",
    "NL": "Netherlands (Kingdom of the)",
    "PL": "Poland",
    "SE": "Sweden",
}
# Days in port that are about right for each ship type; passenger and ro-ro ships have none, as in
# the real table.
_USUAL_DAYS = {"00": 0.9, "02": 1.0, "03": 0.8, "04": 1.1, "05": 2.0, "07": 1.0, "08": 1.1}
_UNREPORTED = "Not available or not separately reported"
# Ports without container lines have no connectivity index, in the world as here.
CONTAINER_PORTS = frozenset(
    [
        "GRPIR",
        "GRHER",
        "ITAOI",
        "ITBRI",
        "ITGOA",
        "ITOLB",
        "ITLIV",
        "ESBCN",
        "HRSPU",
        "PLGDN",
        "DERSK",
        "DEKEL",
        "SEGOT",
        "FIHEL",
        "EETLL",
        "NLIJM",
        "IEDUB",
        "GBBEL",
        "GBTYN",
        "SENYN",
        "SETRG",
        "ESPMI",
    ]
)

Cell = str | float | None


def table_csv(report: str, seed: int, version: int) -> bytes:
    """Return the whole table as a bulk file. The report must be one of REPORTS."""
    table = TABLE_BY_REPORT[report]
    rows = _index_rows(seed, version) if report == PLSCI else _economy_rows(table, seed, version)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(_header(table))
    writer.writerows(rows)
    return out.getvalue().encode()


def _header(table: Table) -> list[str]:
    header = [table.time_column]
    if table.time_column != "Year":  # a year is its own label
        header.append(f"{table.time_column} Label")
    for dimension in table.dimensions:
        header += [dimension, f"{dimension} Label"]
    for measure in table.measures:
        header += [measure, f"{measure} Footnote", f"{measure} Missing value"]
    return header


def _index_rows(seed: int, version: int) -> Iterator[Sequence[Cell]]:
    ports = [port for port in load_world().ports if port.code in CONTAINER_PORTS]
    for place, quarter in enumerate(_QUARTERS):
        for port in ports:
            dice = random.Random(f"{seed}:{port.code}")
            size = dice.lognormvariate(4.2, 0.9)
            growth, swing = dice.uniform(-0.004, 0.02), dice.uniform(0, 6)
            value = size * (1 + growth) ** place * (1 + 0.03 * math.sin(place / 3 + swing))
            label = f"{_NAMES[port.country]}, {port.name}"
            revised = value * _revision(version, quarter == _QUARTERS[-1])
            quarter_label = f"Q{quarter[-1]} {quarter[:4]}"
            yield quarter, quarter_label, port.code, label, round(revised, 5), None, None


def _economy_rows(table: Table, seed: int, version: int) -> Iterator[Sequence[Cell]]:
    countries = sorted({port.country for port in load_world().ports})
    codes = [(economy_of(table.report, country), _NAMES[country]) for country in countries]
    economies = [("0000", "World"), *((code, name) for code, name in codes if code)]
    periods = _PERIODS[table.time_column]
    for place, period in enumerate(periods):
        revision = _revision(version, period == periods[-1])
        for code, name in economies:
            for market in MARKETS if table.market_column else [""]:
                cells = _cells(table, code, market, seed, place, revision)
                key = [code, name, market, MARKETS[market]] if market else [code, name]
                labels = [] if table.time_column == "Year" else [_period_label(period)]
                yield [period, *labels, *key, *cells]


def _period_label(period: str) -> str:
    if "S" in period:
        return f"S{period[-1]}   {period[:4]}"  # three spaces, as the real label has them
    return f"Q{period[-1]} {period[:4]}" if "Q" in period else period


def _cells(
    table: Table, economy: str, market: str, seed: int, place: int, revision: float
) -> list[Cell]:
    cells: list[Cell] = []
    for name in table.measures:
        if name.startswith("Number") and market == ALL_SHIPS:
            # All ships are the sum of their types, as in the real table.
            types = [other for other in MARKETS if other != ALL_SHIPS]
            figures = [_figure(name, economy, each, seed, place, revision) for each in types]
            value: float | None = sum(filter(None, figures))
        else:
            value = _figure(name, economy, market, seed, place, revision)
        cells += [value, None, None if value is not None else _UNREPORTED]
    return cells


def _figure(
    name: str, economy: str, market: str, seed: int, place: int, revision: float
) -> float | None:
    level = random.Random(f"{seed}:{economy}:{market}").uniform(0.75, 1.35)
    drift = (1 + 0.04 * math.sin(place / 2 + level * 9)) * revision
    scale = 40_000 if economy == "0000" else 900
    if name.startswith("Index"):
        return round(60 * level * drift, 5)
    if name.startswith("Median"):
        usual = _USUAL_DAYS.get(market)
        return None if usual is None else round(usual * level * drift, 4)
    if name.startswith("Number"):
        return round(scale * level * drift * 2)
    if name.startswith("Average age"):
        return round(14 * level * drift)
    if "container" in name and market not in ("00", "03"):
        return None
    return round(scale * level * drift)


def _revision(version: int, newest: bool) -> float:
    """Return the factor of a version: each new one revises the newest period by half a percent."""
    return 1 + 0.005 * (version - 1) if newest else 1.0
