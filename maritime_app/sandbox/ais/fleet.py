"""Who sails in the sandbox: the demo ferries, and invented ships on the lanes of lanes.toml."""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import count

import msgspec

from maritime_app.ferries.demo.codec import load_world
from maritime_app.geo import destination
from maritime_app.sandbox.ais.ships import (
    Anchorage,
    AnchoredShip,
    Ferry,
    Lane,
    LaneShip,
    SandboxShip,
)
from maritime_app.vessels.model import Particulars

_FIRST_NAMES = [
    "Amber",
    "Brisk",
    "Coral",
    "Distant",
    "Eastern",
    "Fair",
    "Golden",
    "Hardy",
    "Iron",
    "Jade",
    "Kind",
    "Lucky",
    "Misty",
    "Noble",
    "Ocean",
    "Proud",
    "Quiet",
    "Rapid",
    "Silver",
    "Tidal",
]
_SECOND_NAMES = ["Heron", "Bay", "Star", "Trader", "Wave", "Spirit"]
# No administration has the maritime identification digits 280 to 299: a real ship never has such a
# number. 281 are the demo ferries (ferries/demo/world.toml).
_FIRST_MMSI = 280_000_000
_SIZES = {  # by type of ship: length, beam, draught in metres
    70: (180, 28, 9.5),
    80: (230, 36, 12.0),
    60: (140, 22, 6.0),
    30: (24, 7, 3.0),
    36: (14, 4, 0),
    37: (18, 5, 0),
}
_CRUISE_KNOTS = {70: 13.5, 80: 12.5, 60: 19.0, 30: 4.0, 36: 6.0, 37: 9.0}


class _Waters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lane: tuple[Lane, ...]
    anchorage: tuple[Anchorage, ...]


def make_fleet(seed: int) -> list[SandboxShip]:
    """Return the demo ferries and about a hundred invented ships; the same for the same seed."""
    world = load_world()
    dice = random.Random(seed)
    ferries = [Ferry(world, ferry) for ferry in world.ferries]
    return [*ferries, *_lane_ships(dice), *_anchored_ships(dice)]


@cache
def _waters() -> _Waters:
    table = tomllib.loads(resources.files(__package__).joinpath("lanes.toml").read_text("utf-8"))
    return msgspec.convert(table, _Waters)


def _lane_ships(dice: random.Random) -> Iterator[SandboxShip]:
    numbers = count(1)
    for lane in _waters().lane:
        kinds = [kind for kind, count_of_kind in lane.ships for _ in range(count_of_kind)]
        for place, kind in enumerate(kinds):
            number = next(numbers)
            knots = (lane.knots or _CRUISE_KNOTS[kind]) * dice.uniform(0.85, 1.15)
            share = (place + dice.uniform(0.1, 0.9)) / len(kinds)
            yield LaneShip(_mmsi(number), _particulars(number, kind), lane, knots, share)


def _anchored_ships(dice: random.Random) -> Iterator[SandboxShip]:
    numbers = count(201)
    for anchorage in _waters().anchorage:
        for kind, count_of_kind in anchorage.ships:
            for _ in range(count_of_kind):
                number = next(numbers)
                here = destination(*anchorage.at, dice.uniform(0, 360), dice.uniform(300, 2500))
                yield AnchoredShip(_mmsi(number), _particulars(number, kind), here.lat, here.lon)


def _mmsi(number: int) -> int:
    return _FIRST_MMSI + number


def _particulars(number: int, kind: int) -> Particulars:
    length, beam, draught = _SIZES[kind]
    length += number % 7 * length // 40
    name = f"{_FIRST_NAMES[number % 20]} {_SECOND_NAMES[number // 20 % 6]}"
    return Particulars(
        name=name,
        callsign=f"SBX{number:03d}",
        ship_type=kind,
        to_bow_m=length - length // 5,
        to_stern_m=length // 5,
        to_port_m=beam // 2,
        to_starboard_m=beam - beam // 2,
        draught_m=draught or None,
    )
