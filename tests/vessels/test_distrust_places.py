"""Ships that are reported on land, or off by a constant, are not believed; harbours, rivers and
canals are.
"""

import random

import pytest

from maritime_app.geo import destination
from maritime_app.vessels.codes.flags import DISTRUSTED, Flag
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.integrity.judging import CLEAN_REPORTS, SHIFTED_MS
from maritime_app.vessels.model import Motion, Report, StationKind
from maritime_app.vessels.sea.grid import is_inland
from tests.vessels.frames import AURORA, NOON_MS

STEP_MS = 10_000
RIYADH = (24.7, 46.7)
KIEL = (54.33, 10.15)


def tell(fleet: Fleet, step: int, lat: float, lon: float, knots: float = 0.0, **more) -> int:
    """Let a ship report its position; return its flags."""
    motion = Motion(lat, lon, knots, more.get("course", 0.0), None, 0)
    mmsi = more.get("mmsi", AURORA)
    kind = more.get("kind", StationKind.CLASS_A)
    fleet.apply(Report(mmsi, kind, NOON_MS + step * STEP_MS, motion))
    return fleet.ships[mmsi].flags


def test_it_works():
    """Well inland a ship is doubtful with each report, and says why."""
    fleet = Fleet()
    flags = [tell(fleet, step, RIYADH[0] + step * 1e-5, RIYADH[1]) for step in range(20)]
    assert flags == [Flag.DOUBTFUL | Flag.INLAND] * 20


@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("Rotterdam", 51.90, 4.48),
        ("Hamburg", 53.54, 9.97),
        ("Duisburg", 51.45, 6.75),
        ("Basel", 47.58, 7.59),
        ("Budapest", 47.49, 19.05),
        ("Hannover, Mittelland canal", 52.43, 9.75),
        ("Dortmund", 51.53, 7.44),
        ("Hilpoltstein, Main-Danube canal", 49.20, 11.25),
        ("Gota canal", 58.50, 15.30),
        ("Kuopio, Saimaa", 62.90, 27.70),
        ("Moscow", 55.70, 37.60),
        ("Volgograd", 48.70, 44.52),
        ("Geneva", 46.21, 6.15),
        ("Minneapolis", 44.95, -93.09),
        ("Tulsa", 36.23, -95.74),
        ("Duluth", 46.77, -92.10),
        ("Houston", 29.73, -95.27),
        ("Philadelphia", 39.90, -75.13),
        ("Montreal", 45.51, -73.54),
        ("Manaus", -3.14, -60.02),
        ("Asuncion", -25.28, -57.64),
        ("Gatun lake, Panama", 9.20, -79.90),
        ("Ismailia, Suez canal", 30.59, 32.28),
        ("Cairo", 30.05, 31.23),
        ("Kinshasa", -4.30, 15.31),
        ("Chongqing", 29.56, 106.58),
        ("Jining, Grand Canal", 35.40, 116.58),
        ("Guwahati", 26.19, 91.75),
        ("Sibu, Rajang", 2.28, 111.82),
        ("Pontianak, Kapuas", -0.03, 109.34),
        ("La Baie, Saguenay", 48.33, -70.88),
        ("Manchester ship canal", 53.48, -2.27),
        ("Brussels, Willebroek canal", 50.87, 4.35),
        ("Houma, Gulf Intracoastal Waterway", 29.59, -90.72),
        ("Beaumont, Neches", 30.08, -94.09),
        ("the north pole", 90.0, 0.0),
        ("the date line", 0.0, 180.0),
    ],
)
def test_harbours_rivers_and_canals_are_no_land(place, lat, lon):
    assert not is_inland(lat, lon), place
    fleet = Fleet()
    assert [tell(fleet, step, lat, lon) for step in range(4)] == [0] * 4


@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("the airport of Simferopol", 45.05, 33.97),
        ("Amman", 31.72, 35.99),
        ("Johannesburg", -26.13, 28.24),
        ("Minsk", 53.88, 28.03),
        ("the prairie of Illinois", 39.78, -89.32),
    ],
)
def test_a_city_that_no_ship_reaches_is_land(place, lat, lon):
    """Where false signals lead ships to, also less than fifty kilometres from the sea."""
    assert [tell(Fleet(), 0, lat, lon)] == [Flag.DOUBTFUL | Flag.INLAND], place


def test_a_ship_that_is_led_onto_land_is_caught_within_three_reports():
    """Step by step, so that none of them is too long."""
    dice = random.Random(8)
    for _ in range(100):
        course, fleet, inland, flags = dice.uniform(0, 360), Fleet(), 0, 0
        lat, lon = RIYADH
        while is_inland(lat, lon):  # to the first coast or river on that course
            before = destination(lat, lon, course, 20_000)
            lat, lon = before.lat, before.lon
        for step in range(10_000):
            flags = tell(fleet, step, lat, lon, 110.0, course=(course + 180) % 360)
            inland = inland + 1 if is_inland(lat, lon) else 0
            if inland == 3:
                break
            moved = destination(lat, lon, course + 180, 560)
            lat, lon = moved.lat, moved.lon
        assert flags & Flag.INLAND


def test_what_is_no_ship_may_be_on_land():
    """Base stations stand there, and aircraft fly over it."""
    for kind in (StationKind.BASE_STATION, StationKind.AIRCRAFT, StationKind.AID):
        fleet = Fleet()
        assert [tell(fleet, step, *RIYADH, kind=kind) for step in range(3)] == [0] * 3


def test_five_ships_led_to_one_place_on_land_make_an_area():
    """Five that were always there make none: boats in a yard."""
    yard, led = Fleet(), Fleet()
    for number in range(5):
        mmsi = AURORA + number
        for step in range(4):
            tell(yard, step, *RIYADH, mmsi=mmsi)
        sea = next(lon for lon in range(46, 60) if not is_inland(24.7, lon))
        for step in range(30):  # to and fro between the gulf and the city, an hour for each way
            tell(led, step * 720, 24.7, (sea, RIYADH[1])[step % 2], 40.0, mmsi=mmsi)
    assert yard.integrity.areas() == []
    assert led.integrity.areas()


def test_a_ship_off_by_a_constant_is_doubtful_until_it_comes_back():
    """It sails on as before, 1.5 kilometres beside: no step after the first is too long."""
    fleet, flags = Fleet(), []
    for step in range(60):
        off = 0.0135 if 10 <= step < 40 else 0.0
        flags.append(tell(fleet, step, 54.5 + off, 10.5 + step * 0.0006, 8.0, course=90.0))
    assert flags[:10] == [0] * 10
    assert all(each & DISTRUSTED for each in flags[10:40])
    assert flags[-1] == 0


def test_who_does_not_come_back_is_believed_after_an_hour():
    """Then it was in the wrong place before."""
    fleet = Fleet()
    tell(fleet, 0, *KIEL)
    for step in range(1, 1 + SHIFTED_MS // STEP_MS):
        assert tell(fleet, step, KIEL[0] + 0.0135, KIEL[1]) & DISTRUSTED
    after = [tell(fleet, step, KIEL[0] + 0.0135, KIEL[1]) for step in range(361, 361 + 5)]
    assert after[-1] == 0


def test_a_long_hop_is_another_station_at_first():
    """Ten kilometres off the number is shared; when the first place fell silent it is not, and
    the ship is believed as late as after a short hop.
    """
    fleet, flags = Fleet(), []
    for step in range(4):
        tell(fleet, step, *KIEL)
    for minute in range(70):
        tell(fleet, 6 * (1 + minute), KIEL[0] + 0.09, KIEL[1])
        ship = fleet.ships[AURORA]
        flags.append("shared" if ship.shared else "alone" if ship.flags & DISTRUSTED else "")
    assert flags[1:30] == ["shared"] * 29
    assert flags[35:55] == ["alone"] * 20
    assert flags[65:] == [""] * 5


def shifted(ships: int, metres: float = 400.0, course: float = 0.0, knots: float = 0.0) -> Fleet:
    """So many ships near Kiel, all of which go the same way for once; then they are where they
    are.
    """
    fleet, east = Fleet(), 90.0
    for step in range(4):
        for number in range(ships):
            place = destination(*KIEL, east, 300.0 * number)
            if step >= 2:
                place = destination(place.lat, place.lon, course, metres)
            lon = place.lon + step * knots * 8e-5
            tell(fleet, step, place.lat, lon, knots, mmsi=AURORA + number, course=east)
    return fleet


def test_five_ships_that_are_shifted_together_are_doubtful():
    """By less than is impossible for one of them."""
    assert not any(ship.flags for ship in shifted(4).ships.values())
    fleet = shifted(5)
    assert all(ship.flags & DISTRUSTED for ship in fleet.ships.values())
    assert fleet.integrity.areas()


def test_a_wrong_clock_shifts_no_ships():
    """Five in one lane are ahead of where they should be: their reports came late."""
    fleet = shifted(5, course=90.0, knots=14.0)
    assert not any(ship.flags for ship in fleet.ships.values())


def test_shifted_ships_come_back_together():
    fleet = shifted(5)
    for step in range(4, 4 + 3 * CLEAN_REPORTS):
        for number in range(5):
            place = destination(*KIEL, 90.0, 300.0 * number)
            tell(fleet, step, place.lat, place.lon, mmsi=AURORA + number)
    fleet.integrity.expire(NOON_MS + 4 * STEP_MS + 900_001)
    for number in range(5):
        place = destination(*KIEL, 90.0, 300.0 * number)
        assert tell(fleet, 100, place.lat, place.lon, mmsi=AURORA + number) == 0
