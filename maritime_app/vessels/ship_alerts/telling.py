"""Tell of events that nobody was told of yet: by mail, or posted one by one."""

from typing import Final
from uuid import UUID

from maritime_app.errors import Invalid, Refusal
from maritime_app.infra.db import Conn
from maritime_app.infra.upstreams.http import UpstreamError
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionEvent, SubscriptionStatus
from maritime_app.vessels.ship_alerts import gateway, mails, store
from maritime_app.vessels.ship_alerts.model import AlertEvent, ShipAlert
from maritime_app.vessels.ship_alerts.responses import (
    EventPost,
    EventPostData,
    event_response,
)

# Name and payload stand in stored jobs, of which a worker of the release before may take the next:
# they are those of the time when there were crossings only.
POST_TASK: Final = "vessels.post_ship_crossing"
TRIES: Final = 8  # of one event, within about half an hour
_MOST_FAILURES: Final = 40  # posts in a row that were not taken, until the alert is paused
_MAILS_APART_SECONDS: Final = 600.0
_MOST_AT_ONCE: Final = 200
_GONE: Final = 410  # Standard Webhooks: the receiver wants no more


async def tell(res: Resources) -> int:
    """Write mails and posts of what is new; return how many events were told.

    Mails of one alert are ten minutes apart: what happens meanwhile comes with the next one.
    """
    async with res.db.acquire() as conn:
        alerts = await store.to_tell(conn, _MAILS_APART_SECONDS, _MOST_AT_ONCE)
    told = 0
    for alert_id in alerts:
        async with res.db.transaction() as conn:
            told += await _tell(conn, res, alert_id)
    return told


async def _tell(conn: Conn, res: Resources, alert_id: UUID) -> int:
    """Write what is new, in the transaction that writes down that it was told."""
    alert = await store.lock(conn, alert_id)
    if alert is None:
        return 0  # paused or ended meanwhile
    news = await store.claim_untold(conn, alert_id, _MOST_AT_ONCE)
    if not news:
        return 0
    if alert.webhook_url is None:
        await mails.write(conn, res, alert, mails.NEWS, news)
    else:
        for event in news:
            await enqueue(
                conn,
                POST_TASK,
                {"crossing_id": str(event.id)},
                subject=("ship_alert", str(alert.id)),
                unique_key=f"{POST_TASK}:{event.id}",
            )
    await store.told(conn, alert_id)
    return len(news)


async def post(res: Resources, event_id: UUID) -> str:
    """Post one event; raise UpstreamError when it was not taken and is to be tried again.

    A receiver that is gone (410) ends the alert; one that takes nothing for long pauses it.
    """
    async with res.db.acquire() as conn:
        event = await store.event(conn, event_id)
        alert = None if event is None else await store.alert(conn, event.alert_id)
    if event is None or alert is None or alert.status is not SubscriptionStatus.ACTIVE:
        return "not wanted any more"
    if alert.webhook_url is None or alert.webhook_secret is None:
        return "not wanted any more"
    try:
        reply = await gateway.post(
            res.settings,
            alert.webhook_url,
            alert.webhook_secret,
            event.id,
            _posted(res, alert, event),
        )
    except (Invalid, UpstreamError) as error:
        return await _not_taken(res, alert, event, error)
    if reply.status == _GONE:
        async with res.db.transaction() as conn:
            await store.apply(conn, alert.id, SubscriptionEvent.END)
        return "the receiver is gone: ended"
    if not 200 <= reply.status < 300:
        answered = Invalid(f"The address of the alert answered {reply.status}.")
        return await _not_taken(res, alert, event, answered)
    async with res.db.transaction() as conn:
        await store.delivered(conn, event.id)
    return "taken"


async def _not_taken(res: Resources, alert: ShipAlert, event: AlertEvent, error: Refusal) -> str:
    """Note it, and raise the error as long as there are tries left.

    A receiver that does not answer is its owner's affair: no job dies of it, and nobody here is
    alarmed.
    """
    async with res.db.transaction() as conn:
        found = await store.not_taken(conn, event.id)
        if found.failures >= _MOST_FAILURES:
            await store.apply(conn, alert.id, SubscriptionEvent.PAUSE)
            return f"given up, and the alert paused: {error.message}"
    if found.tries >= TRIES:
        return f"given up: {error.message}"
    raise error


def _posted(res: Resources, alert: ShipAlert, event: AlertEvent) -> EventPost:
    return EventPost(
        type=f"ship.{event.kind}",
        timestamp=event.at,
        data=EventPostData(
            alert=alert.name,
            manage_url=mails.page_of(res.settings, alert),
            ship_url=f"{res.settings.public_url}/vessels/{event.mmsi}",
            event=event_response(event),
        ),
    )
