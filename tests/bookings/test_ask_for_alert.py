"""Ask for an alert as a program does, for a party, by JSON."""

from maritime_app.bookings.fare_alerts.jobs import tell_fare_alerts
from tests.bookings.alerts import FAMILY, link_of, sold_day
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
