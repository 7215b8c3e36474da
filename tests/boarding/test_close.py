"""Boarding closed with a count (Directive 98/41/EC, article 4), and opened again."""

import asyncio

import pytest

from tests.factories import ADA, BO, CAR

LIV = {"given_name": "Liv", "family_name": "Lund", "birth_date": "2018-06-09"}
SEEN = {"people": 2, "vehicles": 1}


async def test_it_works(boarding):
    codes = await boarding.book([ADA, LIV, BO], vehicles=[CAR])
    for holder in ("p1", "p2", "v1"):
        await boarding.scan(codes[1, holder])

    state = await boarding.post("close", SEEN)

    counted = state["closing"]
    assert [counted[kind] for kind in ("adults", "children", "infants", "vehicles")] == [1, 1, 0, 1]
    assert counted["closed_by"]
    assert (await boarding.get("list"))["closing"] == counted


async def test_nobody_is_let_aboard_after_it(boarding):
    codes = await boarding.book()
    await boarding.scan(codes[1, "p1"])
    await boarding.post("close", {"people": 1, "vehicles": 0})

    late = await boarding.scan(codes[1, "p2"])
    again = await boarding.scan(codes[1, "p1"])

    assert late["verdict"]["outcome"] == "closed"
    assert again["verdict"]["outcome"] == "duplicate"
    assert again["state"]["count"]["people"] == 1


async def test_who_comes_late_is_let_aboard_after_opening_again(boarding):
    codes = await boarding.book()
    await boarding.scan(codes[1, "p1"])
    await boarding.post("close", {"people": 1, "vehicles": 0})

    opened = await boarding.post("reopen", {})
    late = await boarding.scan(codes[1, "p2"])
    closed = await boarding.post("close", {"people": 2, "vehicles": 0})

    assert opened["closing"] is None
    assert late["verdict"]["outcome"] == "admitted"
    assert closed["closing"]["adults"] == 2


async def test_a_count_that_nobody_has_seen_is_not_declared(boarding):
    codes = await boarding.book()
    await boarding.scan(codes[1, "p1"])

    problem = await boarding.post("close", {"people": 0, "vehicles": 0}, status=409)

    assert problem["code"] == "count_changed"
    assert (await boarding.get("state"))["closing"] is None


async def test_the_count_has_every_scan_that_was_let_aboard(boarding):
    """Scans and closing at once: whoever is aboard is in the count, whoever is not was refused."""
    codes = await boarding.book([ADA, BO] * 6)
    scans = [boarding.scan(code) for code in codes.values()]
    closing = try_to_close(boarding)

    answers = await asyncio.gather(closing, *scans)

    admitted = sum(answer["verdict"]["outcome"] == "admitted" for answer in answers[1:])
    state = await boarding.get("state")
    assert state["count"]["people"] == admitted
    assert state["closing"]["adults"] == admitted


async def test_what_is_counted_is_not_taken_back(boarding):
    codes = await boarding.book()
    admission = (await boarding.scan(codes[1, "p1"]))["verdict"]["admission_id"]
    await boarding.post("close", {"people": 1, "vehicles": 0})

    await boarding.post("undo", {"id": admission}, status=409)

    await boarding.post("reopen", {})
    assert (await boarding.post("undo", {"id": admission}))["count"]["people"] == 0


async def test_the_page_of_a_gate_comes_with_the_count(boarding):
    """Nothing moves under a finger when its script has asked."""
    await boarding.book()
    said = [await closed_words(boarding)]
    for step in ("close", "reopen"):
        await boarding.post(step, {"people": 0, "vehicles": 0})
        said.append(await closed_words(boarding))

    assert [said[0], said[2]] == ["", ""]
    assert "with 0 people (0 adults, 0 children, 0 infants) and 0 vehicles" in said[1]
    assert "%" not in said[1]


@pytest.mark.parametrize(
    ("first", "second"), [("close", "close"), (None, "reopen"), ("close", "departed")]
)
async def test_what_is_not_allowed(boarding, first, second):
    await boarding.book()
    nobody = {"people": 0, "vehicles": 0}
    if first:
        await boarding.post("close", nobody)
    if second == "departed":
        async with boarding.res.db.acquire() as conn:
            await conn.execute("update sailing set status = 'departed', departed_at = now()")

    await boarding.post("close" if second == "close" else "reopen", nobody, status=409)


async def test_every_count_stays_known(boarding):
    await boarding.book()
    for step in ("close", "reopen", "close"):
        await boarding.post(step, {"people": 0, "vehicles": 0})

    async with boarding.res.db.acquire() as conn:
        counts = await conn.fetch("select reopened_at from boarding_closing order by closed_at")
        written = await conn.fetch("select action from audit order by at, id")
    assert [count["reopened_at"] is None for count in counts] == [False, True]
    assert [row["action"] for row in written if "boarding" in row["action"]] == [
        "boarding_closed",
        "boarding_reopened",
        "boarding_closed",
    ]


async def closed_words(boarding):
    """What the page of the gate says of the end of boarding, before its script runs."""
    address = f"/boarding/{boarding.sailing}"
    async with boarding.client.get(address, headers=boarding.crew) as answer:
        page = await answer.text()
    section = page.partition('<section id="closed"')[2].partition("</section>")[0]
    words = section.partition('<p id="closed-words">')[2].partition("</p>")[0]
    assert section.partition(">")[0].endswith("hidden") == (words == "")
    return words


async def try_to_close(boarding):
    """Close with whatever count is there, as often as it changes."""
    while True:
        count = (await boarding.get("state"))["count"]
        asked = {key: count[key] for key in ("people", "vehicles")}
        async with boarding.client.post(
            f"{boarding.base}/close", json=asked, headers=boarding.crew
        ) as answer:
            if answer.status == 200:
                return
            assert (await answer.json())["code"] == "count_changed"
