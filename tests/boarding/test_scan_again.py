"""The same scan sent again, because its answer was lost: what is said is true now."""

import msgspec
import pytest

from maritime_app.boarding.gate.journal import Journal
from maritime_app.boarding.gate.service import Quay
from maritime_app.boarding.model import BoardingList, ScanRequest
from maritime_app.bookings import service as bookings
from maritime_app.bookings.disruptions import choices, service as disruptions, writers
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from maritime_app.ids import uuid7
from tests.factories import BO, a_sailing
from tests.rows import execute, value, values

SCAN = uuid7()
HOUSE = ActingStaff()


@pytest.fixture
async def code(boarding):
    """Ada's code; she was let aboard by a scan whose answer is asked for again."""
    made = (await boarding.book())[1, "p1"]
    assert (await boarding.scan(made, scan_id=SCAN))["verdict"]["outcome"] == "admitted"
    return made


async def again(boarding, code):
    """Outcome, the gate of the admission that stands, and how many are aboard."""
    answer = await boarding.scan(code, scan_id=SCAN, gate="9")
    verdict, count = answer["verdict"], answer["state"]["count"]
    return verdict["outcome"], (verdict["earlier"] or {}).get("gate"), count["people"]


async def test_it_works(boarding, code):
    """Taken back meanwhile, at whatever gate: nobody is aboard, and nobody is told so."""
    assert await again(boarding, code) == ("admitted", None, 1)
    await boarding.post("undo", {"id": str(SCAN)})

    assert await again(boarding, code) == ("undone", None, 0)
    assert await again(boarding, code) == ("undone", None, 0)

    new = await boarding.scan(code, gate="2")
    assert (new["verdict"]["outcome"], new["state"]["count"]["people"]) == ("admitted", 1)
    assert await again(boarding, code) == ("duplicate", "2", 1)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ("update booking set status = 'cancelled'", "cancelled"),
        ("update booking set ticket_issue = 2", "changed"),
        ("update sailing set status = 'cancelled'", "sailing_cancelled"),
    ],
)
async def test_a_ticket_that_counts_no_more_and_whose_holder_is_aboard(
    boarding, code, change, outcome
):
    """Refused, and the gate hears that its holder counts as aboard, by the first scan."""
    await execute(boarding.res, change)

    assert await again(boarding, code) == (outcome, "1", 1)
    other = (await boarding.scan(code))["verdict"]
    assert (other["outcome"], other["earlier"]["id"]) == (outcome, str(SCAN))

    await boarding.post("undo", {"id": str(SCAN)})
    assert await again(boarding, code) == (outcome, None, 0)


async def test_a_count_that_has_them_was_declared_meanwhile(boarding, code):
    await boarding.post("close", {"people": 1, "vehicles": 0})

    assert await again(boarding, code) == ("admitted", None, 1)


async def test_a_booking_that_sails_elsewhere_now(boarding, code, resources):
    """Let aboard, then the sailing was cancelled: on the next one they come aboard as new."""
    reference = code.split(".")[1]
    after = await a_sailing(resources.db, days_ahead=26)
    asked = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(resources, HOUSE, boarding.sailing, asked)
    await disruptions.follow(resources, boarding.sailing, 2)
    await writers.write_to_parties(resources, await value(resources, "select id from disruption"))
    booking = await the_booking(resources)
    await choices.rebook(resources, booking, str(after))

    outcome, gate, people = await again(boarding, code)
    assert (outcome, gate, people) == ("wrong_sailing", "1", 1)
    there = type(boarding)(boarding.client, resources, after, boarding.crew)
    new = (await there.codes(reference))[1, "p1"]
    moved = await there.scan(new)
    assert (moved["verdict"]["outcome"], moved["state"]["count"]["people"]) == ("admitted", 1)
    assert moved["state"]["repeated"] == []


async def the_booking(res):
    """The only booking, as services have it."""
    return await bookings.by_id(res, await value(res, "select id from booking"))


async def test_the_scan_of_another_ticket_under_the_same_id(boarding, code):
    """A gate that reuses ids would call somebody aboard whom nobody counts."""
    other = (await boarding.book([BO]))[1, "p1"]

    body = {"id": str(SCAN), "code": other, "gate": "1"}
    refused = await boarding.post("scan", body, status=409)

    assert refused["code"] == "scan_id"
    assert await values(boarding.res, "select count(*) from admission") == [1]


@pytest.fixture
async def quay(boarding, tmp_path):
    """A quay's laptop with the list of the sailing."""

    async def opened():
        found = msgspec.convert(await boarding.get("list"), BoardingList)
        return Quay("north", Journal(tmp_path / "j", "north"), found)

    return opened


async def test_at_a_quay_it_is_the_same(boarding, quay):
    codes = await boarding.book()
    north = await quay()
    asked = ScanRequest(SCAN, "1", codes[1, "p1"])
    assert (await north.scan(asked)).verdict.outcome == "admitted"
    assert (await north.scan(asked)).verdict.outcome == "admitted"

    await north.undo(SCAN)
    said = await north.scan(asked)

    assert (said.verdict.outcome, said.state.count.people) == ("undone", 0)
    new = ScanRequest(uuid7(), "2", codes[1, "p1"])
    assert (await north.scan(new)).verdict.outcome == "admitted"
    assert (await north.scan(asked)).verdict.outcome == "duplicate"
    north.close()
