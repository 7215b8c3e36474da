"""GTFS feeds for tests: the island line, and changes to it.

The boat leaves Alpha at 08:00, calls at Beta and Gamma and ends at Delta at 14:00, every day.
"""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

ISLAND = {
    "agency.txt": """\
agency_id,agency_name,agency_url,agency_timezone,agency_phone
A,Island Boats,https://island.example,Europe/Athens,+30 210 555
""",
    "stops.txt": """\
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_timezone
a,Alpha,37.90,23.60,0,,
b,Beta,37.50,24.90,0,,
c,Gamma,36.40,25.40,0,,
d,Delta,35.30,25.10,0,,
""",
    "routes.txt": """\
route_id,agency_id,route_short_name,route_long_name,route_type
R,A,7,Island line,4
""",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\nR,S,T,Delta\n",
    "stop_times.txt": """\
trip_id,arrival_time,departure_time,stop_id,stop_sequence
T,08:00:00,08:00:00,a,1
T,10:00:00,10:10:00,b,2
T,12:00:00,12:10:00,c,3
T,14:00:00,14:00:00,d,4
""",
    "calendar.txt": """\
service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
S,1,1,1,1,1,1,1,20260101,20281231
""",
}


def feed(
    folder: Path,
    changes: Mapping[str, str | bytes | None] | None = None,
    name: str = "island.zip",
) -> Path:
    """Write the island line with these files changed, added, or (None) left out."""
    path = folder / name
    files: dict[str, str | bytes | None] = {**ISLAND, **(changes or {})}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, text in files.items():
            if text is not None:
                # The same files are the same bytes, whenever they are packed.
                packed.writestr(zipfile.ZipInfo(file), text)
    return path


def edited(file: str, old: str, new: str) -> dict[str, str]:
    """That file of the island line with a text replaced, which must be there."""
    assert old in ISLAND[file], f"{old!r} is not in {file}"
    return {file: ISLAND[file].replace(old, new)}


def with_rows(file: str, *rows: str) -> dict[str, str]:
    """That file of the island line with rows more."""
    return {file: ISLAND[file] + "".join(f"{row}\n" for row in rows)}


def zipped_rows(body: bytes, name: str) -> list[dict[str, str]]:
    """The rows of one file of a feed."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))
