"""Receivers send NMEA 0183 over TCP and UDP: tag blocks, several parts, and what is damaged."""

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import replace as with_values

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from pyais import encode_dict

from maritime_app import clock
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.settings.file import replace
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.model import FeedState, Rejection, Report, SafetyText, Source, StationKind
from maritime_app.vessels.nmea import codec, receivers
from maritime_app.vessels.nmea.sentences import MAX_LINE_BYTES, Sentences, Whole
from tests.vessels.feeding import feed_is, following, until
from tests.vessels.frames import AURORA, NEREID, NOON_MS

# Sentences of gpsd's and pyais' documentation, with what they are known to say.
CLASS_A = b"!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"
CLASS_B = b"!AIVDM,1,1,,A,B5NJ;PP005l4ot5Isbl03wsUkP06,0*76"
STATIC = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    b"!AIVDM,2,2,1,A,88888888880,2*25",
)


def lines(**fields):
    """Sentences of a message with these fields."""
    return [line.encode() for line in encode_dict({"mmsi": AURORA, **fields}, seq_id=3)]


def decoded(sentences, received_ms=NOON_MS):
    """What the last of these lines completes."""
    assembling, found = Sentences(), None
    for line in sentences:
        found = assembling.take(line, received_ms)
    assert isinstance(found, Whole), found
    return codec.decode(found, received_ms)


def test_it_works():
    report = decoded([CLASS_A])
    assert isinstance(report, Report)
    assert (report.mmsi, report.kind) == (366053209, StationKind.CLASS_A)
    assert report.motion is not None
    assert (report.motion.lat, report.motion.lon) == (37.802118, -122.341618)
    assert (report.motion.cog_deg, report.motion.heading_deg) == (219.3, 1)
    assert report.motion.status == 3
    assert report.motion.rot_deg_min == 0.0


def test_class_b_has_what_it_has():
    report = decoded([CLASS_B])
    assert isinstance(report, Report)
    assert report.kind is StationKind.CLASS_B
    assert report.motion is not None
    assert (report.motion.heading_deg, report.motion.status) == (None, None)


def test_a_message_of_two_parts():
    report = decoded(STATIC)
    assert isinstance(report, Report)
    assert report.particulars is not None
    assert (report.particulars.name, report.particulars.imo) == ("EVER DIADEM", 9134270)
    assert report.particulars.destination == "NEW YORK"
    assert (report.particulars.to_bow_m, report.particulars.draught_m) == (225, 12.2)


def test_parts_in_the_wrong_order_or_of_another_message_make_none():
    first, second = STATIC
    assert Sentences().take(second, NOON_MS) is None
    late = Sentences()
    late.take(first, NOON_MS)
    assert late.take(second, NOON_MS + 60_000) is None


def test_parts_that_never_complete_are_bounded():
    assembling = Sentences()
    for number in range(1_000):
        body = f"AIVDM,3,1,{number % 10},{chr(65 + number % 26)},55?MbV02;H;s<HtKR2,0"
        checksum = 0
        for letter in body:
            checksum ^= ord(letter)
        assembling.take(f"!{body}*{checksum:02X}".encode(), NOON_MS)
    assert len(assembling._waiting) <= 64


@pytest.mark.parametrize(
    ("stamp", "at_ms", "flag"),
    [
        (NOON_MS // 1000 - 30, NOON_MS - 30_000, 0),
        (NOON_MS - 30_500, NOON_MS - 30_500, 0),
        (NOON_MS // 1000 + 3600, NOON_MS, Flag.BAD_CLOCK),
    ],
)
def test_the_time_of_a_tag_block_is_the_reports(stamp, at_ms, flag):
    report = decoded([received_at(stamp)])
    assert isinstance(report, Report)
    assert report.at_ms == at_ms
    assert report.flags & Flag.BAD_CLOCK == flag


def test_a_time_before_1970_is_none():
    assert decoded([received_at(-5)]) is Rejection.BAD_TIME


def received_at(stamp):
    """A ship's report with this time in its tag block."""
    block = f"s:station,c:{stamp}"
    checksum = 0
    for letter in block:
        checksum ^= ord(letter)
    return f"\\{block}*{checksum:02X}\\".encode() + CLASS_A


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish",
        b"!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5D",  # another checksum
        b"!AIVDM,9,1,1,A,55?MbV02;H;s<HtKR2,0*00",
        b"!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa" + b"0" * MAX_LINE_BYTES,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_damaged_is_counted(line):
    assert isinstance(Sentences().take(line, NOON_MS), Rejection)


@given(st.binary(max_size=120) | st.text(max_size=80).map(lambda text: text.encode()))
@hypothesis_settings(max_examples=300)
def test_no_line_is_a_traceback(line):
    found = Sentences().take(line, NOON_MS)
    if isinstance(found, Whole):
        codec.decode(found, NOON_MS)


def test_not_available_is_null():
    report = decoded(
        lines(type=1, lat=59.5, lon=24.5, speed=102.3, course=360, heading=511, turn=-128)
    )
    assert isinstance(report, Report)
    assert report.motion is not None
    motion = report.motion
    assert (motion.sog_knots, motion.cog_deg, motion.heading_deg, motion.rot_deg_min) == (
        None, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("turn", [-708.0, -10.0, 0.0, 5.7, 700.0])
def test_the_rate_of_turn_keeps_its_value(turn):
    report = decoded(lines(type=1, lat=59.5, lon=24.5, turn=turn))
    assert isinstance(report, Report)
    assert report.motion is not None
    assert report.motion.rot_deg_min == pytest.approx(turn, abs=max(0.3, abs(turn) * 0.02))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": 4, "mmsi": 2_300_001}, StationKind.BASE_STATION),
        ({"type": 9, "mmsi": 111_230_001, "alt": 303}, StationKind.AIRCRAFT),
        ({"type": 19, "shipname": "NEREID"}, StationKind.CLASS_B),
        ({"type": 21, "mmsi": 992_301_001, "name": "BUOY"}, StationKind.AID),
        ({"type": 27}, StationKind.CLASS_A),
    ],
)
def test_other_messages_with_a_position(fields, kind):
    report = decoded(lines(**{"lat": 59.5, "lon": 24.5, **fields}))
    assert isinstance(report, Report)
    assert report.kind is kind
    assert report.motion is not None
    assert report.motion.lat == pytest.approx(59.5, abs=0.001)


def test_a_safety_text_is_heard():
    text = decoded(lines(type=14, text="MOB ACTIVE"))
    assert isinstance(text, SafetyText)
    assert text.text == "MOB ACTIVE"


@pytest.mark.parametrize("text", ["", "host", "host:", ":1", "host:0", "host:70000", "host:²"])
def test_an_address_is_host_and_port(text):
    with pytest.raises(ValueError, match="host:port"):
        receivers.address_of(text)
    assert receivers.address_of("[::1]:10110") == ("::1", 10110)


@asynccontextmanager
async def receiver(*sentences, then_close=False):
    """A receiver that serves these lines to whoever connects."""
    served = []

    async def serve(_reader, writer):
        served.append(writer)
        for line in sentences:
            writer.write(line + b"\r\n")
        await writer.drain()
        if then_close:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", served
    finally:
        for writer in served:
            writer.close()
        server.close()


def hearing(res, **vessels):
    """The same connections, with receivers and no key: they are the only source."""
    settings = replace(res.settings, aisstream={"api_key": ""}, vessels=vessels)
    return with_values(res, settings=settings)


async def ship(res, mmsi):
    reports, _ = await live_store.packed_vessel(res.redis_cache, mmsi, [Source.NMEA])
    return packed_report.unpack(reports[0]) if reports else None


async def test_ships_of_a_receiver_are_followed(resources):
    position = lines(type=1, lat=59.5, lon=24.5, speed=12.0)[0]
    async with receiver(b"rubbish", b"$GPGGA,1*00", *STATIC, position, CLASS_A) as (address, _):
        res = hearing(resources, nmea_tcp=(address,))
        async with following(res):
            found = await until(lambda: ship(res, AURORA))
            assert found.motion.sog_knots == 12.0

            async def counted():
                health = await live_store.health(res.redis_cache)
                return {each.name: each for each in health.sources}.get("nmea")

            source = await until(counted)
            assert source.source is Source.NMEA


async def test_a_receiver_that_hangs_up_is_connected_to_again(resources, monkeypatch):
    monkeypatch.setattr("maritime_app.vessels.consumer._FIRST_PAUSE_SECONDS", 0.05)
    position = lines(type=1, lat=59.5, lon=24.5)[0]
    async with (
        receiver(position, then_close=True) as (address, served),
        following(hearing(resources, nmea_tcp=(address,))),
    ):

        async def again():
            return len(served) >= 2

        assert await until(again)


async def test_a_receiver_that_hangs_up_changes_nothing_while_another_is_heard(
    resources, monkeypatch
):
    monkeypatch.setattr("maritime_app.vessels.consumer._FIRST_PAUSE_SECONDS", 0.05)
    position = lines(type=1, lat=59.5, lon=24.5)[0]
    async with (
        receiver(position) as (steady, _),
        receiver(then_close=True) as (broken, served),
        following(hearing(resources, nmea_tcp=(steady, broken, "127.0.0.1:1"))),
    ):
        live = await feed_is(resources, FeedState.LIVE)
        tries = len(served)

        async def tried_again():
            return len(served) >= tries + 3

        assert await until(tried_again)
        after = await feed_is(resources, FeedState.LIVE)
        assert after.since_ms == live.since_ms


def test_the_mother_ship_of_a_craft_is_told():
    mothership = 219_123_456
    report = decoded(
        lines(type=24, partno=1, mmsi=982_190_001, callsign="AB1", mothership_mmsi=mothership)
    )
    assert isinstance(report, Report)
    assert report.particulars is not None
    assert (report.particulars.mothership, report.particulars.length_m) == (mothership, None)


async def test_receivers_that_send_datagrams_are_heard(resources):
    address = f"127.0.0.1:{free_port()}"
    res = hearing(resources, nmea_udp=(address,))
    position = lines(type=18, mmsi=NEREID, lat=37.0, lon=25.0)[0]
    async with following(res):

        async def heard():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(position + b"\n" + CLASS_A, receivers.address_of(address))
            return await ship(res, NEREID)

        found = await until(heard)
    assert found.at_ms <= clock.epoch_ms()
