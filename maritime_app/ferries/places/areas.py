"""Pure: cities without a harbour of that name, islands and regions, and the harbours that serve
them (areas.csv, authored here: names in several languages, harbours by UN/LOCODE, nearest first).
"""

import csv
from functools import cache
from pathlib import Path

from maritime_app.ports.service import fold_name

_FILE = Path(__file__).with_name("areas.csv")
_LEAST_LETTERS = 3  # fewer would name half of Europe


def harbours(key: str) -> list[str]:
    """Return the harbours of every area one of whose names begins with the folded text."""
    if len(key) < _LEAST_LETTERS:
        return []
    found = (codes for name, codes in _areas() if name.startswith(key))
    return list(dict.fromkeys(code for codes in found for code in codes))


@cache
def _areas() -> list[tuple[str, list[str]]]:
    with _FILE.open(encoding="utf-8") as lines:
        return [
            (fold_name(name), row["codes"].split("|"))
            for row in csv.DictReader(lines)
            for name in row["names"].split("|")
        ]
