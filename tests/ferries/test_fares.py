"""Prices, room and fees: pure rules, held against many parties."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from maritime_app.errors import Invalid
from maritime_app.ferries.extras import ExtraKind, ExtraUnit, FareExtra
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import (
    AgeBands,
    CancelRule,
    Fare,
    Party,
    PassengerKind,
    PriceLine,
    PriceReason,
    ResidencyProof,
    ResidentDiscount,
    Vehicle,
    VehicleKind,
    VehicleRequest,
)
from maritime_app.ferries.parties import party_of
from maritime_app.ferries.search.model import SearchQuery

RULES = (CancelRule(336, 0), CancelRule(72, 25), CancelRule(24, 50))
PRICES = {
    "adult": 4300,
    "child": 2150,
    "infant": 0,
    "car": 9200,
    "camper": 15_500,
    "extra_metre": 1800,
    "trailer_metre": 2000,
    "cabin:inside2": 5400,
    "pet": 1500,
}
FARE = Fare(UUID(int=1), "STD", "EUR", 3, 12, 250, PRICES, RULES)
AGES = AgeBands(3, 12)
CAR = Vehicle(VehicleKind.CAR, 450, 180, 1800)
LEAVES = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)
settings.register_profile("house", deadline=None, max_examples=80, database=None)
settings.load_profile("house")

parties = st.builds(
    Party,
    adults=st.integers(0, 20),
    children=st.integers(0, 20),
    infants=st.integers(0, 20),
    vehicles=st.lists(
        st.builds(
            Vehicle,
            st.sampled_from([VehicleKind.CAR, VehicleKind.CAMPER, VehicleKind.TRAILER]),
            st.integers(100, 2500),
            st.integers(100, 500),
            st.integers(1, 3500),
        ),
        max_size=4,
    ).map(tuple),
    cabins=st.lists(st.tuples(st.just("inside2"), st.integers(1, 4)), max_size=2).map(tuple),
    pets=st.integers(0, 3),
)


def test_it_works():
    party = Party(2, 1, 1, (CAR,), (("inside2", 1),), 1)

    lines = fare_rules.price_lines(FARE, party)

    assert {line.item: (line.quantity, line.amount_minor) for line in lines} == {
        "adult": (2, 8600),
        "child": (1, 2150),
        "infant": (1, 0),
        "car": (1, 9200),
        "cabin:inside2": (1, 5400),
        "pet": (1, 1500),
        "harbour_tax": (4, 1000),
    }
    assert fare_rules.total_minor(lines) == 8600 + 2150 + 9200 + 5400 + 1500 + 1000
    assert fare_rules.demand(party) == {
        "passenger": 4,
        "lane_cm": 480,
        "cabin:inside2": 1,
        "pet": 1,
    }


@pytest.mark.parametrize(
    ("percent", "residents", "lines"),
    [
        (20, [("GR-M", "adult")], {"resident:GR-M:adult": (1, -860)}),
        (20, [("GR-M", "adult")] * 2, {"resident:GR-M:adult": (2, -1720)}),
        (33, [("GR-M", "child")], {"resident:GR-M:child": (1, -709)}),  # of 709.5, rounded down
        (100, [("GR-M", "child")], {"resident:GR-M:child": (1, -2150)}),
        (20, [("GR-M", "infant")], {}),  # of nothing
        (20, [("GR-L", "adult")], {}),  # another area's
    ],
)
def test_residents_pay_less_for_people_and_for_nothing_else(percent, residents, lines):
    discount = ResidentDiscount("GR-M", percent, (ResidencyProof.IDENTITY_CARD,))
    fare = msgspec.structs.replace(FARE, resident_discounts=(discount,))
    claims = tuple((area, PassengerKind(kind)) for area, kind in residents)
    party = Party(2, 1, 1, (CAR,), (("inside2", 1),), 1, claims)

    found = fare_rules.price_lines(fare, party)

    less = {line.item: line for line in found if line.reason is PriceReason.DISCOUNT}
    assert {item: (one.quantity, one.amount_minor) for item, one in less.items()} == lines
    plain = msgspec.structs.replace(party, residents=())
    assert [line for line in found if line.item not in less] == fare_rules.price_lines(fare, plain)


@pytest.mark.parametrize(("unit", "most"), [("person", 4), ("vehicle", 1), ("booking", 1)])
def test_an_extra_is_for_each_person_or_vehicle_or_for_the_booking(unit, most):
    extra = FareExtra(ExtraKind.WIFI, ExtraUnit(unit), 600)
    assert extra.most(people=4, vehicles=1) == most


def test_extras_are_lines_of_their_own_and_only_what_is_limited_is_counted():
    dinner = FareExtra(ExtraKind.DINNER, ExtraUnit.PERSON, 1800)
    lounge = FareExtra(ExtraKind.LOUNGE, ExtraUnit.PERSON, 2500, per_sailing=40)
    fare = msgspec.structs.replace(FARE, extras=(dinner, lounge))
    bought = ((ExtraKind.DINNER, 2), (ExtraKind.LOUNGE, 1))
    plain, party = Party(2, 1, 0), Party(2, 1, 0, extras=bought)

    added = set(fare_rules.price_lines(fare, party)) - set(fare_rules.price_lines(fare, plain))
    needed = fare_rules.demand(party, fare.extras)

    assert added == {PriceLine("extra:dinner", 2, 3600), PriceLine("extra:lounge", 1, 2500)}
    assert needed == {**fare_rules.demand(plain), "extra:lounge": 1}
    with pytest.raises(Invalid, match="does not carry"):
        fare_rules.price_lines(FARE, party)


@given(parties)
def test_a_price_is_the_sum_of_its_parts(party):
    people = Party(party.adults, party.children, party.infants)
    rest = Party(0, 0, 0, party.vehicles, party.cabins, party.pets)

    assert total(party) == total(people) + total(rest)
    assert total(party) >= 0


@given(parties, parties)
def test_who_brings_more_pays_and_takes_no_less(one, more):
    both = Party(
        one.adults + more.adults,
        one.children + more.children,
        one.infants + more.infants,
        one.vehicles + more.vehicles,
        one.cabins + more.cabins,
        one.pets + more.pets,
    )

    assert total(both) == total(one) + total(more)
    alone, together = fare_rules.demand(one), fare_rules.demand(both)
    assert all(together[resource] >= amount for resource, amount in alone.items())
    assert together["passenger"] == one.people + more.people


@given(st.integers(0, 5_000_000), st.floats(-50, 1000))
def test_a_fee_is_part_of_the_price_and_never_falls_as_time_passes(price_minor, hours_left):
    now, later = LEAVES - timedelta(hours=hours_left), LEAVES - timedelta(hours=hours_left - 1)

    fee = fare_rules.cancel_fee_minor(FARE, price_minor, LEAVES, now)

    assert 0 <= fee <= price_minor
    assert fare_rules.cancel_fee_minor(FARE, price_minor, LEAVES, later) >= fee


@pytest.mark.parametrize(
    ("hours_left", "fee"),
    [
        (1000, 0),
        (336, 0),
        (335.99, 2501),
        (72, 2501),
        (71.99, 5001),
        (24, 5001),
        (23.99, 10_001),
        (-1, 10_001),
    ],
)
def test_the_rule_with_the_most_hours_still_left_holds(hours_left, fee):
    """A share that does not divide is rounded up: the operator loses no cent to us."""
    at = LEAVES - timedelta(hours=hours_left)

    assert fare_rules.cancel_fee_minor(FARE, 10_001, LEAVES, at) == fee


@pytest.mark.parametrize(
    ("hours_left", "next_at"), [(1000, 336), (336.01, 336), (336, 72), (72, 24), (24, None)]
)
def test_the_next_rise_of_the_fee_is_known(hours_left, next_at):
    """A rule holds while that many hours are left, so its last moment is no rise that is ahead."""
    changes_at = fare_rules.next_fee_change(FARE, LEAVES, LEAVES - timedelta(hours=hours_left))

    assert changes_at == (next_at and LEAVES - timedelta(hours=next_at))
    assert fare_rules.next_fee_change(None, LEAVES, LEAVES) is None


def test_without_a_fare_everything_is_lost():
    assert fare_rules.cancel_fee_minor(None, 700, LEAVES, LEAVES - timedelta(days=400)) == 700


@pytest.mark.parametrize(
    ("born", "kind"),
    [
        (date(2027, 6, 1), "infant"),
        (date(2023, 6, 2), "infant"),
        (date(2023, 6, 1), "child"),
        (date(2014, 6, 2), "child"),
        (date(2014, 6, 1), "adult"),
        (date(1904, 2, 29), "adult"),
        (date(2012, 2, 29), "adult"),
    ],
)
def test_age_counts_on_the_day_of_travel(born, kind):
    assert kind_on(born, date(2027, 6, 1)) == kind


@given(st.dates(date(1900, 1, 1), date(2027, 1, 1)), st.dates(date(2027, 1, 1), date(2030, 1, 1)))
def test_nobody_grows_younger(born, on):
    order = ["infant", "child", "adult"]

    today, next_year = (order.index(kind_on(born, day)) for day in (on, on + timedelta(days=366)))

    assert next_year >= today


def test_an_infant_that_the_fare_does_not_list_travels_free_but_takes_a_place():
    bare = Fare(UUID(int=1), "X", "EUR", 3, 12, 0, {"adult": 100}, ())
    party = Party(1, 0, 2)

    assert total(party, bare) == 100
    assert fare_rules.demand(party)["passenger"] == 3


@pytest.mark.parametrize(
    ("party", "field"),
    [
        (Party(1, 1, 0), "child"),
        (Party(1, 0, 0, (Vehicle(VehicleKind.VAN, 500, 200, 2000),)), "vehicles"),
        (Party(1, 0, 0, (Vehicle(VehicleKind.TRAILER, 500, 200, 700),)), "vehicles"),
        (Party(1, 0, 0, (), (("suite", 1),)), "cabin"),
        (Party(1, 0, 0, pets=1), "pet"),
    ],
)
def test_what_the_fare_does_not_carry_is_refused_beside_its_field(party, field):
    bare = Fare(UUID(int=1), "X", "EUR", 3, 12, 0, {"adult": 100}, ())

    with pytest.raises(Invalid) as refused:
        fare_rules.price_lines(bare, party)
    assert refused.value.code == "not_carried"
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("lane_cm", "max_height_cm", "max_kg", "fits"),
    [
        (480, 180, 1800, True),
        (480, 180, None, True),
        (479, 180, 1800, False),
        (480, 179, 1800, False),
        (480, 180, 1799, False),
        (480, None, None, False),
    ],
)
def test_a_car_needs_lane_height_and_weight(lane_cm, max_height_cm, max_kg, fits):
    party, room = Party(1, 0, 0, (CAR,)), {"lane_cm": lane_cm}

    assert fare_rules.vehicles_fit(party, room, max_height_cm, max_kg) is fits
    assert fare_rules.vehicles_fit(Party(1, 0, 0), {}, max_height_cm, max_kg)


def test_bicycles_take_no_lane():
    assert "lane_cm" not in fare_rules.demand(
        Party(1, 0, 0, (Vehicle(VehicleKind.BICYCLE, 190, 120, 20),))
    )


@pytest.mark.parametrize(
    ("asked", "vehicles"),
    [
        (0, ()),
        (2, (("car", 450, 180), ("car", 450, 180))),
        ("1", (("car", 450, 180),)),
        ("camper:720:320, car", (("camper", 720, 320), ("car", 450, 180))),
        ("Van", (("van", 550, 220),)),
        ("van:600", (("van", 600, 220),)),
        ([VehicleRequest(VehicleKind.MOTORCYCLE)], (("motorcycle", 220, 130),)),
    ],
)
def test_vehicles_may_be_written_in_many_ways(asked, vehicles):
    found = party_of(question(vehicles=asked)).vehicles
    assert sorted((v.kind, v.length_cm, v.height_cm) for v in found) == sorted(vehicles)


@pytest.mark.parametrize(
    "asked",
    [
        "submarine",
        "car:x",
        "car:450:180:1:1",
        "11",
        11,
        "camper:1201",
        "car:120",
        "van:1900",
        "bicycle:2500",
        "car:450:180:60000",
        "trailer",
        "camper:700:501",
        "car:-1",
        -1,
    ],
)
def test_vehicles_that_nobody_understands_are_refused_with_an_example(asked):
    with pytest.raises(Invalid) as refused:
        party_of(question(vehicles=asked))
    assert "vehicles" in refused.value.fields


def test_somebody_must_travel():
    with pytest.raises(Invalid, match="At least one adult or child"):
        party_of(question(adults=0, infants=1))


def question(**more):
    return SearchQuery("NOOSL", "DEKEL", date(2027, 6, 1), **more)


def total(party, fare=FARE):
    return fare_rules.total_minor(fare_rules.price_lines(fare, party))


def kind_on(born, day):
    return fare_rules.kind_of_age(AGES, fare_rules.age_on(born, day))


@pytest.mark.parametrize(
    ("length_cm", "metres"), [(450, 0), (500, 0), (501, 1), (600, 1), (601, 2), (700, 2)]
)
def test_a_long_car_pays_for_each_started_metre_more(length_cm, metres):
    party = Party(1, 0, 0, (Vehicle(VehicleKind.CAR, length_cm, 180, 1800),))

    assert total(party) == total(Party(1, 0, 0)) + 9200 + metres * 1800


def test_a_trailer_is_priced_by_its_metres_and_takes_its_lane():
    trailer = Vehicle(VehicleKind.TRAILER, 501, 200, 750)
    party = Party(1, 0, 0, (CAR, trailer))

    assert total(party) == total(Party(1, 0, 0, (CAR,))) + 6 * 2000
    assert fare_rules.demand(party)["lane_cm"] == 480 + 531
