"""AISStream frames become reports, or are rejected for a reason."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maritime_app.vessels.ais import fields, times
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.model import (
    EtaPrecision,
    Motion,
    Particulars,
    Rejection,
    Report,
    StaticPart,
    StationKind,
)
from tests.vessels.frames import AURORA, NOON_MS, frame, position, recorded


def test_it_works():
    report = decode(position(AURORA, 59.5, 24.5, NOON_MS), NOON_MS)
    assert report == Report(
        AURORA,
        StationKind.CLASS_A,
        NOON_MS,
        Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None),
        None,
        None,
        Flag.ACCURATE,
    )


def test_every_recorded_frame_is_a_report_or_rejected_for_a_reason():
    outcomes = Counter(
        outcome.value if isinstance(outcome, Rejection) else type(outcome).__name__
        for outcome in (decode(line, NOON_MS) for line in recorded())
    )
    assert sum(outcomes.values()) == 545
    assert outcomes == {"Report": 537, "bad_mmsi": 3, "no_position": 3, "SafetyText": 2}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"TrueHeading": 511}, ("heading_deg", None, 0)),
        ({"TrueHeading": 456}, ("heading_deg", None, Flag.BAD_HEADING)),
        ({"TrueHeading": 359}, ("heading_deg", 359, 0)),
        ({"Cog": 360}, ("cog_deg", None, 0)),
        ({"Cog": 409.5}, ("cog_deg", None, Flag.BAD_COURSE)),
        ({"Sog": 102.3}, ("sog_knots", None, 0)),
        ({"Sog": 102.2}, ("sog_knots", 102.2, 0)),
        ({"NavigationalStatus": 15}, ("status", None, 0)),
        ({"NavigationalStatus": 5}, ("status", 5, 0)),
        ({"RateOfTurn": -128}, ("rot_deg_min", None, 0)),
        ({"RateOfTurn": 127}, ("rot_deg_min", None, 0)),
        ({"RateOfTurn": -20}, ("rot_deg_min", -17.9, 0)),
    ],
)
def test_not_available_becomes_null_and_wrong_is_flagged(values, expected):
    report = decode(frame("PositionReport", Latitude=1.0, Longitude=2.0, **values), NOON_MS)
    assert isinstance(report, Report)
    name, value, flags = expected
    assert (getattr(report.motion, name), report.flags) == (value, flags)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (frame("PositionReport", Latitude=91, Longitude=181), Rejection.NO_POSITION),
        (frame("PositionReport", Latitude=0, Longitude=0), Rejection.ZERO_POSITION),
        (frame("PositionReport", Latitude=95.5, Longitude=0), Rejection.OFF_EARTH),
        (frame("PositionReport", UserID=0, Latitude=1, Longitude=1), Rejection.BAD_MMSI),
        (
            frame("PositionReport", UserID=1_023_456_789, Latitude=1, Longitude=1),
            Rejection.BAD_MMSI,
        ),
        (frame("PositionReport", Valid=False, Latitude=1, Longitude=1), Rejection.INVALID),
        (frame("BinaryBroadcastMessage"), Rejection.NO_STATE),
        (frame("PositionReport", Latitude=90, Longitude=180), Rejection.OFF_EARTH),
        (frame("PositionReport", Latitude=0.0, Longitude=0.0001), Rejection.ZERO_POSITION),
        (frame("SomethingOfNextYear"), Rejection.UNKNOWN_TYPE),
        (b'{"MessageType":"SubscriptionConfirmation","Anything":[1]}', Rejection.CONFIRMATION),
        (b'{"error":"Api Key Is Not Valid"}', Rejection.FEED_ERROR),
        (b'{"MessageType":"PositionReport"', Rejection.MALFORMED),
        (b"\xff\x00", Rejection.MALFORMED),
        (frame("PositionReport", Latitude="north", Longitude=1), Rejection.MALFORMED),
        (frame("PositionReport").replace(b"2026-08-20", b"yesterday!"), Rejection.BAD_TIME),
        (b"[" * 100_000, Rejection.MALFORMED),
    ],
)
def test_what_cannot_be_used_is_rejected_for_a_reason(sent, reason):
    assert decode(sent, NOON_MS) is reason


def test_metadata_is_understood_in_both_spellings():
    sent = frame(
        "PositionReport", meta="Metadata", ship_name="NEREID     ", Latitude=1.0, Longitude=2.0
    )
    report = decode(sent, NOON_MS)
    assert isinstance(report, Report)
    assert report.name == "NEREID     "


def test_long_range_has_its_own_sentinels_even_under_the_wrong_name():
    values: dict[str, Any] = {
        "Latitude": 51.5,
        "Longitude": 2.0,
        "Sog": 63,
        "Cog": 511,
        "MessageID": 27,
    }
    for message_type in ("LongRangeAisBroadcastMessage", "GroupAssignmentCommand"):
        report = decode(frame(message_type, **values), NOON_MS)
        assert isinstance(report, Report)
        assert report.motion == Motion(51.5, 2.0)
        assert (report.flags, report.kind_certain) == (Flag.COARSE, False)


def test_static_data_is_read_and_the_eta_gets_the_nearest_year():
    new_year = int(datetime(2026, 12, 30, tzinfo=UTC).timestamp() * 1000)
    sent = frame(
        "ShipStaticData",
        new_year,
        Name="AURORA BOREALIS@@@X ",
        ImoNumber=9074729,
        Type=60,
        CallSign="OJAB   ",
        Dimension={"A": 100, "B": 50, "C": 12, "D": 13},
        Eta={"Month": 1, "Day": 2, "Hour": 24, "Minute": 60},
        MaximumStaticDraught=6.4,
        Destination="TALLINN             ",
    )
    report = decode(sent, new_year)
    assert isinstance(report, Report)
    eta_ms = int(datetime(2027, 1, 2, tzinfo=UTC).timestamp() * 1000)
    expected = Particulars(
        name="AURORA BOREALIS",
        callsign="OJAB",
        imo=9074729,
        ship_type=60,
        to_bow_m=100,
        to_stern_m=50,
        to_port_m=12,
        to_starboard_m=13,
        draught_m=6.4,
        destination="TALLINN",
        eta_ms=eta_ms,
        eta_precision=EtaPrecision.DAY,
    )
    assert report.particulars == expected
    assert report.particulars is not None
    assert (report.particulars.length_m, report.particulars.beam_m) == (150, 25)


@pytest.mark.parametrize(
    ("size", "length_m", "beam_m"),
    [
        ({"A": 200, "B": 100, "C": 20, "D": 20}, 300, 40),
        ({"A": 511, "B": 511, "C": 63, "D": 63}, None, None),
        ({"A": 300, "B": 510, "C": 63, "D": 10}, 810, None),
        ({"A": 0, "B": 511, "C": 5, "D": 62}, None, 67),
    ],
)
def test_as_many_metres_as_the_field_holds_or_more_is_no_measure(size, length_m, beam_m):
    report = decode(frame("ShipStaticData", Name="X", Dimension=size), NOON_MS)

    assert isinstance(report, Report)
    assert report.particulars is not None
    assert (report.particulars.length_m, report.particulars.beam_m) == (length_m, beam_m)


def test_no_name_is_longer_than_its_message():
    long = "A" * 500
    sent = frame("ShipStaticData", Name=long, CallSign=long, Destination=long)
    ship = decode(sent, NOON_MS)
    buoy: dict[str, Any] = {"UserID": 992191001, "Latitude": 1.0, "Longitude": 2.0}
    sent = frame("AidsToNavigationReport", Name=long, NameExtension=long, **buoy)
    aid = decode(sent, NOON_MS)

    assert isinstance(ship, Report)
    assert isinstance(aid, Report)
    assert ship.particulars == Particulars("A" * 20, callsign="A" * 20, destination="A" * 20)
    assert aid.particulars == Particulars("A" * 34)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("ALPHA\0\0\0", "ALPHA"),
        ("ALPHA\0OF BEFORE", "ALPHA"),
        ("AL\x07PHA \u202eONE", "ALPHA ONE"),
        ("\u05d0\u05d1 \ud83d", "\u05d0\u05d1"),
        ("\x01\x02", None),
    ],
)
def test_letters_that_nobody_can_see_cost_no_name(sent, name):
    assert fields.text(sent) == name


@pytest.mark.parametrize("place", [(91, 181), (0, 0), (95.5, 7), (None, None)])
def test_who_does_not_know_where_it_is_still_says_who_it_is(place):
    lat, lon = place
    values: dict[str, Any] = {"Latitude": lat, "Longitude": lon, "Name": "BO"}
    for message_type in ("ExtendedClassBPositionReport", "AidsToNavigationReport"):
        report = decode(frame(message_type, **values), NOON_MS)

        assert isinstance(report, Report)
        assert (report.motion, report.particulars) == (None, Particulars("BO"))


def test_the_part_that_a_message_has_not_clears_nothing():
    empty = {"Valid": False, "Name": "", "CallSign": "", "ShipType": 0}
    for number in (False, True, 2):
        sent = frame("StaticDataReport", PartNumber=number, ReportA=empty, ReportB=empty)
        assert decode(sent, NOON_MS) is Rejection.EMPTY_STATIC


@pytest.mark.parametrize(
    "who",
    [
        {"UserID": str(AURORA)},
        {"UserID": float(AURORA)},
        {"UserID": None},
    ],
)
def test_a_number_is_one_however_it_is_written(who):
    sent = frame("PositionReport", Latitude=1.0, Longitude=2.0, **who)
    sent = sent.replace(b'"MMSI": null', b'"MMSI": "%d"' % AURORA)
    report = decode(sent, NOON_MS)

    assert isinstance(report, Report)
    assert report.mmsi == AURORA


@pytest.mark.parametrize("time", [b"null", b'""'])
def test_what_came_without_a_time_came_now(time):
    sent = frame("PositionReport", NOON_MS - 5000, Latitude=1.0, Longitude=2.0)
    told = b'"%s"' % times.go_time((NOON_MS - 5000) * 1_000_000).encode()
    assert told in sent
    report = decode(sent.replace(told, time), NOON_MS)

    assert isinstance(report, Report)
    assert report.at_ms == NOON_MS
    assert decode(sent.replace(told, b"1787000000"), NOON_MS) is Rejection.BAD_TIME


def test_a_time_without_a_zone_is_utc_and_one_without_digits_is_none():
    assert times.go_time_ms("2026-08-20 12:00:00") == NOON_MS
    assert times.go_time_ms("2026-08-20T12:00:00.5") == NOON_MS + 500
    for text in ("2026-08-20 12:00:+1 +0000 UTC", "2026-08-20 12:00: 1 +0000 UTC"):
        with pytest.raises(ValueError, match="not a time"):
            times.go_time_ms(text)


def test_impossible_static_data_is_flagged_and_null():
    sent = frame(
        "ShipStaticData",
        Name="X",
        ImoNumber=1234568,
        Eta={"Month": 15, "Day": 2, "Hour": 1, "Minute": 1},
    )
    report = decode(sent, NOON_MS)
    assert isinstance(report, Report)
    assert report.particulars == Particulars("X")
    assert report.flags == Flag.BAD_STATIC


def test_both_parts_of_a_class_b_ships_data():
    a = decode(
        frame("StaticDataReport", PartNumber=False, ReportA={"Valid": True, "Name": "BO"}), NOON_MS
    )
    b = decode(
        frame("StaticDataReport", PartNumber=True, ReportB={"ShipType": 36, "CallSign": "AB1"}),
        NOON_MS,
    )
    assert isinstance(a, Report)
    assert isinstance(b, Report)
    assert (a.particulars, b.particulars) == (Particulars("BO"), Particulars(None, "AB1", None, 36))
    assert (a.part, b.part) == (StaticPart.PART_A, StaticPart.PART_B)


def test_a_time_in_the_future_becomes_the_receipt_time():
    report = decode(
        frame("PositionReport", NOON_MS + 600_000, Latitude=1.0, Longitude=2.0), NOON_MS
    )
    assert isinstance(report, Report)
    assert (report.at_ms, report.flags) == (NOON_MS, Flag.BAD_CLOCK)


@given(st.integers(31_536_000 * 10**6, 4_102_444_800 * 10**6), st.integers(0, 9))
def test_go_times_are_read_with_any_number_of_digits(at_us, digits):
    at_ns = at_us * 1000
    unit = 10 ** (9 - min(digits, 3))
    assert times.go_time_ms(times.go_time(at_ns, digits)) == at_ns // unit * unit // 1_000_000


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_are_too_strange(sent):
    assert isinstance(decode(sent, NOON_MS), Rejection)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = [
    "UserID",
    "Latitude",
    "Longitude",
    "Sog",
    "Cog",
    "TrueHeading",
    "RateOfTurn",
    "NavigationalStatus",
    "Valid",
    "Altitude",
    "Name",
    "Type",
    "Dimension",
    "Eta",
    "ImoNumber",
    "PartNumber",
    "ReportA",
    "ReportB",
    "MaximumStaticDraught",
    "Destination",
    "UtcMonth",
    "MessageID",
]
_TYPES = [
    "PositionReport",
    "ShipStaticData",
    "StaticDataReport",
    "ExtendedClassBPositionReport",
    "BaseStationReport",
    "AidsToNavigationReport",
    "LongRangeAisBroadcastMessage",
    "StandardSearchAndRescueAircraftReport",
]
_NUMBERS = (
    st.integers(-(2**40), 2**40)
    | st.floats(-1e6, 1e6)
    | st.sampled_from([0, 91, 181, 511, 360, 102.3])
)


@settings(max_examples=300)
@given(
    st.sampled_from(_TYPES),
    st.dictionaries(st.sampled_from(_FIELDS), _NUMBERS | _JSON, max_size=8),
)
def test_whatever_stands_in_the_fields_a_report_is_plausible(message_type, values):
    report = decode(frame(message_type, **values), NOON_MS)
    if not isinstance(report, Report):
        return
    assert 0 < report.mmsi <= 999_999_999
    motion = report.motion
    if motion is not None:
        assert -90 <= motion.lat <= 90
        assert -180 <= motion.lon <= 180
        assert motion.cog_deg is None or 0 <= motion.cog_deg < 360
        assert motion.heading_deg is None or 0 <= motion.heading_deg < 360
        assert motion.sog_knots is None or 0 <= motion.sog_knots < 1023


def test_imo_numbers_need_a_right_check_digit():
    assert fields.imo(9074729) == (9074729, 0)
    assert fields.imo(9074728) == (None, Flag.BAD_STATIC)
    assert fields.imo(0) == (None, 0)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"MessageType": 360, "Message": []}',
        b'{"MessageType": 91, "Message": "@"}',
        b'{"MessageType": 1e30, "Message": {}}',
        b'{"MessageType": ' + b"9" * 400 + b', "Message": [1]}',
        b'{"MessageType": -1, "Message": [[]], "MetaData": 24}',
    ],
)
def test_a_message_type_that_is_a_number_is_malformed(frame):
    assert decode(frame, 1_790_000_000_000) is Rejection.MALFORMED
