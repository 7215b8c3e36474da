"""Ships in a box as CSV and KML. Pure."""

from collections.abc import Sequence

import msgspec

from maritime_app.formats import csv_cells
from maritime_app.formats.xml_text import escape
from maritime_app.vessels.api.schemas import VesselPosition

_KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{}</Document></kml>\n'
)


def positions_csv(vessels: Sequence[VesselPosition]) -> bytes:
    """Return one line per ship, under the names of the JSON fields."""
    return csv_cells.table(VesselPosition.__struct_fields__, map(msgspec.structs.astuple, vessels))


def positions_kml(vessels: Sequence[VesselPosition]) -> str:
    """Return one Placemark per ship (OGC KML 2.2)."""
    return _KML.format("".join(_placemark(vessel) for vessel in vessels))


def track_kml(mmsi: int, lines: Sequence[Sequence[tuple[float, float]]]) -> str:
    """Return a track as one Placemark of lines (longitude, latitude)."""
    strings = "".join(
        "<LineString><coordinates>"
        + " ".join(f"{lon},{lat}" for lon, lat in line)
        + "</coordinates></LineString>"
        for line in lines
    )
    name = f"<name>{mmsi}</name>"
    return _KML.format(f"<Placemark>{name}<MultiGeometry>{strings}</MultiGeometry></Placemark>\n")


def _placemark(vessel: VesselPosition) -> str:
    at = vessel.reported_at.isoformat().replace("+00:00", "Z")
    name = escape(vessel.name or str(vessel.mmsi))
    return (
        f"<Placemark><name>{name}</name><description>MMSI {vessel.mmsi}, {vessel.type}, "
        f"{vessel.source}</description><TimeStamp><when>{at}</when></TimeStamp>"
        f"<Point><coordinates>{vessel.lon},{vessel.lat}</coordinates></Point></Placemark>\n"
    )
