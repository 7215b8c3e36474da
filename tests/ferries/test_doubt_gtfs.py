"""What a feed says beside its timetable is checked by the validator's rules, and the trips stay."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from maritime_app.ferries.timetables.gtfs import codec, formats
from tests.ferries.feeds import ISLAND, edited, feed, with_rows

FARES = "fare_id,price,currency_type,payment_method,transfers,transfer_duration\n"
WAY = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\n"
PRODUCTS = "fare_product_id,amount,currency\n"
IN_A_BLOCK = {
    "trips.txt": "route_id,service_id,trip_id,block_id\nR,S,T,ship\nR,S,U,ship\nR,N,V,ship\n",
    "calendar.txt": ISLAND["calendar.txt"] + "N,0,0,0,0,0,0,0,20260101,20281231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nN,20290101,1\n",
}


def island_on_a_way(points: str) -> dict[str, str]:
    """The island line, its trip with the way "w", and the points of shapes.txt."""
    trips = "route_id,service_id,trip_id,shape_id\nR,S,T,w\n"
    return {"trips.txt": trips, "shapes.txt": WAY + points}


def second_trip(leaves: str, arrives: str, trip: str = "U") -> dict[str, str]:
    """Three trips of one ship: the island line, another one, and one on a day of its own."""
    rows = (f"{trip},{leaves},{leaves},d,1", f"{trip},{arrives},{arrives},a,2")
    return IN_A_BLOCK | with_rows("stop_times.txt", *rows)


DOUBTS = [
    (edited("agency.txt", "https://island.example", "island"), "invalid_url"),
    (edited("agency.txt", "+30 210 555", "ask at the quay"), "invalid_phone_number"),
    (
        {"feed_info.txt": "feed_publisher_name,feed_contact_email\nIsland Boats,ada@island\n"},
        "invalid_email",
    ),
    ({"feed_info.txt": "feed_publisher_name,feed_end_date\nIsland,31/12/28\n"}, "invalid_date"),
    (
        {"attributions.txt": "organization_name,attribution_url\nIsland,ftp://island.example\n"},
        "invalid_url",
    ),
    ({"fare_attributes.txt": FARES + "f,dear,EUR,0,,\n"}, "invalid_float"),
    ({"fare_attributes.txt": FARES + "f,-1,EUR,0,,\n"}, "invalid_float"),
    ({"fare_attributes.txt": FARES + "f,5.00,EURO,0,,\n"}, "invalid_currency"),
    ({"fare_attributes.txt": FARES + "f,5.00,EUR,0,7,\n"}, "unexpected_enum_value"),
    ({"fare_attributes.txt": FARES + "f,5.00,EUR,0,,soon\n"}, "invalid_integer"),
    ({"fare_attributes.txt": FARES + "f,,EUR,0,,\n"}, "missing_required_field"),
    (
        {"fare_attributes.txt": FARES + "f,5,EUR,0,,\n", "fare_rules.txt": "fare_id\nf\ng\n"},
        "foreign_key_violation",
    ),
    ({"fare_products.txt": PRODUCTS + "p,five,EUR\n"}, "invalid_currency_amount"),
    (
        {"fare_transfer_rules.txt": "transfer_count,fare_transfer_type\n0,0\n"},
        "fare_transfer_rule_invalid_transfer_count",
    ),
    (island_on_a_way("w,37.9,23.6,1,0\n"), "single_shape_point"),
    (island_on_a_way("x,37.9,23.6,1,0\nx,37.5,24.9,2,9\n"), "foreign_key_violation"),
    (
        island_on_a_way("w,35.3,25.1,3,8\nw,37.9,23.6,1,0\nw,37.5,24.9,2,9\n"),
        "decreasing_shape_distance",
    ),
    (
        island_on_a_way("w,37.9,23.6,1,0\nw,37.5,24.9,2,0\n"),
        "equal_shape_distance_diff_coordinates",
    ),
    (island_on_a_way("w,37.9,923.6,1,0\nw,37.5,24.9,2,0\n"), "number_out_of_range"),
    (second_trip("13:00:00", "19:00:00"), "block_trips_with_overlapping_stop_times"),
]


@pytest.mark.parametrize(("changes", "rule"), DOUBTS)
def test_it_is_named_and_the_timetable_stays(
    tmp_path: Path, changes: dict[str, str], rule: str
) -> None:
    found, notices = codec.read(feed(tmp_path, changes))

    assert rule in [note.rule for note in notices.notes]
    assert found.trips[0].id == "T"
    assert len(found.trips[0].calls) == 4


@pytest.mark.parametrize(
    "changes",
    [
        {
            "fare_attributes.txt": FARES + "f,5.00,EUR,0,,\ng,0,KWD,1,2,3600\n",
            "fare_rules.txt": "fare_id,route_id\nf,R\ng,\n",
        },
        {"fare_products.txt": PRODUCTS + "p,-5.00,EUR\n"},  # a rebate
        {"fare_transfer_rules.txt": "transfer_count\n-1\n2\n"},
        island_on_a_way("w,37.5,24.9,2,9.5\nw,37.9,23.6,1,0\nw,37.5,24.9,3,9.5\n"),
        island_on_a_way("w,37.9,23.6,1,\nw,37.5,24.9,2,\n"),
        second_trip("14:00:00", "20:00:00"),
        second_trip("13:00:00", "19:00:00", trip="V"),  # on another day
    ],
)
def test_there_is_nothing_to_say(tmp_path: Path, changes: dict[str, str]) -> None:
    _found, notices = codec.read(feed(tmp_path, changes))

    assert [note for note in notices.notes if note.rule] == []


@pytest.mark.parametrize("file", ["shapes.txt", "fare_attributes.txt", "fare_rules.txt"])
@pytest.mark.parametrize("content", [b"\xff\xfe\xfa", b"\x00", b"", b'"', b"a,b\n" + b"9" * 2**20])
def test_a_file_that_cannot_be_read_is_a_doubt(tmp_path: Path, file: str, content: bytes) -> None:
    found, notices = codec.read(feed(tmp_path, {**island_on_a_way(""), file: content}))

    assert len(found.trips) == 1
    assert notices.rows == notices.kept == 12


@settings(max_examples=60)
@given(st.text(max_size=40) | st.sampled_from(["http://[", "http://[::1", "٣" * 9, "1e999", "nan"]))
def test_no_value_breaks_a_check(value: str) -> None:
    for columns in formats.CHECKS.values():
        for check in columns.values():
            check.fits(value)


@pytest.mark.parametrize(
    ("check", "value", "fits"),
    [
        (formats.is_url, "https://island.example/fares?from=a#b", True),
        (formats.is_url, "http://ελλάδα.example", True),
        (formats.is_url, "www.island.example", False),
        (formats.is_url, "https://", False),
        (formats.is_url, "https://island .example", False),
        (formats.is_phone, "+30 (210) 555-00 ext. 7", True),
        (formats.is_phone, "1-800-GO-FERRY", True),
        (formats.is_phone, "12", False),
        (formats.is_phone, "+30 210 555; island@example", False),
        (formats.is_amount, "12.50", True),
        (formats.is_amount, "nan", False),
    ],
)
def test_formats(check, value: str, fits: bool) -> None:
    assert check(value) is fits
