"""Change an alert by its own link: threshold, silence, last day."""

import re
from datetime import timedelta

import pytest

from maritime_app import clock
from maritime_app.bookings.fare_alerts.jobs import tell_fare_alerts
from tests.bookings.alerts import asked_alert, csrf_of
from tests.subscribed import act, written


@pytest.fixture
async def here(client, resources):
    """The address of an alert that Ada has confirmed, for 45.50 and less."""
    address = await asked_alert(client, resources)
    await act(client, address, "confirm")
    return address


async def changed(client, here, **fields):
    """Send the form of the alert with these fields; returns status and page."""
    async with client.get(here) as answer:
        address = answer.url.path
    async with client.get(f"{address}/change") as answer:
        text = await answer.text()
    form = {"csrf_token": csrf_of(text)}
    form |= {"threshold": "45.50", "hours": "12", "until": ""} | fields
    async with client.post(f"{address}/change", data=form) as answer:
        return answer.status, " ".join((await answer.text()).split())


async def row(resources):
    async with resources.db.acquire() as conn:
        return await conn.fetchrow("select * from fare_alert")


async def test_it_works(client, resources, here):
    until = clock.now().date() + timedelta(days=3)
    wanted = {"threshold": "60", "hours": "72", "until": until.isoformat()}
    status, page = await changed(client, here, **wanted)
    assert status == 200
    assert "At most one mail in 72 hours." in page
    assert "€60.00" in page
    kept = await row(resources)
    assert (kept["threshold_minor"], kept["cool_down_hours"]) == (6_000, 72)
    assert (kept["ends_on"], kept["status"]) == (until, "active")


async def test_the_form_has_what_was_asked_for(client, here):
    async with client.get(here) as answer:
        address = answer.url.path
    async with client.get(f"{address}/change") as answer:
        text = await answer.text()
    assert re.search(r'name="threshold"[^>]* value="45.50"', text)
    assert re.search(r'<option value="12" selected', text)


async def test_all_that_is_wrong_is_said_at_once(client, resources, here):
    status, page = await changed(client, here, threshold="cheap", hours="5", until="2020-02-02")
    assert status == 422
    for words in (
        "Please enter an amount like 12.50.",
        "A day from today to that of the crossing.",
        'href="#f-hours"',
    ):
        assert words in page
    assert (await row(resources))["threshold_minor"] == 4_550
    status, _page = await changed(client, here, threshold="")
    assert status == 422


async def test_another_threshold_makes_what_fits_news_again(client, resources, here):
    """Only once the silence after the last mail is over, and only if it is another one."""
    assert await tell_fare_alerts(resources) == "1 told, 0 expired"
    async with resources.db.acquire() as conn:
        await conn.execute("update fare_alert set told_at = told_at - interval '2 days'")
    await changed(client, here, hours="24")
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"
    await changed(client, here, threshold="50", hours="72")
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"
    await changed(client, here, threshold="51", hours="24")
    assert await tell_fare_alerts(resources) == "1 told, 0 expired"
    assert await written(resources) == ["fare_alert_confirm", *["fare_alert_news"] * 2]


async def test_an_emptied_last_day_is_that_of_the_crossing(client, resources, here):
    until = clock.now().date() + timedelta(days=3)
    await changed(client, here, until=until.isoformat())
    await changed(client, here)
    assert (await row(resources))["ends_on"] is None


async def test_an_alert_that_is_over_is_not_changed(client, resources, here):
    await act(client, here, "end")
    status, page = await changed(client, here, threshold="60")
    assert (status, "This alert is over." in page) == (409, True)
    assert (await row(resources))["threshold_minor"] == 4_550


async def test_nobody_else_changes_it(client, resources, here):
    """Neither by its id alone, nor by another's token, nor from another page."""
    alert_id = (await row(resources))["id"]
    client.session.cookie_jar.clear()
    async with client.get(f"/alerts/{alert_id}/change") as answer:
        assert answer.status == 404
    async with client.post(f"/alerts/{alert_id}/change", data={"threshold": "1"}) as answer:
        assert answer.status == 404
    async with client.get(f"{here[:-4]}AAAA/change") as answer:
        assert answer.status == 404
    async with client.get(here):  # the cookie of the page is there, its form is not
        pass
    async with client.post(f"/alerts/{alert_id}/change", data={"threshold": "1"}) as answer:
        assert answer.status == 403
    assert (await row(resources))["threshold_minor"] == 4_550


async def test_a_program_changes_what_it_names_and_leaves_the_rest(client, resources, here):
    until = clock.now().date() + timedelta(days=3)
    async with client.post(f"/api/v1{here}/change", json={"until": str(until)}) as answer:
        body = await answer.json()
    assert (answer.status, body["last_day"], body["hours"]) == (200, str(until), 12)
    assert body["threshold"] == {"amount_minor": 4_550, "currency": "EUR"}
    async with client.post(f"/api/v1{here}/change", json={"threshold": "60"}) as answer:
        body = await answer.json()
    assert (body["threshold"]["amount_minor"], body["last_day"]) == (6_000, str(until))
    async with client.post(f"/api/v1{here}/change", json={"until": None}) as answer:
        body = await answer.json()
    assert body["last_day"] == body["day"]


async def test_a_program_hears_of_all_that_is_wrong(client, here):
    wrong = {"threshold": "cheap", "until": "2020-02-02"}
    async with client.post(f"/api/v1{here}/change", json=wrong) as answer:
        body = await answer.json()
    assert (answer.status, set(body["errors"])) == (422, set(wrong))
    async with client.post(f"/api/v1{here}/change", json={"hours": 5, "price": "1"}) as answer:
        assert answer.status == 422


async def test_an_alert_of_places_has_no_threshold_to_change(client, resources):
    here = await asked_alert(client, resources, kind="places", threshold="")
    async with client.post(f"/api/v1{here}/change", json={"threshold": "60"}) as answer:
        assert answer.status == 422
        assert "An alert of places has no price." in await answer.text()
    async with client.get(here) as answer:
        address = answer.url.path
    async with client.get(f"{address}/change") as answer:
        assert 'name="threshold"' not in await answer.text()
