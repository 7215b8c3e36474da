"""Ships in a box as CSV and KML. Pure."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from maritime_app.csv_cells import cell
from maritime_app.vessels.api.schemas import VesselPosition

_KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{}</Document></kml>\n'
)


def positions_csv(vessels: Sequence[VesselPosition]) -> str:
    """Return one line per ship, under the names of the JSON fields."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if vessels:
        writer.writerow(type(vessels[0]).__struct_fields__)
    for vessel in vessels:
        writer.writerow([_cell(value) for value in msgspec.structs.astuple(vessel)])
    return out.getvalue()


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


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    return cell(value)
