"""An invented annex (.xlsx) with the published columns; the same seed gives the same figures."""

import io
import random
from collections.abc import Iterator
from datetime import date
from typing import Final

import iso3166

from maritime_app.ferries.demo.codec import load_world
from maritime_app.sandbox.unctad.figures import CONTAINER_PORTS

_YEARS: Final = 5
_ODDLY_CODED: Final = {"GRPIR": "GRPIE"}  # the annex has its own code for some ports
Cell = str | float | int | None


def annex(seed: int, today: date, *, renamed: bool = False) -> bytes:
    """Return the annex of the five years before this one; `renamed`: under another column name."""
    import openpyxl  # a tenth of a second that no start needs

    newest = today.year - 1
    years = range(newest - _YEARS + 1, newest + 1)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Annex"
    sheet.append(
        ["Port", "Code" if renamed else "LOCODE", "Territory", "World Bank Region"]
        + [f"CPPI {year}" for year in years]
        + ["Rank", "Berth hours in % of port hours", "Statistical Index", "Administrative Index"]
        + ["Number of calls in sample"]
    )
    for row in _rows(seed):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(seed: int) -> Iterator[list[Cell]]:
    ports = [port for port in load_world().ports if port.code in CONTAINER_PORTS]
    found: list[tuple[float, list[Cell]]] = []
    for place, port in enumerate(ports):
        dice = random.Random(f"cppi:{seed}:{port.code}")
        level = dice.gauss(20, 45)
        scores: list[Cell] = [round(level + dice.gauss(0, 12), 1) for _ in range(_YEARS)]
        if place % 5 == 4:
            scores[0] = None  # a port that came later
        newest = scores[-1]
        assert isinstance(newest, float)
        code = _ODDLY_CODED.get(port.code, port.code)
        country = iso3166.countries_by_alpha2[port.country].name
        tail: list[Cell] = [
            round(dice.uniform(55, 92), 1),
            round(newest + dice.gauss(0, 4), 1),
            round(newest + dice.gauss(0, 4), 1),
            dice.randrange(48, 2_400),
        ]
        found.append((newest, [port.name, code, country, "Sandbox", *scores, None, *tail]))
    found.sort(key=lambda each: -each[0])
    for rank, (_score, row) in enumerate(found, 1):
        row[4 + _YEARS] = rank
        yield row
