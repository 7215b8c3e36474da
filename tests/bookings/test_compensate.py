"""A late arrival: measured, worked out to the cent, offered unasked, verified, decided."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maritime_app import clock
from maritime_app.bookings import rights, service as bookings
from maritime_app.bookings.compensation import jobs, measuring, service, signature, store
from maritime_app.bookings.compensation.model import MeasuredBy, Voyage
from maritime_app.errors import Conflict, NotFound
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.ids import uuid7
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.model import ListedCall, PortCall, PortCallState
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute

VERIFY = Path(__file__).parents[2] / "docs" / "verify_evidence.py"
H, S = timedelta(hours=1), timedelta(seconds=1)
SCHEDULED = datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_it_works():
    """Three hours late after twenty: a quarter of the price."""
    assert rights.compensation_percent(20 * H, 3 * H, None) == 25


@pytest.mark.parametrize(
    ("longest", "quarter", "next_quarter"),
    [(4 * H, 1 * H, 2 * H), (8 * H, 2 * H, 3 * H), (24 * H, 3 * H, 6 * H)],
)
def test_the_length_of_the_journey_decides_to_the_second(longest, quarter, next_quarter):
    """Article 19 (1): "up to four hours", "more than four hours, but not exceeding eight"."""
    found = [rights.quarter_from(longest + off) for off in (-S, 0 * S, S)]
    assert found == [quarter, quarter, next_quarter]


@pytest.mark.parametrize(
    ("scheduled", "quarter"), [(3 * H, 1 * H), (6 * H, 2 * H), (20 * H, 3 * H), (30 * H, 6 * H)]
)
@pytest.mark.parametrize(
    ("times", "percents"), [(1, [None, 25, 25]), (2, [25, 25, 50])], ids=["quarter", "half"]
)
def test_the_delay_decides_to_the_second(scheduled, quarter, times, percents):
    """A quarter from "at least" the time on; a half only where it "exceeds double the time"."""
    found = [
        rights.compensation_percent(scheduled, times * quarter + off, None)
        for off in (-S, 0 * S, S)
    ]
    assert found == percents


def test_ninety_minutes_decide_to_the_second():
    """Article 18 (1): "for more than 90 minutes"."""
    late = timedelta(minutes=90)
    assert [rights.may_leave(late + off) for off in (-S, 0 * S, S)] == [False, False, True]


@pytest.mark.parametrize("reason", list(ChangeReason))
def test_weather_and_extraordinary_circumstances_owe_nothing(reason):
    """Article 20 (4)."""
    owed = reason in (ChangeReason.TECHNICAL, ChangeReason.OPERATIONAL)
    assert (rights.compensation_percent(3 * H, 5 * H, reason) == 50) is owed


@pytest.mark.parametrize(
    ("price", "percent", "journeys", "owed"),
    [(10_000, 25, 1, 2_500), (10_001, 25, 1, 2_501), (10_003, 50, 2, 2_501), (1, 25, 2, 1)],
)
def test_no_cent_less_than_is_due(price, percent, journeys, owed):
    assert rights.compensation_minor(price, percent, journeys) == owed


@pytest.mark.parametrize(
    ("origin", "destination", "covered"),
    [("NO", "DE", True), ("TR", "GR", True), ("GB", "GB", True), ("TR", "EG", False)],
)
def test_the_regulation_has_an_area(origin, destination, covered):
    leg: Any = SimpleNamespace(
        origin=SimpleNamespace(country=origin), destination=SimpleNamespace(country=destination)
    )
    assert rights.is_covered(leg) is covered


def a_voyage(**more: Any) -> Voyage:
    fields: dict[str, Any] = {
        "sailing_id": uuid7(),
        "mmsi": 230111000,
        "origin_code": "NOOSL",
        "destination_code": "DEKEL",
        "departs_at": SCHEDULED,
        "arrives_at": SCHEDULED + 20 * H,
        "reason": None,
        "recorded_departed_at": None,
        "recorded_arrived_at": None,
        "passage_mmsi": None,
        "passage_source": None,
        "passage_departed_at": None,
        "passage_arrived_at": None,
    }
    return Voyage(**fields | more)


def a_call(port, entered, left=None, *, moored=None, unseen=False, source=Source.AISSTREAM):
    """A call of the Aurora Borealis, in hours after the scheduled departure."""
    entered_at, left_at = SCHEDULED + entered * H, None if left is None else SCHEDULED + left * H
    moored_at = SCHEDULED + (entered if moored is None else moored) * H
    call = PortCall(
        id=uuid7(),
        mmsi=230111000,
        hypothesis=0,
        source=source,
        port_id=uuid7(),
        state=PortCallState.MOORED if left is None else PortCallState.LEFT,
        entered_at=entered_at,
        last_at=left_at or moored_at,
        stopped_at=moored_at,
        moored_at=moored_at,
        left_at=left_at,
        anchored_seconds=0,
        berth_seconds=0,
        waiting_seconds=0,
        left_unseen=unseen,
    )
    return ListedCall(call, port, port, "UTC", None, None, 54.3, 10.1)


@pytest.mark.parametrize(
    ("calls", "departed", "arrived"),
    [
        ([a_call("NOOSL", -20, 1), a_call("DEKEL", 22.5, moored=23)], 1, 23),
        ([a_call("NOOSL", -20, 1)], 1, None),
        ([a_call("DEKEL", 22, moored=23)], None, 23),
        # The voyages before and after it are of others.
        ([a_call("NOOSL", -70, -47), a_call("DEKEL", -26, -5)], None, None),
        ([a_call("NOOSL", -20, 1), a_call("DEKEL", 23, 30), a_call("DEKEL", 70)], 1, 23),
        # Nobody heard it leave: that says nothing of when it did.
        ([a_call("NOOSL", -20, 1, unseen=True)], None, None),
        ([a_call("NOOSL", -20, 1), a_call("SEGOT", 10)], 1, None),
    ],
)
def test_calls_at_both_ports_are_the_passage(calls, departed, arrived):
    found = measuring.passage(a_voyage(), calls)
    times = (found.departed_at, found.arrived_at) if found else (None, None)
    wanted = [None if hours is None else SCHEDULED + hours * H for hours in (departed, arrived)]
    assert list(times) == wanted


def test_what_was_measured_counts_before_what_was_recorded():
    recorded = SCHEDULED + 21 * H
    voyage = a_voyage(
        recorded_arrived_at=recorded,
        passage_source=Source.AISSTREAM,
        passage_arrived_at=SCHEDULED + 24 * H,
    )
    told = measuring.arrival(voyage, SCHEDULED + 25 * H)
    assert told
    assert (told.at, told.by) == (SCHEDULED + 24 * H, MeasuredBy.SHIP)
    alone = a_voyage(recorded_arrived_at=recorded)
    assert measuring.arrival(alone, recorded + H - S) is None
    waited = measuring.arrival(alone, recorded + H)
    assert waited
    assert waited.by is MeasuredBy.OPERATOR


@pytest.fixture
async def late(client, resources):
    """A confirmed booking whose ferry made fast in Kiel three and a half hours late; its proof."""
    made = await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed', confirmed_at = now()")
        await conn.execute(
            "update sailing set departs_at = now() - interval '25 h',"
            " arrives_at = now() - interval '5 h'"
        )
        await conn.execute(
            "insert into port_call (id, mmsi, hypothesis, source, port_id, state, entered_at,"
            " last_at, stopped_at, moored_at, anchored_seconds, berth_seconds, left_unseen)"
            " select gen_random_uuid(), 230111000, 0, 8, p.id, 'moored', s.arrives_at +"
            " interval '3 h', s.arrives_at + interval '3 h 30 min', s.arrives_at +"
            " interval '3 h 30 min', s.arrives_at + interval '3 h 30 min', 0, 0, false"
            " from port p, sailing s where p.code = 'DEKEL'"
        )
        stored = await bookings.by_id(resources, await conn.fetchval("select id from booking"))
    return stored, f"/bookings/{made['reference']}", f"?token={made['token']}"


async def test_everybody_is_written_to_once_unasked(resources, late):
    stored, _address, _proof = late

    assert await jobs.follow_arrivals(resources) == "1 measured, 1 proposed"
    assert await jobs.follow_arrivals(resources) == "0 measured, 0 proposed"

    async with resources.db.acquire() as conn:
        (claim,) = await service.claims(conn, stored.id)
        written = await conn.fetchval("select count(*) from mail where template = 'compensation'")
    assert (claim.percent, claim.amount_minor, written) == (25, stored.total_minor // 4, 1)


async def test_a_death_between_two_passengers_forgets_nobody(client, resources, late):
    """What is written down says who is left; the voyage is done only when nobody is."""
    async with resources.db.acquire() as conn:
        voyages = await store.unfollowed(conn, 10)
    assert voyages == []
    await service.measure(resources)
    async with resources.db.acquire() as conn:
        (voyage,) = await store.unfollowed(conn, 10)
        reached = measuring.arrival(voyage, clock.now())
        assert reached
        (booking_id,) = await store.entitled(conn, voyage.sailing_id, service._FIRST, 10)
    await service._propose(resources, voyage, reached, [], booking_id)  # and the process dies

    assert await service.propose(resources) == 0

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from compensation_claim") == 1
        assert await store.unfollowed(conn, 10) == []


async def test_whoever_knew_of_the_delay_is_owed_nothing(resources, late):
    """Article 20 (2): they were told before they bought."""
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into disruption (id, sailing_id, sailing_version, kind, late_minutes,"
            " created_at) select gen_random_uuid(), id, 1, 'delayed', 180, now() - interval '40 d'"
            " from sailing"
        )

    assert await jobs.follow_arrivals(resources) == "1 measured, 0 proposed"


@pytest.mark.parametrize("leg", ["x", "100", "\u0661", "2"])
async def test_of_no_such_crossing_there_is_no_evidence(client, resources, late, leg):
    _stored, address, proof = late
    await jobs.follow_arrivals(resources)
    async with client.get(f"{address}/evidence/{leg}{proof}") as answer:
        assert answer.status == 404


async def test_the_evidence_is_verified_by_others(client, resources, late, tmp_path):
    """By a script that knows nothing of the product; one changed digit is seen."""
    _stored, address, proof = late
    await jobs.follow_arrivals(resources)
    async with client.get("/api/v1/evidence-keys") as answer:
        key = (await answer.json())["keys"][0]["public_key"]
    async with client.get(f"{address}/evidence/1{proof}") as answer:
        body = await answer.read()

    genuine, forged = tmp_path / "genuine.json", tmp_path / "forged.json"
    genuine.write_bytes(body)
    content = json.loads(body)
    content["evidence"]["price_minor"] += 100
    forged.write_text(json.dumps(content))

    assert verified(genuine, key) == (0, "genuine, and the amount is what is due\n")
    assert verified(forged, key) == (1, "")
    assert VERIFY.read_text().count("\n") <= 100


def verified(path, key):
    done = subprocess.run(
        [sys.executable, VERIFY, path, key],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


async def test_the_key_that_signed_before_still_verifies(settings):
    first, *others = signature.keys(settings)
    assert (first.algorithm, others, len(first.public_key)) == ("Ed25519", [], 64)


async def test_a_person_decides_once(resources, late):
    stored, _address, _proof = late
    await jobs.follow_arrivals(resources)
    async with resources.db.transaction() as conn:
        staff_id = await conn.fetchval(
            "insert into staff (id, email, name, role, password_hash)"
            " values (gen_random_uuid(), 'c@example.org', 'Clerk', 'agent', '') returning id"
        )
        (claim,) = await service.claims(conn, stored.id)
        await service.decide(conn, stored, claim.id, staff_id, "Storm.", approved=False)
        (decided,) = await service.claims(conn, stored.id)
        assert (decided.status, decided.note) == ("rejected", "Storm.")
        with pytest.raises(Conflict):
            await service.decide(conn, stored, claim.id, staff_id, "", approved=True)


async def test_what_is_on_time_or_not_told_yet_owes_nothing(resources, late):
    """An arrival that was just recorded waits for the ship's own report; one in time ends there."""
    await execute(resources, "delete from port_call")
    await execute(resources, "update sailing set arrived_at = now() - interval '5 min'")
    assert await jobs.follow_arrivals(resources) == "0 measured, 0 proposed"
    assert await followed(resources) == 0
    await execute(resources, "update sailing set arrived_at = arrives_at, ferry_id = null")

    assert await jobs.follow_arrivals(resources) == "0 measured, 0 proposed"

    assert await followed(resources) == 1


async def test_a_late_ship_that_nobody_hears_is_owed_for_all_the_same(resources, late, monkeypatch):
    """Many bookings are looked after in parts; a claim stands once, whoever looks again."""
    stored, _address, _proof = late
    await execute(resources, "delete from port_call")
    await execute(
        resources, "update sailing set arrived_at = arrives_at + interval '3.5 h', ferry_id = null"
    )
    monkeypatch.setattr(service, "_MOST_BOOKINGS", 1)
    assert await jobs.follow_arrivals(resources) == "0 measured, 1 proposed"
    await execute(resources, "update measured_passage set followed_at = null")

    assert await jobs.follow_arrivals(resources) == "0 measured, 0 proposed"

    assert (await service.evidence_file(resources, stored, 1)).filename.endswith("-1.json")
    with pytest.raises(NotFound):
        await service.evidence_file(resources, stored, 2)
    async with resources.db.transaction() as conn:
        with pytest.raises(NotFound):
            await service.decide(conn, stored, uuid7(), uuid7(), "", approved=True)


async def followed(res):
    async with res.db.acquire() as conn:
        return await conn.fetchval(
            "select count(*) from measured_passage where followed_at is not null"
        )
