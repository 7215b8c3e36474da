"""Positions and names that no list has, authored here: places.csv.

For ports of statistics that are in none of the lists, and for what travellers call a port: in
other languages and scripts, and formerly. Rows without a position only add names.
"""

import csv
from functools import cache
from pathlib import Path

from maritime_app.ports.gazetteer.model import Listing, ListSource

FILE = Path(__file__).with_name("places.csv")


@cache
def listings() -> dict[str, Listing]:
    """Return our own listings by UN/LOCODE."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _listing(row) for row in csv.DictReader(file)}


def _listing(row: dict[str, str]) -> Listing:
    names = tuple(name for name in row["names"].split("|") if name)
    return Listing(
        source=ListSource.OURS,
        code=row["code"],
        name=row["name"] or (names[0] if names else row["code"]),
        unlocode=row["code"],
        country=row["code"][:2],
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
        aliases=names,
    )
