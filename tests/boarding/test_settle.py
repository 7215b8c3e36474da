"""A gate's journal handed in: each admission once, duplicates between quays named."""

from datetime import UTC, datetime, timedelta, timezone

from maritime_app.ids import uuid7
from tests.factories import ADA, BO

NOW = datetime.now(UTC).replace(microsecond=0)


async def test_it_works(boarding):
    codes = await boarding.book()
    journal = [admission(codes, "p1", minutes=0), admission(codes, "p2", minutes=1)]

    answer = await boarding.post("admissions", {"admissions": journal})

    assert answer["settled"] == [line["id"] for line in journal]
    assert answer["repeated"] == []
    assert (await boarding.get("state"))["count"]["people"] == 2


async def test_handing_in_again_adds_nothing(boarding):
    codes = await boarding.book()
    journal = [admission(codes, "p1")]

    answers = [await boarding.post("admissions", {"admissions": journal}) for _ in range(3)]

    assert all(answer["settled"] == [journal[0]["id"]] for answer in answers)
    assert (await boarding.get("state"))["count"]["people"] == 1


async def test_two_quays_with_one_ticket_are_named_and_count_once(boarding):
    codes = await boarding.book()
    await boarding.post("admissions", {"admissions": [admission(codes, "p1", quay="north")]})

    answer = await boarding.post(
        "admissions", {"admissions": [admission(codes, "p1", quay="south", minutes=5)]}
    )

    (holder,) = answer["repeated"]
    assert holder["name"] == "Ada Lund"
    assert [(a["quay"], a["gate"]) for a in holder["admissions"]] == [
        ("north", "1"),
        ("south", "1"),
    ]
    state = await boarding.get("state")
    assert state["count"]["people"] == 1
    assert state["repeated"] == answer["repeated"]
    async with boarding.res.db.acquire() as conn:
        (alert,) = await conn.fetch("select kind, message from alert")
    assert alert["kind"] == "boarded_twice"
    assert all(word in alert["message"] for word in ("Ada Lund", "north/1", "south/1"))


async def test_one_of_two_that_is_taken_back_ends_the_trouble(boarding):
    codes = await boarding.book()
    twice = [admission(codes, "p1", quay=quay) for quay in ("north", "south")]
    await boarding.post("admissions", {"admissions": twice})

    undone = {**twice[1], "undone_at": (NOW + timedelta(minutes=9)).isoformat()}
    answer = await boarding.post("admissions", {"admissions": [undone]})

    assert answer["repeated"] == []
    assert (await boarding.get("state"))["count"]["people"] == 1


async def test_an_undoing_is_not_taken_back_by_an_older_part_of_the_journal(boarding):
    codes = await boarding.book()
    before = admission(codes, "p1")
    await boarding.post("admissions", {"admissions": [{**before, "undone_at": NOW.isoformat()}]})

    await boarding.post("admissions", {"admissions": [before]})

    assert (await boarding.get("state"))["count"]["people"] == 0


async def test_what_a_gate_did_stays_done_though_the_booking_was_cancelled_meanwhile(boarding):
    """The person is aboard: the head-count says so."""
    codes = await boarding.book()
    async with boarding.res.db.acquire() as conn:
        await conn.execute("update booking set status = 'cancelled'")

    answer = await boarding.post("admissions", {"admissions": [admission(codes, "p1")]})

    assert len(answer["settled"]) == 1
    assert (await boarding.get("state"))["count"]["people"] == 1


async def test_nobodys_ticket_is_refused_and_the_rest_is_kept(boarding):
    codes = await boarding.book([ADA])
    good, stranger = admission(codes, "p1"), admission(codes, "p7")
    elsewhere = {**admission(codes, "p1"), "reference": "ZZZZ9999"}

    answer = await boarding.post("admissions", {"admissions": [good, stranger, elsewhere]})

    assert answer["settled"] == [good["id"]]
    assert answer["refused"] == [stranger["id"], elsewhere["id"]]


async def test_an_offset_that_no_place_has_is_an_instant_all_the_same(boarding):
    """RFC 3339 goes to 23:59, PostgreSQL reads 15:59 at most out of a text."""
    codes = await boarding.book([BO])
    zone = timezone(timedelta(hours=17, minutes=14))
    line = admission(codes, "p1") | {"admitted_at": NOW.astimezone(zone).isoformat()}

    answer = await boarding.post("admissions", {"admissions": [line]})

    assert answer["settled"] == [line["id"]]
    assert (await boarding.get("state"))["count"]["people"] == 1


async def test_a_journal_longer_than_a_part_is_refused(boarding):
    codes = await boarding.book([BO])
    many = [admission(codes, "p1") for _ in range(501)]

    await boarding.post("admissions", {"admissions": many}, status=422)


def admission(codes, holder, quay="north", minutes=0):
    """A line of a gate's journal."""
    return {
        "id": str(uuid7()),
        "reference": codes[1, "p1"].split(".")[1],
        "leg": 1,
        "holder": holder,
        "gate": "1",
        "quay": quay,
        "admitted_at": (NOW + timedelta(minutes=minutes)).isoformat(),
        "undone_at": None,
    }
