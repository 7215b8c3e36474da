"""What weather services answer that cannot be: it is left out, or is no answer at all."""

import copy
from typing import Any

import pytest

from maritime_app.weather import codec, openweather_codec

SEA = (37.9, 23.6)  # off Piraeus
NOON = 1_787_227_200
SEA_ANSWER: dict[str, Any] = {
    "latitude": 37.9,
    "longitude": 23.6,
    "current": {"time": NOON, "wave_height": 1.2, "wave_direction": 340},
    "hourly": {"time": [NOON, NOON + 3600], "wave_height": [1.2, 1.3], "wave_direction": [340, 0]},
}


def test_it_works():
    found = codec.waves(SEA_ANSWER, *SEA)
    assert (found.wave_height_m, found.wave_direction_deg, found.distance_km) == (1.2, 340.0, 0.0)
    assert [hour.wave_height_m for hour in codec.hours(SEA_ANSWER, None)] == [1.2, 1.3]


@pytest.mark.parametrize("odd", [None, "1.2", True, -1, 1e300, 10**400, [1.2], {"value": 1.2}])
def test_a_figure_that_cannot_be_is_none(odd):
    """Of the present, of an hour, and of when it was: the others stay."""
    answer = copy.deepcopy(SEA_ANSWER)
    answer["current"] |= {"wave_height": odd}
    answer["hourly"]["wave_height"][0] = odd
    found = codec.waves(answer, *SEA)
    assert (found.wave_height_m, found.wave_direction_deg) == (None, 340.0)
    assert [hour.wave_height_m for hour in codec.hours(answer, None)] == [None, 1.3]
    answer["current"]["time"] = answer["hourly"]["time"][0] = odd
    assert codec.waves(answer, *SEA).at is None
    assert len(codec.hours(answer, None)) == 1
    assert openweather_codec.wind({"wind": {"speed": odd, "deg": 90}}).speed_knots is None


@pytest.mark.parametrize("odd", [None, [], "now", 5, {"time": "now"}, {"time": NOON}])
def test_hours_in_no_known_form_are_none(odd):
    assert codec.hours(SEA_ANSWER | {"hourly": odd}, {"hourly": odd}) == []


@pytest.mark.parametrize("odd", [None, "calm", [], {}])
def test_a_column_that_is_missing_costs_no_other(odd):
    hourly = SEA_ANSWER["hourly"] | {"wave_direction": odd}
    found = codec.hours(SEA_ANSWER | {"hourly": hourly}, None)
    assert [(hour.wave_height_m, hour.wave_direction_deg) for hour in found] == [
        (1.2, None),
        (1.3, None),
    ]


@pytest.mark.parametrize("place", [None, "north", 1e300, -91])
def test_a_cell_that_is_nowhere_is_the_place_itself(place):
    assert codec.waves(SEA_ANSWER | {"latitude": place}, *SEA).lat == SEA[0]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "down for repairs",
        {"error": True, "reason": "Daily API request limit exceeded."},
        SEA_ANSWER | {"current": None},
        SEA_ANSWER | {"current": [1.2]},
        [SEA_ANSWER, SEA_ANSWER],
    ],
)
def test_what_says_nothing_of_the_present_is_no_answer(body):
    """So the copy stays: stored, it would have taken the place of one that says something."""
    with pytest.raises(ValueError, match="not one answer"):
        codec.answers(body, 1)


@pytest.mark.parametrize(
    ("unit", "speed", "knots"),
    [
        ("kn", 10, 10.0),
        ("", 10, 10.0),
        (None, 10, 10.0),
        ("km/h", 18.52, 10.0),
        ("m/s", 10, 19.44),
        ("mp/h", 10, 8.69),
        ("furlongs", 10, None),
        (["kn"], 10, None),
        ("km/h", "18.52", None),
        ("km/h", 10**400, None),
    ],
)
def test_a_figure_in_another_unit_is_converted_or_none(unit, speed, knots):
    """A service may leave out that knots were asked for: its word is in the answer."""
    said = {"wind_speed_10m": unit}
    sky = {
        "current": {"time": NOON, "wind_speed_10m": speed, "wind_direction_10m": 90},
        "current_units": said,
        "hourly": {"time": [NOON], "wind_speed_10m": [speed], "wind_direction_10m": [90]},
        "hourly_units": said,
    }
    (answer,) = codec.answers(sky, 1)
    found = codec.wind(answer)
    assert (found.speed_knots, found.direction_deg) == (knots, 90.0)
    assert [hour.wind_knots for hour in codec.hours(None, answer)] == [knots]


@pytest.mark.parametrize("odd", [None, [], "kn"])
def test_units_in_no_known_form_are_those_asked_for(odd):
    (answer,) = codec.answers(SEA_ANSWER | {"current_units": odd, "hourly_units": odd}, 1)
    assert codec.waves(answer, *SEA).wave_height_m == 1.2


def test_feet_and_fahrenheit():
    units = {"wave_height": "ft", "sea_surface_temperature": "°F"}
    now = {"time": NOON, "wave_height": 10, "sea_surface_temperature": 50}
    (answer,) = codec.answers(SEA_ANSWER | {"current": now, "current_units": units}, 1)
    found = codec.waves(answer, *SEA)
    assert (found.wave_height_m, found.sea_temperature_c) == (3.05, 10.0)
