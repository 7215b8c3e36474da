"""Invented GTFS feeds: many ferry lines, and one ferry among the buses of a whole nation."""

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

CALLS = "abcd"  # the piers of a line, in the order in which its boats call
_AGENCY = "agency_id,agency_name,agency_url,agency_timezone\nA,Bench,https://bench.example,Europe/Athens\n"
_STOPS_PER_BUS = 50


def lines(path: Path, count: int, trips_per_line: int, today: date) -> None:
    """Write a feed of so many lines with four piers each and so many boats a day."""
    piers = [(line, place) for line in range(count) for place in range(len(CALLS))]
    _write(
        path,
        {
            "stops": ["stop_id,stop_name,stop_lat,stop_lon"]
            + [
                f"{line}{CALLS[place]},Pier {line} {CALLS[place]},{30 + line % 100 * 0.06:.4f},"
                f"{-40 + line // 100 * 0.7 + place * 0.15:.4f}"
                for line, place in piers
            ],
            "routes": ["route_id,agency_id,route_short_name,route_type"]
            + [f"R{line},A,{line},4" for line in range(count)],
            "trips": ["route_id,service_id,trip_id"]
            + [f"R{n},S,T{n}-{trip}" for n in range(count) for trip in range(trips_per_line)],
            "stop_times": [
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
                *_calls(count, trips_per_line),
            ],
        },
        today,
    )


def nation(path: Path, stop_times: int, today: date) -> None:
    """Write a feed of one ferry and so many stop times of buses."""
    buses = range(stop_times // _STOPS_PER_BUS)
    _write(
        path,
        {
            "stops": ["stop_id,stop_name,stop_lat,stop_lon"]
            + [f"0{pier},Ferry {pier},{38 + place},{-50.0}" for place, pier in enumerate(CALLS)]
            + [f"b{stop},Bus {stop},40.0,-3.0" for stop in range(_STOPS_PER_BUS)],
            "routes": ["route_id,agency_id,route_short_name,route_type", "R0,A,0,4", "B,A,Bus,3"],
            "trips": ["route_id,service_id,trip_id", "R0,S,T0-0", *(f"B,S,B{n}" for n in buses)],
            "stop_times": [
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
                *_calls(1, 1),
            ],
        },
        today,
        more_stop_times=(_bus(bus) for bus in buses),
    )


def pairs(feed: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield the port codes of every two piers that follow one another on a line."""
    for line in range(count):
        for one, other in pairwise(CALLS):
            yield f"{feed}:{line}{one}", f"{feed}:{line}{other}"


def _calls(count: int, trips_per_line: int) -> Iterator[str]:
    for line in range(count):
        for trip in range(trips_per_line):
            for place, pier in enumerate(CALLS):
                at = f"{6 + trip % 12 + place:02}:{line % 60:02}:00"
                yield f"T{line}-{trip},{at},{at},{line}{pier},{place + 1}"


def _bus(bus: int) -> str:
    times = (f"{6 + stop // 60:02}:{stop % 60:02}:00" for stop in range(_STOPS_PER_BUS))
    return "".join(f"B{bus},{at},{at},b{stop},{stop}\n" for stop, at in enumerate(times))


def _write(
    path: Path,
    tables: dict[str, list[str]],
    today: date,
    more_stop_times: Iterator[str] = iter(()),
) -> None:
    until = today + timedelta(days=60)
    calendar = (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        f"S,1,1,1,1,1,1,1,{today:%Y%m%d},{until:%Y%m%d}\n"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("agency.txt", _AGENCY)
        packed.writestr("calendar.txt", calendar)
        for name, rows in tables.items():
            with packed.open(f"{name}.txt", "w") as out:
                out.write(("\n".join(rows) + "\n").encode())
                if name == "stop_times":
                    for text in more_stop_times:
                        out.write(text.encode())
