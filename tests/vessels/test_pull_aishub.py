"""AISHub is pulled once a minute, in both of its formats; its errors are said in words."""

from dataclasses import replace as with_values

import pytest

from maritime_app import clock
from maritime_app.infra.upstreams.http import UpstreamDown, UpstreamError
from maritime_app.sandbox.ais import aishub
from maritime_app.settings.file import replace
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import EtaPrecision, Source
from maritime_app.vessels.snapshots import aishub_answer, aishub_codec, aishub_gateway, service
from maritime_app.vessels.snapshots.aishub_answer import Refused
from tests.vessels.feeding import feed, following, until
from tests.vessels.frames import NOON_MS

READABLE = {
    "MMSI": 230111000,
    "TIME": "2026-08-20 11:58:00 GMT",
    "LONGITUDE": 24.5,
    "LATITUDE": 59.5,
    "COG": 190.5,
    "SOG": 18.4,
    "HEADING": 191,
    "ROT": 0,
    "NAVSTAT": 0,
    "IMO": 9074729,
    "NAME": "AURORA BOREALIS",
    "CALLSIGN": "OABC",
    "TYPE": 60,
    "A": 100,
    "B": 40,
    "C": 12,
    "D": 12,
    "DRAUGHT": 6.2,
    "DEST": "DEKEL",
    "ETA": "08-21 08:30",
}
IN_UNITS = READABLE | {
    "TIME": "1787227080",
    "LONGITUDE": 14_700_000,
    "LATITUDE": 35_700_000,
    "COG": 1905,
    "SOG": 184,
    "DRAUGHT": 62,
    "ETA": 8 << 16 | 21 << 11 | 8 << 6 | 30,
}


def with_format(res, number):
    """The same connections, the other of AISHub's formats."""
    return with_values(res, settings=replace(res.settings, aishub={"format": number}))


@pytest.fixture
def fault(played, sandbox):
    """Make AISHub misbehave."""

    async def switch(name):
        body = {"aishub": {"fault": name}}
        async with played.http.post(f"{sandbox.url}/control", json=body) as answer:
            assert answer.status == 200, await answer.text()

    return switch


async def test_it_works(played):
    outcome = await service.fetch_ais_hub(played)
    ships, unusable = int(outcome.split()[0]), int(outcome.split()[4])
    assert ships > 10
    assert unusable == 0
    assert await service.fetch_ais_hub(played) == "AISHub was asked less than a minute ago"


def test_both_formats_say_the_same():
    both = [aishub_codec.reports([row], NOON_MS + 60_000)[0][0] for row in (READABLE, IN_UNITS)]
    assert both[0] == both[1]
    report = both[0]
    assert report.motion is not None
    assert (report.motion.lat, report.motion.lon) == (59.5, 24.5)
    assert (report.motion.sog_knots, report.motion.cog_deg) == (18.4, 190.5)
    assert report.motion.status == NavigationStatus.UNDER_WAY
    assert report.particulars is not None
    assert (report.particulars.name, report.particulars.imo) == ("AURORA BOREALIS", 9074729)
    assert report.particulars.draught_m == 6.2
    assert report.particulars.eta_precision is EtaPrecision.MINUTE


@pytest.mark.parametrize("number", [0, 1])
async def test_both_formats_are_pulled(played, number):
    rows = await aishub_gateway.pull(with_format(played, number))
    reports, unusable = aishub_codec.reports(rows, clock.epoch_ms())
    assert len(reports) == len(rows) > 10
    assert unusable == 0
    assert all(report.motion and -90 < report.motion.lat < 90 for report in reports)


@pytest.mark.parametrize(
    ("change", "usable"),
    [
        ({"LATITUDE": 91}, 0),
        ({"LATITUDE": 0, "LONGITUDE": 0}, 0),
        ({"LATITUDE": 0.0002, "LONGITUDE": -0.0001}, 0),  # a receiver without a fix
        ({"TIME": "1969-12-31 23:59:00 GMT"}, 0),
        ({"TIME": "-5"}, 0),
        ({"TIME": "2026-08-19 12:00:01 GMT"}, 1),
        ({"TIME": "2026-08-19 11:59:59 GMT"}, 0),  # a ship that is not kept any more
        ({"TIME": "2019-08-20 11:58:00 GMT"}, 0),
        ({"HEADING": None, "A": None, "NAVSTAT": None}, 1),
        ({"TIME": "yesterday at noon"}, 0),
        ({"MMSI": "none"}, 0),
        ({"MMSI": True}, 0),  # cut or counted it would be another ship
        ({"MMSI": 230_111_000.7}, 0),
        ({"LATITUDE": True}, 0),
        ({"LATITUDE": "59,5"}, 0),
        ({"LONGITUDE": ""}, 0),
        ({"ETA": "13-45 99:99"}, 1),
        ({"SOG": 102.3, "COG": 360, "HEADING": 511, "ROT": 128}, 1),
    ],
)
def test_a_row_that_cannot_be_used_costs_that_row(change, usable):
    reports, unusable = aishub_codec.reports([READABLE | change, READABLE], NOON_MS)
    assert (len(reports), unusable) == (usable + 1, 1 - usable)


def test_what_was_not_available_is_null():
    sentinels = {"SOG": 102.3, "COG": 360, "HEADING": 511, "ROT": 128, "A": 0, "B": 0, "ETA": ""}
    (report,), _ = aishub_codec.reports([READABLE | sentinels], NOON_MS)
    motion, particulars = report.motion, report.particulars
    assert motion is not None
    assert particulars is not None
    assert (motion.sog_knots, motion.cog_deg, motion.heading_deg) == (None, None, None)
    assert (particulars.to_bow_m, particulars.eta_ms) == (None, None)


@pytest.mark.parametrize("odd", ["", "n/a", [], {}, True, "1e400", 10**400])
def test_another_cell_that_is_none_costs_that_cell(odd):
    """Where the ship is stands in the row all the same."""
    names = ("SOG", "COG", "HEADING", "ROT", "IMO", "TYPE", "A", "C", "DRAUGHT", "ETA")
    (report,), unusable = aishub_codec.reports([READABLE | dict.fromkeys(names, odd)], NOON_MS)
    motion, known = report.motion, report.particulars
    assert motion is not None
    assert known is not None
    assert unusable == report.flags == 0
    assert (motion.lat, motion.lon, motion.sog_knots, motion.cog_deg) == (59.5, 24.5, None, None)
    assert (motion.heading_deg, motion.rot_deg_min) == (None, None)
    assert (known.name, known.imo, known.ship_type) == ("AURORA BOREALIS", None, None)
    assert (known.draught_m, known.eta_ms, known.to_bow_m) == (None, None, None)


@pytest.mark.parametrize(("sent", "name"), [(["x"], None), ({}, None), (True, None), (747, "747")])
def test_a_name_is_words(sent, name):
    (report,), _ = aishub_codec.reports([READABLE | {"NAME": sent}], NOON_MS)
    assert report.particulars is not None
    assert report.particulars.name == name


def test_a_future_clock_is_bounded():
    (report,), _ = aishub_codec.reports([READABLE | {"TIME": "2027-01-01 00:00:00 GMT"}], NOON_MS)
    assert report.at_ms == NOON_MS
    assert report.flags & Flag.BAD_CLOCK


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"NAME": None, "CALLSIGN": None, "DEST": None}, (None, 100, 12, 9_074_729, 0)),
        ({"A": 511}, ("AURORA BOREALIS", None, 12, 9_074_729, 0)),  # "or longer" is no measure
        ({"A": -5}, ("AURORA BOREALIS", None, None, 9_074_729, 0)),
        ({"D": 10**9}, ("AURORA BOREALIS", None, None, 9_074_729, 0)),
        ({"IMO": 9_074_728}, ("AURORA BOREALIS", 100, 12, None, Flag.BAD_STATIC)),
    ],
)
def test_what_cannot_be_is_left_out_as_of_a_ships_own_message(change, told):
    (report,), _ = aishub_codec.reports([READABLE | change], NOON_MS)
    known = report.particulars
    assert known is not None
    assert (known.name, known.to_bow_m, known.to_port_m, known.imo, report.flags) == told


@pytest.mark.parametrize(
    "body", [b"", b"Too frequent requests!", b"<html>", b"{}", b"[]", b"[" * 5_000]
)
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(Refused):
        aishub_answer.rows(body)


@pytest.mark.parametrize("name", ["too_frequent", "empty", "busy"])
async def test_too_early_is_tried_later(played, fault, name):
    await fault(name)
    with pytest.raises(UpstreamDown):
        await aishub_gateway.pull(played)


@pytest.mark.parametrize("name", ["error", "garbage"])
async def test_an_error_is_said(played, fault, name):
    await fault(name)
    with pytest.raises(UpstreamError, match="AISHub"):
        await aishub_gateway.pull(played)


async def test_an_unknown_user_name_is_said(played):
    stranger = replace(played.settings, aishub={"username": "stranger"})
    with pytest.raises(UpstreamError, match="Invalid username"):
        await aishub_gateway.pull(with_values(played, settings=stranger))


async def test_the_consumer_merges_what_was_pulled(played, monkeypatch):
    """The stream is mute: the ships on the map are those that were pulled."""
    monkeypatch.setattr(aishub, "_PAUSE_SECONDS", 0.0)

    async def nothing(connection):
        await connection.wait_closed()

    async with feed(nothing) as url:
        settings = replace(played.settings, aisstream={"url": url})
        res = with_values(played, settings=settings)

        async def shown():
            await res.redis_cache.command("DEL", "vessels:aishub:asked")
            await service.fetch_ais_hub(res)
            return await res.redis_cache.command("HLEN", live_store.last_key(Source.SANDBOX))

        async with following(res):
            assert await until(shown) > 10
