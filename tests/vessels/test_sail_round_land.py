"""The shortest way by sea goes round capes and through straits, never over land."""

from datetime import UTC, datetime
from itertools import pairwise
from uuid import uuid4

import pytest

from maritime_app.geo import METRES_PER_NAUTICAL_MILE, Position, distance_m
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.predictions import estimates
from maritime_app.vessels.predictions.model import Basis, VoyageState
from maritime_app.vessels.sea.lanes import sea_way
from maritime_app.vessels.sea.sight import is_clear

PIRAEUS = Position(37.94, 23.63)
VENICE = Position(45.43, 12.35)
HELSINKI = Position(60.15, 24.95)
TALLINN = Position(59.45, 24.76)


def test_it_works():
    """Round Greece, up the Adriatic: a third longer than over the Balkans."""
    way = sea_way(PIRAEUS, VENICE)
    assert way is not None
    shortest = distance_m(PIRAEUS.lat, PIRAEUS.lon, VENICE.lat, VENICE.lon)
    assert 1.1 * shortest < way.metres < 1.5 * shortest
    assert (way.places[0], way.places[-1]) == (PIRAEUS, VENICE)


def test_a_clear_way_is_straight():
    way = sea_way(HELSINKI, TALLINN)
    assert way is not None
    assert way.places == (HELSINKI, TALLINN)


@pytest.mark.parametrize(
    ("start", "end", "miles"),
    [
        pytest.param((51.95, 4.1), (1.25, 103.8), 8_288, id="Rotterdam to Singapore by Suez"),
        pytest.param((-23.98, -46.3), (51.95, 4.1), 5_400, id="Santos to Rotterdam"),
        pytest.param((31.0, 122.0), (33.7, -118.25), 5_700, id="Shanghai to Los Angeles"),
        pytest.param((40.5, -74.0), (51.95, 4.1), 3_330, id="New York to Rotterdam"),
        pytest.param((8.9, -79.5), (35.4, 139.65), 7_680, id="Panama to Yokohama"),
        pytest.param((43.3, 5.35), (31.2, 29.85), 1_400, id="Marseille to Alexandria"),
        pytest.param((18.95, 72.8), (25.27, 55.3), 1_130, id="Mumbai to Dubai"),
        pytest.param((-33.86, 151.25), (-32.05, 115.7), 2_140, id="Sydney to Fremantle"),
        pytest.param((13.4, 100.6), (13.1, 80.3), 2_400, id="Bangkok to Chennai by Malacca"),
        pytest.param((-33.9, 18.4), (51.95, 4.1), 6_160, id="Cape Town to Rotterdam"),
        pytest.param((29.73, -95.1), (40.5, -74.0), 1_900, id="Houston to New York"),
        pytest.param((60.15, 24.95), (59.32, 18.1), 245, id="Helsinki to Stockholm"),
    ],
)
def test_ways_are_as_long_as_is_commonly_given(start, end, miles):
    """Within 8 % of rounded figures of distances between ports."""
    way = sea_way(Position(*start), Position(*end))
    assert way is not None
    assert way.metres / METRES_PER_NAUTICAL_MILE == pytest.approx(miles, rel=0.08)


def test_canals_are_ways():
    """From Hamburg into the Baltic by Kiel, not round Skagen: 470 miles instead of 830."""
    way = sea_way(Position(53.54, 9.95), Position(54.4, 18.7))
    assert way is not None
    assert way.metres / METRES_PER_NAUTICAL_MILE < 500
    assert any(9.0 < place.lon < 10.0 and 54.0 < place.lat < 54.4 for place in way.places)


def test_no_leg_crosses_land():
    """But within forty kilometres of its ends, where harbours lie in bays and rivers."""
    way = sea_way(Position(-33.86, 151.25), Position(-32.05, 115.7))
    assert way is not None
    assert len(way.places) > 4
    for one, other in pairwise(way.places):
        shores = (40_000.0 * (one == way.places[0]), 40_000.0 * (other == way.places[-1]))
        assert is_clear(one, other, *shores)


def test_from_a_lake_there_is_no_way_to_the_sea():
    assert sea_way(Position(53.0, 107.5), PIRAEUS) is None


def ship(at: Position) -> VoyageState:
    """At ten knots."""
    return VoyageState(211_000_001, 2, at.lat, at.lon, 10.0, datetime(2026, 11, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "port", "basis"),
    [
        (PIRAEUS, VENICE, Basis.SEA_LANE),
        (HELSINKI, TALLINN, Basis.GREAT_CIRCLE),
        (Position(53.0, 107.5), PIRAEUS, Basis.GREAT_CIRCLE),
    ],
)
def test_a_prediction_rests_on_the_way_by_sea_where_land_is_between(start, port, basis):
    """And says so; the great circle stays what it is measured against."""
    harbour = Harbour(uuid4(), "ZZNIL", port.lat, port.lon)
    shortest = estimates.estimate(ship(start), harbour, {})
    found = estimates.by_sea(ship(start), shortest, sea_way(start, port))
    assert found.basis is basis
    assert (found.seconds > 1.1 * shortest.seconds) == (basis is Basis.SEA_LANE)
