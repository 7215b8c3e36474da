"""The World Port Index (NGA Pub. 150) as CSV. US public domain; depths 0 are not known."""

from collections.abc import Iterator
from typing import Final

from maritime_app.ports.gazetteer.lists import countries, rows
from maritime_app.ports.gazetteer.lists.rows import Row, Unusable
from maritime_app.ports.gazetteer.model import Listing, ListSource

COLUMNS: Final = frozenset({"World Port Index Number", "Main Port Name", "Latitude", "Longitude"})
_SIZES: Final = {"Large": 0, "Medium": 1, "Small": 2, "Very Small": 3}
_FACTS: Final = {
    "Harbor Size": "harbour_size",
    "Harbor Type": "harbour_type",
    "Harbor Use": "harbour_use",
    "Shelter Afforded": "shelter",
}
_METRES: Final = {
    "Channel Depth (m)": "channel_depth_m",
    "Cargo Pier Depth (m)": "cargo_pier_depth_m",
    "Maximum Vessel Length (m)": "max_length_m",
    "Maximum Vessel Draft (m)": "max_draught_m",
}
_FACILITIES: Final = {
    "Facilities - Container": "container",
    "Facilities - Ro-Ro": "roro",
    "Facilities - Solid Bulk": "solid_bulk",
    "Facilities - Liquid Bulk": "liquid_bulk",
    "Facilities - Breakbulk": "breakbulk",
}


_NAMES: Final = (
    *COLUMNS, *_FACTS, *_METRES, *_FACILITIES, "UN/LOCODE", "Alternate Port Name", "Country Code"
)  # fmt: skip


def listings(content: bytes) -> Iterator[Listing | Unusable]:
    """Yield the ports, the large ones first, or in words why a row is none."""
    found = list(rows.records(rows.text_of(content), _NAMES))
    # Of two ports with one UN/LOCODE the larger is the one that is meant.
    found.sort(key=lambda row: _SIZES.get(row.get("Harbor Size", ""), len(_SIZES)))
    for row in found:
        yield _listing(row)


def _listing(row: Row) -> Listing | Unusable:
    number = rows.number(row["World Port Index Number"])
    lat, lon = rows.degrees(row["Latitude"], 90), rows.degrees(row["Longitude"], 180)
    if number is None or not row["Main Port Name"]:
        return rows.unusable("no number or name", row)
    if lat is None or lon is None:
        return rows.unusable("no position", row)
    code = rows.unlocode(row.get("UN/LOCODE", ""))
    other = row.get("Alternate Port Name", "")
    country = code[:2] if code and code[:2] in countries.ALPHA2 else None
    return Listing(
        source=ListSource.WPI,
        code=str(int(number)),
        name=row["Main Port Name"],
        unlocode=code,
        country=country or countries.by_name(row.get("Country Code", "")),
        lat=lat,
        lon=lon,
        aliases=(other,) if other else (),
        facts=_facts(row),
    )


def _facts(row: Row) -> dict[str, object]:
    facts: dict[str, object] = {
        name: row[column]
        for column, name in _FACTS.items()
        if row.get(column, "") not in ("", "Unknown")
    }
    metres = ((name, rows.number(row.get(column, ""))) for column, name in _METRES.items())
    facts |= {name: value for name, value in metres if value}
    there = [name for column, name in _FACILITIES.items() if row.get(column) == "Yes"]
    return {**facts, "facilities": there} if there else facts
