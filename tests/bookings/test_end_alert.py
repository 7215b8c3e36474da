"""Confirm, pause, resume and end an alert, as a program does with its token."""

from maritime_app.bookings.fare_alerts.jobs import tell_fare_alerts
from tests.bookings.alerts import asked_alert


async def done(client, here, event):
    """Do it; returns the status of the answer and of the alert, or what the refusal says."""
    async with client.post(f"/api/v1{here}/{event}") as answer:
        body = await answer.json()
        return answer.status, body["detail"] if answer.status == 409 else body["status"]


async def test_it_works(client, resources):
    here = await asked_alert(client, resources)
    assert await done(client, here, "confirm") == (200, "active")
    assert await done(client, here, "end") == (200, "ended")
    assert await tell_fare_alerts(resources) == "0 told, 0 expired"


async def test_what_was_done_may_be_asked_for_again(client, resources):
    here = await asked_alert(client, resources)
    for event, status in (
        ("confirm", "active"),
        ("pause", "paused"),
        ("pause", "paused"),
        ("confirm", "paused"),
        ("resume", "active"),
        ("end", "ended"),
        ("end", "ended"),
    ):
        assert await done(client, here, event) == (200, status)


async def test_what_its_state_does_not_allow_is_refused(client, resources):
    here = await asked_alert(client, resources)
    for event in ("pause", "resume"):
        assert await done(client, here, event) == (409, "This alert is not confirmed yet.")
    await done(client, here, "end")
    for event in ("confirm", "pause", "resume"):
        assert await done(client, here, event) == (409, "This alert is over.")


async def test_nobody_ends_it_without_its_token(client, resources):
    here = await asked_alert(client, resources)
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from fare_alert")
    for word in (str(alert_id), f"{here.rpartition('/')[2][:-4]}AAAA"):
        async with client.post(f"/api/v1/alerts/{word}/end") as answer:
            assert answer.status == 404
    assert await done(client, here, "confirm") == (200, "active")
