"""Ask for an alert as a program does, for a party, by JSON."""

import pytest

from maritime_app.bookings.fare_alerts import service
from maritime_app.bookings.fare_alerts.jobs import tell_fare_alerts
from maritime_app.bookings.fare_alerts.model import AlertKind, AlertRequest
from maritime_app.errors import Conflict
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.editions.service import Wish
from tests.bookings.alerts import FAMILY, link_of, sold_day
from tests.factories import local_day
from tests.ferries.feeds import feed
from tests.paused import Meeting
from tests.rows import values
from tests.subscribed import act, written


async def asked(client, day, **more):
    wanted = {"from": "NOOSL", "to": "DEKEL", "date": str(day), "email": "ada@example.org"}
    async with client.post("/api/v1/alerts", json=wanted | {"threshold": "500"} | more) as answer:
        return answer.status, await answer.json()


async def test_it_works(client, resources):
    """Nothing of the answer opens the alert: only the mail does, and then it tells."""
    status, body = await asked(client, await sold_day(resources), **FAMILY)
    assert (status, body["status"]) == (202, "unconfirmed")
    here = await link_of(resources)
    assert here.rpartition("/")[2] not in str(body)
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"

    await act(client, here, "confirm")
    assert await tell_fare_alerts(resources) == "1 told, 0 expired"
    assert await written(resources) == ["fare_alert_confirm", "fare_alert_news"]
    async with client.get(f"/api/v1{here}") as answer:
        alert = await answer.json()
    assert alert["party"] == {"adults": 2, "ages": "4,9", "pets": 1, "vehicles": "car"}
    assert alert["threshold"] == {"amount_minor": 50_000, "currency": "EUR"}
    assert (alert["from"]["code"], alert["to"]["code"]) == ("NOOSL", "DEKEL")
    assert (alert["status"], alert["told"], alert["hours"]) == ("active", 1, 12)


async def test_all_that_is_wrong_is_said_at_once(client, resources):
    day = await sold_day(resources)
    wrong = {"email": "ada@example..org", "threshold": "x", "until": "2020-02-02", "adults": 0}
    status, body = await asked(client, day, **wrong)
    assert status == 422
    assert set(body["errors"]) == {"email", "threshold", "until", "adults"}


async def test_the_same_is_asked_for_once(client, resources):
    """For another party it is another one."""
    day = await sold_day(resources)
    assert (await asked(client, day))[0] == 202
    assert (await asked(client, day))[0] == 409
    assert (await asked(client, day, **FAMILY))[0] == 202


async def test_its_ports_may_be_written_as_in_a_search(client, resources):
    day = await sold_day(resources)

    assert (await asked(client, day, **{"from": "noosl", "to": "DE KEL"}))[0] == 202

    assert (await asked(client, day))[0] == 409, "it is the same alert"


@pytest.mark.parametrize("is_asked_first", [True, False])
async def test_a_stop_is_just_taken_out(resources, monkeypatch, tmp_path, is_asked_first):
    """By a new edition of its timetable: the alert goes with it, or there is no such way."""
    meeting = Meeting(resources, monkeypatch)
    wanted = AlertRequest(
        email="ada@example.org",
        origin="isle:a",
        destination="isle:b",
        date=local_day(20),
        kind=AlertKind.PLACES,
    )

    async def ask():
        await service.ask(resources, wanted)

    async def take_out():
        await editions.drop(resources, "isle")

    both = (ask, take_out) if is_asked_first else (take_out, ask)
    while meeting.goes_on:
        await editions.import_file(resources, feed(tmp_path), Wish("isle", days=7))
        said = await meeting.meet(*both)
        assert [one for one in said if not isinstance(one, Conflict | None)] == []
        assert await values(resources, "select id from fare_alert") == []
