"""Ask to hear of a late ship, end that, write down what is to be sent, and send it."""

import hashlib
from collections.abc import Mapping
from email.utils import parseaddr
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app import clock, i18n
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.push import encryption, store, vapid
from maritime_app.bookings.push.model import Notification, Subscription, SubscriptionRequest
from maritime_app.bookings.push.services import is_push_service
from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.infra.upstreams.http import Fault, Reply, Upstream, UpstreamDown
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_MOST_BROWSERS = 5
_KEEP_SECONDS = 4 * 3600  # how long a push service may hold news that a telephone cannot take yet
_DEADLINE_SECONDS = 15.0
_ANSWER_BYTES = 4096
_GONE = (404, 410)  # RFC 8030, 7.3
_OTHER_KEY = (401, 403)


class News(StrEnum):
    """What a browser hears. Part of a job's payload."""

    LATE = "late"
    RETIMED = "retimed"
    CANCELLED = "cancelled"
    NO_PLACE = "no_place"  # another ship sails, and this party does not fit on it
    OTHER_SHIP = "other_ship"  # another ship sails, and this party keeps a place on it
    IN_PORT = "in_port"  # it has not left, and nobody has said when it will


def key_for_browsers(res: Resources) -> str:
    """Return our public key, to which a browser that asks shall listen."""
    return vapid.public_key(res.settings.secrets.key)


async def subscribe(res: Resources, booking: Booking, asked: SubscriptionRequest) -> UUID:
    """Have this browser told; raise Invalid for an address that is no push service or a key that is
    none, Conflict for a booking without a ticket or with too many browsers.
    """
    if booking.status is not BookingStatus.CONFIRMED:
        raise Conflict(_("There is no ticket to hear news of."), code="not_confirmed")
    new = _subscription(res, booking, asked)
    async with res.db.transaction() as conn:
        added = await store.add(conn, new, _MOST_BROWSERS)
    if added is None:
        words = _("Five devices hear of this booking already: stop it on one of them first.")
        raise Conflict(words, code="devices")
    return added


async def unsubscribe(res: Resources, booking: Booking, endpoint: str) -> None:
    """Tell this browser nothing any more."""
    async with res.db.transaction() as conn:
        await store.end(conn, booking.id, endpoint)


async def tell(conn: Conn, news: News, versions: Mapping[UUID, str]) -> None:
    """Have all browsers of these bookings told, in the caller's transaction: of the version of the
    news that is given for each, once.
    """
    for browser in await store.of_bookings(conn, list(versions)):
        version = versions[browser.booking_id]
        await enqueue(
            conn,
            "bookings.push_news",
            {"subscription_id": str(browser.id), "news": news, "version": version},
            subject=("bookings", str(browser.booking_id)),
            unique_key=f"push:{browser.id}:{version}",
        )


async def send(res: Resources, subscription_id: UUID, news: News, version: str) -> str:
    """Send a version of the news to one browser, unless it was sent; return what came of it.

    Raise UpstreamError where the push service gives no answer that counts: the task tries again.
    """
    async with res.db.acquire() as conn:
        to = await store.by_id(conn, subscription_id)
        if to is None or await store.is_sent(conn, subscription_id, version):
            return "ended, or sent before"
    secret = vapid.secret_of(_secrets(res), to.vapid_key)
    reply = await _post(res, to, secret, news, version) if secret else None
    if reply is None or reply.status in (*_GONE, *_OTHER_KEY):
        async with res.db.transaction() as conn:
            await store.drop(conn, subscription_id)
        return "the browser does not listen any more"
    if reply.status >= 300:
        message = f"the push service answers {reply.status}"
        raise UpstreamDown(
            message,
            Fault.STATUS,
            code="push",
            status=reply.status,
            retry_after_seconds=reply.retry_after_seconds,
        )
    async with res.db.transaction() as conn:
        await store.mark_sent(conn, subscription_id, version)
    return f"{news} sent"


async def _post(res: Resources, to: Subscription, secret: str, news: News, version: str) -> Reply:
    shown = msgspec.json.encode(_notification(to, news, version))
    topic = _topic(version)
    headers = {
        "Authorization": vapid.authorization(secret, to.endpoint, _contact(res), clock.now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_KEEP_SECONDS),
        "Urgency": "high",
        "Topic": topic,  # what is still on its way is replaced: RFC 8030, 5.4
    }
    upstream = Upstream(
        res.http, "push", "", title="Push service", deadline_seconds=_DEADLINE_SECONDS
    )
    body = encryption.encrypt(shown, to.browser_key, to.auth)
    return await upstream.call(
        "POST", to.endpoint, body=body, headers=headers, max_bytes=_ANSWER_BYTES
    )


def _notification(to: Subscription, news: News, version: str) -> Notification:
    with i18n.using(to.language):
        return Notification(
            title=_title(news),
            body=_("Open your booking to see what is known and what you may do."),
            tag=_topic(version),
            to=str(to.id),
            lang=to.language,
            dir=i18n.direction(to.language),
        )


def _title(news: News) -> str:
    return {
        News.LATE: _("Your ferry is late"),
        News.RETIMED: _("Your ferry leaves at another time"),
        News.CANCELLED: _("Your ferry does not sail"),
        News.NO_PLACE: _("Your booking needs an answer from you"),
        News.OTHER_SHIP: _("Another ship sails: you keep your places"),
        News.IN_PORT: _("Your ferry has not left yet"),
    }[news]


def _topic(version: str) -> str:
    """Return 32 characters that name the news and say nothing of it (RFC 8030, 5.4)."""
    return encryption.base64url(hashlib.sha256(version.encode()).digest())[:32]


def _subscription(res: Resources, booking: Booking, asked: SubscriptionRequest) -> Subscription:
    words = _("This browser cannot be told anything by us.")
    refused = Invalid(words, {"endpoint": words}, code="push")
    if not is_push_service(asked.endpoint, res.settings.sandbox.url):
        raise refused
    try:
        browser_key = encryption.octets_of(asked.keys.p256dh)
        auth = encryption.octets_of(asked.keys.auth)
        encryption.encrypt(b"", browser_key, auth)
    except ValueError:
        raise refused from None
    if len(auth) != 16:
        raise refused
    return Subscription(
        id=uuid7(),
        booking_id=booking.id,
        endpoint=asked.endpoint,
        browser_key=browser_key,
        auth=auth,
        language=i18n.current(),
        vapid_key=key_for_browsers(res),
        created_at=clock.now(),
    )


def _secrets(res: Resources) -> tuple[str, ...]:
    return (res.settings.secrets.key, *res.settings.secrets.previous_keys)


def _contact(res: Resources) -> str:
    """Return whom a push service writes to when something is wrong (RFC 8292, 2.1)."""
    url = res.settings.public_url
    return url if url.startswith("https:") else f"mailto:{parseaddr(res.settings.smtp.sender)[1]}"


async def tidy_up(conn: Conn) -> int:
    """Forget browsers whose journey is over, or whose booking was erased; return how many."""
    return await store.drop_ended(conn)
