"""A scan at our own gate: let aboard once, refused with the reason, taken back, counted."""

import asyncio

import pytest

from maritime_app.ids import uuid7
from tests import signed_in
from tests.factories import ADA, BO, CAR, a_sailing


async def test_it_works(boarding):
    codes = await boarding.book(vehicles=[CAR])

    first = await boarding.scan(codes[1, "p1"])
    car = await boarding.scan(codes[1, "v1"])

    assert first["verdict"]["outcome"] == "admitted"
    assert first["verdict"]["ticket"]["name"] == "Ada Lund"
    assert car["verdict"]["ticket"]["plate"] == "AB 12345"
    assert car["state"]["count"] == {
        "people": 1,
        "people_expected": 2,
        "vehicles": 1,
        "vehicles_expected": 1,
        "lane_cm": 450,
        "lane_cm_expected": 450,
    }


async def test_nobody_comes_aboard_twice(boarding):
    codes = await boarding.book()
    await boarding.scan(codes[1, "p1"], gate="2")

    again = await boarding.scan(codes[1, "p1"], gate="3")

    assert again["verdict"]["outcome"] == "duplicate"
    assert again["verdict"]["earlier"]["gate"] == "2"
    assert again["state"]["count"]["people"] == 1


async def test_eight_gates_at_once_let_one_in(boarding):
    codes = await boarding.book()

    answers = await asyncio.gather(
        *(boarding.scan(codes[1, "p1"], gate=str(gate)) for gate in range(8))
    )

    outcomes = [answer["verdict"]["outcome"] for answer in answers]
    assert sorted(outcomes) == ["admitted"] + ["duplicate"] * 7


async def test_the_same_scan_sent_again_gets_the_same_verdict(boarding):
    """An answer that was lost on the way: the gate asks again under the same id."""
    codes = await boarding.book()
    scan_id = uuid7()

    answers = [await boarding.scan(codes[1, "p1"], scan_id=scan_id) for _ in range(3)]

    assert [answer["verdict"]["outcome"] for answer in answers] == ["admitted"] * 3
    assert answers[-1]["state"]["count"]["people"] == 1


async def test_undo_lets_the_holder_in_again(boarding):
    codes = await boarding.book()
    admitted = await boarding.scan(codes[1, "p1"])

    state = await boarding.post("undo", {"id": admitted["verdict"]["admission_id"]})
    again = await boarding.scan(codes[1, "p1"])

    assert state["count"]["people"] == 0
    assert again["verdict"]["outcome"] == "admitted"
    await boarding.post("undo", {"id": str(uuid7())}, status=404)


async def test_a_cancelled_booking_is_refused(boarding):
    codes = await boarding.book()
    await set_booking(boarding, "status = 'cancelled'")

    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "cancelled"


async def test_a_ticket_whose_money_the_bank_took_back_waits_for_a_decision(boarding):
    codes = await boarding.book()
    async with boarding.res.db.acquire() as conn:
        await conn.execute(
            "insert into dispute (id, payment_id, amount_minor, currency, reason, status,"
            " opened_at) select 'dp_1', id, amount_minor, currency, 'fraudulent', 'lost', now()"
            " from payment"
        )
        await conn.execute("update payment set status = 'succeeded', kept_at = now()")

    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "suspended"

    async with boarding.res.db.acquire() as conn:
        await conn.execute("update dispute set decision = 'honoured', decided_by = 'Ines'")
    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "admitted"


async def test_a_ticket_from_before_a_change_is_refused_and_the_new_one_counts(boarding):
    old = await boarding.book()
    await set_booking(boarding, "ticket_issue = 2")
    reference = old[1, "p1"].split(".")[1]
    new = await boarding.codes(reference)

    assert (await boarding.scan(old[1, "p1"]))["verdict"]["outcome"] == "changed"
    assert (await boarding.scan(new[1, "p1"]))["verdict"]["outcome"] == "admitted"


@pytest.mark.parametrize("status", ["paid", "confirming"])
async def test_what_is_not_confirmed_is_refused(boarding, status):
    codes = await boarding.book()
    await set_booking(boarding, f"status = '{status}'")

    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "unpaid"


async def test_another_sailing_is_named(boarding, resources):
    """The way back instead of the way out: the commonest mistake at a gate."""
    back = await a_sailing(resources.db, days_ahead=27)
    codes = await boarding.book([ADA], back)

    refused = (await boarding.scan(codes[2, "p1"]))["verdict"]

    assert refused["outcome"] == "wrong_sailing"
    assert (refused["other"]["origin"], refused["other"]["name"]) == ("Oslo", "Ada Lund")


async def test_a_stranger_to_this_sailing_is_told_which_one(boarding, client, resources):
    elsewhere = await a_sailing(resources.db, days_ahead=9)
    other = type(boarding)(client, resources, elsewhere, boarding.crew)
    codes = await other.book([BO])

    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "wrong_sailing"


async def test_a_cancelled_sailing_lets_nobody_aboard(boarding):
    codes = await boarding.book()
    async with boarding.res.db.acquire() as conn:
        await conn.execute("update sailing set status = 'cancelled'")

    assert (await boarding.scan(codes[1, "p1"]))["verdict"]["outcome"] == "sailing_cancelled"


@pytest.mark.parametrize("code", ["FW2.AAAA2222.1.p1.1.forged", "hello", "", "FW1", "Ω" * 50])
async def test_what_is_no_code_of_ours_is_refused(boarding, code):
    await boarding.book()

    assert (await boarding.scan(code))["verdict"]["outcome"] == "unknown"


async def test_somebody_without_a_code_is_chosen_from_the_list(boarding):
    codes = await boarding.book()
    reference = codes[1, "p1"].split(".")[1]
    chosen = {"reference": reference, "leg": 1, "holder": "p1"}

    first = await boarding.scan("", chosen=chosen)
    again = await boarding.scan(codes[1, "p1"])

    assert first["verdict"]["outcome"] == "admitted"
    assert again["verdict"]["outcome"] == "duplicate"


async def test_the_gate_sees_who_needs_help(boarding):
    person = {**ADA, "assistance": "wheelchair_lent", "assistance_note": "Cannot climb stairs"}
    codes = await boarding.book([person, BO])

    ticket = (await boarding.scan(codes[1, "p1"]))["verdict"]["ticket"]

    assert (ticket["assistance"], ticket["assistance_note"]) == (
        "wheelchair_lent",
        "Cannot climb stairs",
    )
    assert ticket["late_notice"] is False


async def test_help_that_was_asked_for_late_says_so(boarding, client, resources):
    """Regulation (EU) 1177/2010, article 11(2): 48 hours."""
    soon = await a_sailing(resources.db, days_ahead=1)
    there = type(boarding)(client, resources, soon, boarding.crew)
    codes = await there.book([{**ADA, "assistance": "walking"}])

    assert (await there.scan(codes[1, "p1"]))["verdict"]["ticket"]["late_notice"] is True


@pytest.mark.parametrize("role", ["analyst", "agent"])
async def test_who_does_not_board_may_not_scan(boarding, role):
    headers = await signed_in.token(boarding.res, role)
    body = {"id": str(uuid7()), "code": "x", "gate": "1"}

    async with boarding.client.post(f"{boarding.base}/scan", json=body, headers=headers) as answer:
        assert answer.status == 403


async def test_a_stranger_may_not_read_the_list(boarding):
    async with boarding.client.get(f"{boarding.base}/list") as answer:
        assert answer.status == 401


async def test_staff_of_one_operator_board_its_own_sailings_only(boarding, resources):
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into operator (id, code, name, kind, source) values"
            " (gen_random_uuid(), 'OTH', 'Other Line', 'house', 'test')"
        )
        await conn.execute(
            "update staff set operator_id = (select id from operator where code = 'OTH')"
        )

    async with boarding.client.get(f"{boarding.base}/list", headers=boarding.crew) as answer:
        assert answer.status == 403


async def set_booking(boarding, change):
    """Change every booking of this test."""
    async with boarding.res.db.acquire() as conn:
        await conn.execute(f"update booking set {change}")
