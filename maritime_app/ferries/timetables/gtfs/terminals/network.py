"""The pathways of stations as one network of passages, and what is doubtful about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from maritime_app.ferries.timetables.gtfs.model import (
    Location,
    LocationKind,
    Pathway,
    PathwayMode,
)
from maritime_app.ferries.timetables.gtfs.notices import Notices

_WALKING_M_PER_SECOND: Final = 1.2
_SECONDS_A_STEP: Final = 0.6
# What a person in a wheelchair passes by themselves: a ramp of 1 in 12, and 80 cm.
_STEEPEST: Final = 1 / 12
_NARROWEST_M: Final = 0.8
_STEPS: Final = (PathwayMode.STAIRS, PathwayMode.ESCALATOR)


@dataclass(frozen=True, slots=True)
class Passage:
    """A pathway as it is walked in one direction; `sign` is what is written above it."""

    to: str
    seconds: float
    step_free: bool
    sign: str = ""


Network = Mapping[str, Sequence[Passage]]


def network(pathways: Iterable[Pathway], known: Mapping[str, Location]) -> Network:
    """Return the passages that begin at each place, none where one can only arrive. A platform is
    where its boarding areas are.
    """
    found: dict[str, list[Passage]] = defaultdict(list)
    for each in pathways:
        seconds, step_free = _seconds(each), _is_step_free(each)
        found[each.from_stop].append(Passage(each.to_stop, seconds, step_free, each.sign))
        found.setdefault(each.to_stop, [])
        if each.both_ways:
            found[each.to_stop].append(Passage(each.from_stop, seconds, step_free, each.sign_back))
    for code, place in known.items():
        if place.kind is LocationKind.BOARDING_AREA and place.parent in known:
            found[code].append(Passage(place.parent, 0, step_free=True))
            found[place.parent].append(Passage(code, 0, step_free=True))
    return found


def backwards(network: Network) -> Network:
    """Return the same network walked the other way round."""
    found: dict[str, list[Passage]] = defaultdict(list)
    for code, passages in network.items():
        for each in passages:
            found[each.to].append(Passage(code, each.seconds, each.step_free, each.sign))
    return found


def note_doubts(
    notices: Notices, pathways: Sequence[Pathway], known: Mapping[str, Location], network: Network
) -> None:
    """Say which places cannot be reached from the street or left, and which lead nowhere."""
    beside: dict[str, set[str]] = defaultdict(set)
    for each in pathways:
        beside[each.from_stop].add(each.to_stop)
        beside[each.to_stop].add(each.from_stop)
    dangling = [code for code, others in beside.items() if len(others) == 1]
    if any(known[code].kind is LocationKind.NODE for code in dangling):
        notices.note("nodes of a terminal lead nowhere", "pathway_dangling_generic_node")
    doors = [code for code in beside if known[code].kind is LocationKind.ENTRANCE]
    inside = {code for code in beside if known[code].kind is not LocationKind.ENTRANCE}
    reached = _reached(network, doors) & _reached(backwards(network), doors)
    if inside - reached:
        words = "places of a terminal cannot be reached from the street, or not be left"
        notices.note(words, "pathway_unreachable_location")


def _reached(network: Network, starts: Iterable[str]) -> set[str]:
    seen, waiting = set(starts), list(starts)
    while waiting:
        for passage in network.get(waiting.pop(), ()):
            if passage.to not in seen:
                seen.add(passage.to)
                waiting.append(passage.to)
    return seen


def _seconds(pathway: Pathway) -> float:
    """Return how long it takes: as the feed says, else at a usual pace; nothing where it has
    neither, for nobody knows.
    """
    if pathway.seconds:
        return pathway.seconds
    if pathway.length:
        return pathway.length / _WALKING_M_PER_SECOND
    return (pathway.stairs or 0) * _SECONDS_A_STEP


def _is_step_free(pathway: Pathway) -> bool:
    return (
        pathway.mode not in _STEPS
        and not pathway.stairs
        and abs(pathway.slope or 0) <= _STEEPEST
        and (pathway.width is None or pathway.width >= _NARROWEST_M)
    )
