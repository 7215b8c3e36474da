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
    ARRIVALS_S,
    MARKETS,
    PLSCI,
    PORT_CALLS_S,
    TABLE_BY_REPORT,
    Table,
)
from maritime_app.ports.statistics.unctad.economies import economy_of

REPORTS = (PLSCI, PORT_CALLS_S, ARRIVALS_S)
_QUARTERS = [f"{year}Q0{quarter}" for year in range(2015, 2027) for quarter in range(1, 5)][:-1]
_HALVES = [f"{year}S0{half_year}" for year in range(2019, 2026) for half_year in (1, 2)]
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
_CONTAINER_PORTS = frozenset(
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
    header = [table.time_column, f"{table.time_column} Label"]
    for dimension in table.dimensions:
        header += [dimension, f"{dimension} Label"]
    for measure in table.measures:
        header += [measure, f"{measure} Footnote", f"{measure} Missing value"]
    return header


def _index_rows(seed: int, version: int) -> Iterator[Sequence[Cell]]:
    ports = [port for port in load_world().ports if port.code in _CONTAINER_PORTS]
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
    for half_year in _HALVES:
        for code, name in economies:
            for market, label in MARKETS.items():
                cells = _cells(table, code, market, f"{seed}:{code}:{market}", half_year, version)
                # Three spaces, as the real label has them.
                yield [
                    half_year,
                    f"S{half_year[-1]}   {half_year[:4]}",
                    code,
                    name,
                    market,
                    label,
                    *cells,
                ]


def _cells(
    table: Table, economy: str, market: str, key: str, half_year: str, version: int
) -> list[Cell]:
    dice = random.Random(key)
    level, place = dice.uniform(0.75, 1.35), _HALVES.index(half_year)
    drift = (1 + 0.04 * math.sin(place / 2 + level * 9)) * _revision(
        version, half_year == _HALVES[-1]
    )
    scale = 40_000 if economy == "0000" else 900
    cells: list[Cell] = []
    for name in table.measures:
        value: float | None = None
        if name.startswith("Median"):
            usual = _USUAL_DAYS.get(market)
            value = None if usual is None else round(usual * level * drift, 4)
        elif name.startswith("Number"):
            value = round(scale * level * drift * (20 if market == "00" else 2))
        elif "container" not in name or market == "03":
            value = round(scale * level * drift)
        cells += [value, None, None if value is not None else _UNREPORTED]
    return cells


def _revision(version: int, newest: bool) -> float:
    """Return the factor of a version: each new one revises the newest period by half a percent."""
    return 1 + 0.005 * (version - 1) if newest else 1.0
