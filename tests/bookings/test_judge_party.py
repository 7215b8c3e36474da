"""Who may travel together, on which sailing: the rules alone, at their edges.

`test_rules` asks the same of the whole product; here every number is met, passed and missed by one.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from maritime_app.bookings.model import LegRequest
from maritime_app.bookings.pricing import rules, service
from maritime_app.bookings.pricing.model import LegQuote, LegWish, PricingRequest, Traveller
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.extras import ExtraKind, ExtraUnit, FareExtra
from maritime_app.ferries.model import (
    AgeBands,
    Fare,
    Operator,
    OperatorKind,
    PassengerKind,
    Place,
    PriceLine,
    PriceReason,
    ResidencyProof,
    ResidentDiscount,
    Sailing,
    SailingStatus,
    Vehicle,
    VehicleKind,
)
from maritime_app.money import Money
from maritime_app.settings.file import load

LIMITS = load({}).bookings
TODAY = date(2027, 5, 1)
LEAVES = datetime(2027, 6, 1, 22, 30, tzinfo=UTC)  # the second of June in Athens
ADULT, CHILD, INFANT = (Traveller(kind) for kind in PassengerKind)
CAR = Vehicle(VehicleKind.CAR, 450, 180, 1800)
PIRAEUS = Place("GRPIR", "Piraeus", "Europe/Athens", "GR")
CHIOS = Place("GRJKH", "Chios", "Europe/Athens", "GR")


FARE = Fare(UUID(int=1), "STD", "EUR", 3, 12, 0, {}, ())
NIGHT_BOAT = Sailing(
    id=UUID(int=7),
    operator=Operator("TST", "Test Line", OperatorKind.HOUSE),
    origin=PIRAEUS,
    destination=CHIOS,
    ferry="Ariadne",
    mmsi=None,
    departs_at=LEAVES,
    arrives_at=LEAVES + timedelta(hours=8),
    status=SailingStatus.SCHEDULED,
    sales_close_at=LEAVES - timedelta(minutes=30),
    fare=FARE,
    max_height_cm=400,
    max_vehicle_kg=3000,
    cars_allowed=True,
    remote_key=None,
    ages=AgeBands(infant_to_age=3, child_to_age=12, alone_from_age=12),
    berths={"inside2": 2, "inside4": 4},
)


def a_sailing(**changed):
    """A night boat from Piraeus, by a house operator unless said otherwise."""
    return msgspec.structs.replace(NIGHT_BOAT, **changed)


def a_request(*travellers, vehicles=(), cabins=(), legs=1):
    wish = LegWish("7", cabins)
    return PricingRequest((wish,) * legs, travellers, vehicles)


def demand(*travellers, sailing=None):
    return rules.demand(1, LegWish("7"), a_request(*travellers), sailing or a_sailing())


def code_of(call, *given, kind=Invalid):
    with pytest.raises(kind) as refused:
        call(*given)
    return refused.value.code


def born(year, month, day):
    """Somebody who says only when they were born."""
    return Traveller(PassengerKind.ADULT, date(year, month, day))


def test_it_works():
    request = a_request(ADULT, CHILD, INFANT, vehicles=(CAR,))
    rules.check_request(request, LIMITS, TODAY)
    party = rules.demand(1, LegWish("7"), request, a_sailing()).party
    assert (party.adults, party.children, party.infants, party.vehicles) == (1, 1, 1, (CAR,))


def test_a_cabin_and_others_are_counted_together():
    asked = LegRequest("7", cabin="inside2", cabins={"inside2": 2, "outside4": 1})
    assert asked.all_cabins() == (("inside2", 3), ("outside4", 1))
    assert LegRequest("7", cabin="inside2").all_cabins() == (("inside2", 1),)


def test_legs_in_two_currencies_have_no_price_together():
    """Euros and kronor would be added up to one number."""
    request = a_request(ADULT, legs=2)
    legs = [
        LegQuote(demand(ADULT), (PriceLine("adult", 1, 1000, PriceReason.FARE),), currency, {})
        for currency in ("EUR", "SEK")
    ]
    assert code_of(service._assembled, legs, request) == "currencies"
    assert service._assembled(legs[:1], request).total == Money(1000, "EUR")


@pytest.mark.parametrize(
    ("birthday", "kind"),
    [
        ((2027, 6, 2), "infant"),  # born that very day, by the clock of Piraeus
        ((2023, 6, 3), "infant"),
        ((2023, 6, 2), "child"),
        ((2014, 6, 3), "child"),
        ((2014, 6, 2), "adult"),
    ],
)
def test_ages_count_on_the_day_at_the_quay(birthday, kind):
    assert demand(ADULT, born(*birthday)).kinds[1] == kind


def test_a_claim_counts_on_the_legs_whose_fare_knows_the_area():
    cretan, rhodian = Traveller(resident_of="GR-M"), Traveller(resident_of="GR-L")
    discount = ResidentDiscount("GR-M", 20, (ResidencyProof.IDENTITY_CARD,))
    fare = msgspec.structs.replace(FARE, resident_discounts=(discount,))
    knows, knows_not = a_sailing(fare=fare), a_sailing()

    assert demand(cretan, ADULT, sailing=knows).party.residents == (("GR-M", "adult"),)
    assert demand(cretan, ADULT, sailing=knows_not).party.residents == ()
    rules.check_residents([cretan, ADULT], [knows_not, knows])
    assert code_of(rules.check_residents, [ADULT, rhodian], [knows]) == "resident_of"
    assert code_of(rules.check_residents, [cretan], [a_sailing(fare=None)]) == "resident_of"


def test_extras_are_refused_by_name_for_what_is_not_sold_and_for_too_many():
    lounge = FareExtra(ExtraKind.LOUNGE, ExtraUnit.PERSON, 2500)
    parking = FareExtra(ExtraKind.PRIORITY_BOARDING, ExtraUnit.VEHICLE, 1500)
    sells = a_sailing(fare=msgspec.structs.replace(FARE, extras=(lounge, parking)))

    def refusal(sailing, kind, count):
        wish = LegWish("7", extras=((kind, count),))
        leg = rules.demand(1, wish, a_request(ADULT, ADULT), sailing)
        with pytest.raises(Invalid) as refused:
            rules.check_extras(leg)
        assert refused.value.fields == {"legs[0].extras": refused.value.message}
        return refused.value.message

    two = LegWish("7", extras=((ExtraKind.LOUNGE, 2),))
    rules.check_extras(rules.demand(1, two, a_request(ADULT, ADULT), sells))
    assert refusal(sells, "lounge", 3) == "Lounge: at most 2 for your party."
    assert refusal(sells, "priority_boarding", 1) == "Priority boarding: at most 0 for your party."
    assert refusal(sells, "wifi", 1) == (
        "Wi-Fi is not sold on this sailing. It sells: Lounge, Priority boarding."
    )
    assert refusal(a_sailing(), "wifi", 1) == "This sailing sells no extras."
    remote = a_sailing(fare=None, operator=Operator("RMT", "Far Line", OperatorKind.REMOTE))
    assert refusal(remote, "wifi", 1) == "Far Line sells its extras on board only, not here."


def test_nobody_is_born_after_the_sailing():
    assert code_of(demand, ADULT, born(2027, 6, 3)) == "birth_date"


@pytest.mark.parametrize(
    ("birthday", "sane"),
    [((1902, 1, 1), True), ((1901, 12, 31), False), ((2028, 1, 1), True), ((2029, 1, 1), False)],
)
def test_a_birth_date_can_be_125_years_back_and_a_year_ahead(birthday, sane):
    request = a_request(ADULT, born(*birthday))
    if sane:
        rules.check_request(request, LIMITS, TODAY)
    else:
        assert code_of(rules.check_request, request, LIMITS, TODAY) == "birth_date"


@pytest.mark.parametrize(
    ("alone", "words"),
    [
        ((CHILD,), "Somebody of at least 12 years must travel along."),
        ((INFANT, INFANT), "An infant cannot travel alone."),
        ((CHILD, INFANT), "Somebody of at least 12 years must travel along."),
        ((born(2015, 6, 3),), "Somebody of at least 12 years must travel along."),
    ],
)
def test_children_do_not_travel_alone(alone, words):
    with pytest.raises(Invalid, match=words) as refused:
        demand(*alone)
    assert refused.value.code == "alone"


@pytest.mark.parametrize("alone", [(ADULT,), (born(2015, 6, 2),), (born(2014, 6, 2), INFANT)])
def test_whoever_is_twelve_travels_alone_and_accompanies(alone):
    assert demand(*alone).number == 1


def test_three_infants_to_a_companion_and_no_fourth():
    assert demand(ADULT, *[INFANT] * 3).party.infants == 3
    assert demand(ADULT, ADULT, *[INFANT] * 6).party.infants == 6
    assert code_of(demand, ADULT, *[INFANT] * 4) == "alone"
    assert code_of(demand, ADULT, ADULT, *[INFANT] * 7) == "alone"


def test_as_many_as_the_settings_allow_and_not_one_more():
    most = LIMITS.max_passengers, LIMITS.max_vehicles, LIMITS.max_legs
    for people, vehicles, legs in (most, (1, 0, 1)):
        rules.check_request(
            a_request(*[ADULT] * people, vehicles=(CAR,) * vehicles, legs=legs), LIMITS, TODAY
        )
    for one_more in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        people, vehicles, legs = (limit + more for limit, more in zip(most, one_more, strict=True))
        request = a_request(*[ADULT] * people, vehicles=(CAR,) * vehicles, legs=legs)
        assert code_of(rules.check_request, request, LIMITS, TODAY) == "size"
    assert code_of(rules.check_request, a_request(), LIMITS, TODAY) == "size"


def test_a_cabin_each_and_no_more():
    rules.check_request(a_request(ADULT, ADULT, cabins=(("inside2", 2),)), LIMITS, TODAY)
    request = a_request(ADULT, ADULT, cabins=(("inside2", 2), ("inside4", 1)))
    assert code_of(rules.check_request, request, LIMITS, TODAY) == "cabins"


@pytest.mark.parametrize(("people", "enough"), [(2, True), (3, False)])
def test_everybody_has_a_berth_unless_they_said_that_they_know(people, enough):
    wish = LegWish("7", (("inside2", 1),))
    leg = rules.demand(2, wish, a_request(*[ADULT] * people, cabins=wish.cabins), a_sailing())
    rules.check_berths(leg, LegWish("7", wish.cabins, fewer_berths=True))
    if enough:
        rules.check_berths(leg, wish)
        return
    with pytest.raises(Invalid) as refused:
        rules.check_berths(leg, wish)
    assert refused.value.fields == {"legs[1].cabins": "The cabins have 2 berths for 3 people."}


@pytest.mark.parametrize(
    ("changed", "minutes_before", "code"),
    [
        ({}, 31, None),
        ({}, 30, "sales_closed"),
        ({}, 0, "departed"),
        ({"status": SailingStatus.CLOSED}, 600, "sales_closed"),
        ({"status": SailingStatus.CANCELLED}, 600, "sailing_cancelled"),
        ({"status": SailingStatus.DEPARTED}, 600, "departed"),
        ({"fare": None}, 600, "timetable_only"),
        ({"operator": Operator("L", "Listed", OperatorKind.LISTED)}, 600, "timetable_only"),
        ({"operator": Operator("R", "Remote", OperatorKind.REMOTE), "fare": None}, 600, None),
        ({"expected_departs_at": LEAVES + timedelta(hours=2)}, 31, None),
    ],
)
def test_what_is_sold_and_until_when(changed, minutes_before, code):
    sailing, now = a_sailing(**changed), LEAVES - timedelta(minutes=minutes_before)
    if code is None:
        rules.check_sailing(sailing, now)
    else:
        assert code_of(rules.check_sailing, sailing, now, kind=Conflict) == code


def test_the_next_leg_leaves_when_the_first_has_arrived():
    first = a_sailing()
    rules.check_order([first, a_sailing(departs_at=first.arrives_at)])
    early = a_sailing(departs_at=first.arrives_at - timedelta(minutes=1))
    assert code_of(rules.check_order, [first, early]) == "order"


@pytest.mark.parametrize(
    ("vehicle", "code"),
    [
        (Vehicle(VehicleKind.VAN, 550, 400, 3000), None),
        (Vehicle(VehicleKind.VAN, 550, 401, 3000), "vehicle_too_high"),
        (Vehicle(VehicleKind.VAN, 550, 400, 3001), "vehicle_too_heavy"),
    ],
)
def test_what_a_ship_carries(vehicle, code):
    request = a_request(ADULT, vehicles=(vehicle,))
    leg = rules.demand(1, LegWish("7"), request, a_sailing())
    if code is None:
        rules.check_vehicles(leg)
    else:
        assert code_of(rules.check_vehicles, leg, kind=Conflict) == code


def test_a_ship_of_ours_without_a_car_deck_takes_no_vehicle_and_a_remote_one_is_asked():
    request = a_request(ADULT, vehicles=(CAR,))
    bare = a_sailing(max_height_cm=None, max_vehicle_kg=None)
    leg = rules.demand(1, LegWish("7"), request, bare)
    assert code_of(rules.check_vehicles, leg, kind=Conflict) == "vehicle_too_high"
    remote = a_sailing(
        operator=Operator("R", "Remote", OperatorKind.REMOTE), max_height_cm=None, fare=None
    )
    rules.check_vehicles(rules.demand(1, LegWish("7"), request, remote))
