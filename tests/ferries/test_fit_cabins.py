"""Cabins for a party: the cheapest ones in which everybody has a berth, never with one too few."""

from itertools import product

import pytest

from maritime_app.ferries import cabins
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.model import Party

SHIP = [
    CabinStock("inside2", 5400, 2, 3),
    CabinStock("inside4", 8000, 4, 1),
    CabinStock("outside2", 7000, 2, 10),
    CabinStock("reclining", 1200, 1, 4),
]


def test_it_works():
    """Three people: three seats, the cabin for four, or two for two; in order of price."""
    assert [(one.cabins, one.price_minor) for one in cabins.proposals(3, SHIP)] == [
        ((("reclining", 3),), 3600),
        ((("inside4", 1),), 8000),
        ((("outside2", 2),), 14_000),
    ]


@pytest.mark.parametrize("people", range(1, 13))
def test_nothing_cheaper_would_do(people):
    """Beside every lot of cabins that there is."""
    every = product(*(range(one.left + 1) for one in SHIP))
    enough = [
        sum(one.price_minor * count for one, count in zip(SHIP, counts, strict=True))
        for counts in every
        if sum(one.berths * count for one, count in zip(SHIP, counts, strict=True)) >= people
        and sum(counts) <= people
    ]
    assert cabins.proposals(people, SHIP)[0].price_minor == min(enough)


@pytest.mark.parametrize("people", range(1, 21))
def test_a_proposal_has_a_berth_for_everybody_and_takes_no_more_than_is_left(people):
    left = {one.type: one.left for one in SHIP}
    sizes = {one.type: one.berths for one in SHIP}
    for proposal in cabins.proposals(people, SHIP):
        assert cabins.without_berth(people, proposal.cabins, sizes) == 0
        assert proposal.berths >= people
        assert all(0 < count <= left[kind] for kind, count in proposal.cabins)
        assert sum(count for _kind, count in proposal.cabins) <= people


def test_where_cabins_do_not_suffice_none_are_proposed():
    assert cabins.proposals(9, [CabinStock("inside2", 5400, 2, 4)]) == []
    assert cabins.proposals(0, SHIP) == []


def test_a_cabin_for_pets_is_for_those_with_one():
    ship = [CabinStock("pet2", 100, 2, 9)]
    assert cabins.proposals(2, ship) == []
    assert [one.cabins for one in cabins.proposals(2, ship, with_pets=True)] == [(("pet2", 1),)]


@pytest.mark.parametrize(
    ("people", "chosen", "without"),
    [
        (3, [("inside2", 1)], 1),
        (4, [("inside2", 1), ("reclining", 1)], 1),
        (2, [("inside2", 1)], 0),
        (3, [], 0),
        (3, [("inside2", 0)], 0),
        (5, [("royal", 1)], 0),
    ],
)
def test_who_has_no_berth(people, chosen, without):
    """Nobody chose a cabin: nobody misses one. A type that only its operator knows is enough."""
    assert cabins.without_berth(people, chosen, {"inside2": 2, "reclining": 1}) == without


def test_an_infant_sleeps_with_somebody():
    assert cabins.sleepers(Party(adults=2, children=1, infants=2)) == 3
