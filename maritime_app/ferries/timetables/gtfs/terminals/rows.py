"""The insides of terminals as rows of a feed. Pure."""

from collections.abc import Sequence
from typing import Final

from maritime_app.ferries.timetables.gtfs.model import Pathway, Terminals
from maritime_app.ferries.timetables.gtfs.packing import Row
from maritime_app.ferries.timetables.gtfs.terminals.pathways import LEVELS, PATHWAYS

COLUMNS: Final = {
    PATHWAYS: "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,"
    "traversal_time,stair_count,max_slope,min_width,signposted_as,reversed_signposted_as",
    LEVELS: "level_id,level_index,level_name",
}


def tables(terminals: Terminals) -> dict[str, list[Row]]:
    """Return the rows of pathways.txt and levels.txt."""
    levels: Sequence[Row] = [(each.id, each.index, each.name) for each in terminals.levels]
    return {PATHWAYS: [_pathway(each) for each in terminals.pathways], LEVELS: list(levels)}


def _pathway(each: Pathway) -> Row:
    return (
        each.id,
        each.from_stop,
        each.to_stop,
        int(each.mode),
        int(each.both_ways),
        _said(each.length),
        _said(each.seconds),
        _said(each.stairs),
        _said(each.slope),
        _said(each.width),
        each.sign,
        each.sign_back,
    )


def _said(value: float | None) -> object:
    return "" if value is None else value
