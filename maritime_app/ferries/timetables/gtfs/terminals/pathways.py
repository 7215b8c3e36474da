"""Pathways of a terminal, read with every row accounted for.

Source: gtfs.org/documentation/schedule/reference, "pathways.txt" and "levels.txt".
"""

from collections.abc import Mapping
from typing import Final

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import (
    Level,
    Location,
    LocationKind,
    Pathway,
    PathwayMode,
)
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables

PATHWAYS: Final = "pathways.txt"
LEVELS: Final = "levels.txt"
_NEEDED = ("pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional")
_LONGEST_SECONDS = 86_400
_YES_NO = {"0": False, "1": True}
_Fault = tuple[str, str]


def locations(tables: Tables) -> dict[str, Location]:
    """Return every place of stops.txt by id, those included where no boat stops."""
    rows = {row["stop_id"]: row for row in tables.rows("stops.txt", "stop_id", shown=False)}
    found: dict[str, Location] = {}
    for code, row in rows.items():
        kind = fields.integer(row.get("location_type") or "0")
        if kind in tuple(LocationKind):
            parent = row.get("parent_station", "")
            name = row.get("stop_name", "")[: fields.MAX_NAME]
            position = row.get("stop_lat", "")[:60], row.get("stop_lon", "")[:60]
            level = row.get("level_id", "")
            found[code] = Location(LocationKind(kind), parent, level, name, position)
    return found


def levels(tables: Tables) -> dict[str, Level]:
    """Return the floors by id; an id that stands there twice is its last row."""
    return {
        row["level_id"]: Level(
            row["level_id"],
            row.get("level_index", "")[:60],
            row.get("level_name", "")[: fields.MAX_NAME],
        )
        for row in tables.rows(LEVELS, shown=False)
        if row.get("level_id")
    }


def pathways(tables: Tables, known: Mapping[str, Location]) -> list[Pathway]:
    """Return the pathways between known places; every row is one, or counted."""
    levels = {row.get("level_id", "") for row in tables.rows(LEVELS, shown=False)}
    with_areas = {
        place.parent for place in known.values() if place.kind is LocationKind.BOARDING_AREA
    }
    found: dict[str, Pathway] = {}
    for row in tables.rows(PATHWAYS):
        fault = _fault(row, known, with_areas)
        pathway = _pathway(row) if fault is None else fault
        if isinstance(pathway, tuple):
            tables.leave_out(PATHWAYS, *pathway)
        elif pathway.id in found:
            tables.leave_out(PATHWAYS, "id stands there twice", "duplicate_key")
        else:
            _note_doubts(tables, row, pathway, known, levels)
            found[pathway.id] = pathway
    return list(found.values())


def _fault(row: Row, known: Mapping[str, Location], with_areas: set[str]) -> _Fault | None:
    """Return why the ends of a row are none, in words and as a rule."""
    missing = next((column for column in _NEEDED if not row.get(column)), None)
    if missing:
        return f"no {missing}", "missing_required_field"
    ends = row["from_stop_id"], row["to_stop_id"]
    if any(end not in known for end in ends):
        return "unknown stop", "foreign_key_violation"
    if any(known[end].kind is LocationKind.STATION for end in ends):
        return "leads to a station as a whole", "pathway_to_wrong_location_type"
    if any(end in with_areas for end in ends):
        words = "leads to a platform that has boarding areas"
        return words, "pathway_to_platform_with_boarding_areas"
    if ends[0] == ends[1]:
        return "begins and ends at one place", "pathway_loop"
    return None


def _pathway(row: Row) -> Pathway | _Fault:
    mode = fields.integer(row["pathway_mode"])
    both_ways = _YES_NO.get(row["is_bidirectional"])
    if mode not in tuple(PathwayMode):
        return "unknown pathway_mode", "unexpected_enum_value"
    if both_ways is None:
        return "is_bidirectional is neither 0 nor 1", "unexpected_enum_value"
    seconds = fields.integer(row.get("traversal_time", ""))
    if row.get("traversal_time") and not seconds:
        return "traversal_time is no positive number of seconds", "number_out_of_range"
    if seconds and seconds > _LONGEST_SECONDS:
        return "more than a day to pass", "number_out_of_range"
    return Pathway(
        id=row["pathway_id"],
        from_stop=row["from_stop_id"],
        to_stop=row["to_stop_id"],
        mode=PathwayMode(mode),
        # Whatever a row says: nobody comes in by an exit.
        both_ways=both_ways and mode != PathwayMode.EXIT_GATE,
        seconds=seconds,
        length=_positive(row, "length"),
        stairs=_stairs(row),
        slope=fields.number(row.get("max_slope", "")),
        width=_positive(row, "min_width"),
        sign=row.get("signposted_as", "")[: fields.MAX_NAME],
        sign_back=row.get("reversed_signposted_as", "")[: fields.MAX_NAME],
    )


def _positive(row: Row, column: str) -> float | None:
    value = fields.number(row.get(column, ""))
    return value if value is not None and value > 0 else None


def _stairs(row: Row) -> int | None:
    """Return how many steps there are; they are counted below zero where they lead down."""
    return fields.integer(row.get("stair_count", "").removeprefix("-"))


def _note_doubts(
    tables: Tables, row: Row, pathway: Pathway, known: Mapping[str, Location], levels: set[str]
) -> None:
    """Say what is read of a pathway and can hardly be meant."""
    ends = (known[pathway.from_stop], known[pathway.to_stop])
    if pathway.mode is PathwayMode.EXIT_GATE and row["is_bidirectional"] == "1":
        words = "exit gates lead both ways: they are read as ways out"
        tables.notices.note(words, "bidirectional_exit_gate")
    if pathway.mode is PathwayMode.LIFT and not all(end.level for end in ends):
        tables.notices.note("lifts lead to places without a level", "missing_level_id")
    if any(end.level and end.level not in levels for end in ends):
        tables.notices.note("stops name levels that are not there", "foreign_key_violation")
    for column in ("length", "min_width"):
        if row.get(column) and _positive(row, column) is None:
            words = f"{PATHWAYS}: {column} that is no positive number"
            tables.notices.note(words, "number_out_of_range")
    if row.get("stair_count") and pathway.stairs is None:
        tables.notices.note(f"{PATHWAYS}: stair_count that is no number", "invalid_integer")
    if row.get("max_slope") and pathway.slope is None:
        tables.notices.note(f"{PATHWAYS}: max_slope that is no number", "invalid_float")
