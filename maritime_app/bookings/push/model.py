"""A browser that asked to hear when its ship is late."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

_Base64 = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+={0,2}(?![\s\S])", max_length=120)]


class SubscriptionKeys(msgspec.Struct, frozen=True):
    """The browser's public key (P-256, uncompressed) and its secret of 16 bytes, as base64url."""

    p256dh: _Base64
    auth: _Base64


class SubscriptionRequest(msgspec.Struct, frozen=True):
    """A PushSubscription as the browser writes it (https://www.w3.org/TR/push-api/)."""

    endpoint: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    keys: SubscriptionKeys


class Subscription(msgspec.Struct, frozen=True):
    """Where and how a browser is reached, in which language, to which key of ours it listens."""

    id: UUID
    booking_id: UUID
    endpoint: str
    browser_key: bytes
    auth: bytes
    language: str
    vapid_key: str
    created_at: datetime


class Listener(msgspec.Struct, frozen=True):
    """A browser, and which booking it wants to hear of."""

    id: UUID
    booking_id: UUID


class Notification(msgspec.Struct, frozen=True):
    """What the browser shows; `tag` is the version of the news: a repeated one replaces itself.

    `to` is the name under which the browser knows which booking it asked for.
    """

    title: str
    body: str
    tag: str
    to: str
    lang: str
    dir: str
