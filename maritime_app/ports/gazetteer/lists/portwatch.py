"""The ports of IMF PortWatch: its ports layer as CSV or as ArcGIS JSON."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from maritime_app.ports.gazetteer.lists import countries, rows
from maritime_app.ports.gazetteer.lists.rows import Row, Unusable
from maritime_app.ports.gazetteer.model import Listing, ListSource

COLUMNS: Final = frozenset({"portid", "portname", "ISO3", "lat", "lon"})
_FACTS: Final = ("vessel_count_total", "vessel_count_container", "vessel_count_dry_bulk",
                 "vessel_count_general_cargo", "vessel_count_RoRo", "vessel_count_tanker",
                 "share_country_maritime_import", "share_country_maritime_export")  # fmt: skip


class _Feature(msgspec.Struct):
    attributes: dict[str, Any]


class _Layer(msgspec.Struct):
    features: list[_Feature]


def listings(content: bytes) -> Iterator[Listing | Unusable]:
    """Yield the ports of a CSV, the busiest first, or in words why a row is none."""
    yield from _listings(list(rows.records(rows.text_of(content), (*COLUMNS, *_FACTS))))


def json_listings(content: bytes) -> Iterator[Listing | Unusable]:
    """Return the same of an answer of the ArcGIS service; raise msgspec.DecodeError for another."""
    features = msgspec.json.decode(content, type=_Layer).features
    return _listings(
        [
            dict.fromkeys(COLUMNS, "")
            | {key: "" if value is None else str(value) for key, value in each.attributes.items()}
            for each in features
        ]
    )


def _listings(found: list[Row]) -> Iterator[Listing | Unusable]:
    found.sort(key=lambda row: -(rows.number(row.get("vessel_count_total", "")) or 0))
    for row in found:
        yield _listing(row)


def _listing(row: Row) -> Listing | Unusable:
    lat, lon = rows.degrees(row["lat"], 90), rows.degrees(row["lon"], 180)
    if not row["portid"] or not row["portname"]:
        return rows.unusable("no id or name", row)
    if lat is None or lon is None:
        return rows.unusable("no position", row)
    facts = {name: value for name in _FACTS if (value := rows.number(row.get(name, "")))}
    return Listing(
        source=ListSource.PORTWATCH,
        code=row["portid"],
        name=row["portname"],
        # Its own spelling of codes (CN SGH) is no UN/LOCODE that could be relied on: an alias.
        country=countries.by_alpha3(row["ISO3"]),
        lat=lat,
        lon=lon,
        facts=facts,
    )
