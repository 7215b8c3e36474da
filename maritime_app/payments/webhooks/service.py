"""An event in: verified over the raw bytes, written down with its job in one commit, answered.

Events that arrive while a commit is under way share the next one. The event is only a trigger: what
it
claims is asked from Stripe again before anything changes (payments.service).
"""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ids import uuid7
from maritime_app.infra.committed_jobs import CommittedJob
from maritime_app.infra.metrics import tally
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.payments import store
from maritime_app.payments.model import Event
from maritime_app.resources import Part, Resources

# https://docs.stripe.com/webhooks#verify-manually: five minutes, into the past only.
_TOLERANCE_SECONDS = 300
_MOST_PER_COMMIT = 64


class Inbox:
    """Takes events in for this process."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._secrets = [secret.encode() for secret in res.settings.stripe.webhook_secrets]
        self._write: MicroBatcher[tuple[Event, bytes], bool] = MicroBatcher(
            self._record, max_batch=_MOST_PER_COMMIT, max_in_flight=2
        )

    async def take(self, body: bytes, signature: str) -> bool:
        """Verify, write down, and say whether the event is new.

        Raises Invalid for anything not from Stripe.
        """
        verify(body, signature, self._secrets)
        try:
            event = msgspec.json.decode(body, type=Event)
        except msgspec.MsgspecError as error:
            raise Invalid("The event cannot be read.", code="signature") from error
        fresh = await self._write((event, body))
        tally["stripe_events_fresh" if fresh else "stripe_events_repeated"] += 1
        return fresh

    async def _record(self, batch: Sequence[tuple[Event, bytes]]) -> list[bool | Exception]:
        jobs = [uuid7() for _ in batch]
        ids = [event.id for event, _ in batch]
        async with self._res.db.acquire() as conn:
            fresh = set(
                await store.record_events(
                    conn,
                    ids,
                    [event.type for event, _ in batch],
                    [body.decode() for _, body in batch],
                    jobs,
                )
            )
        self._hand_over([job for job in jobs if job in fresh])
        return [job in fresh for job in jobs]

    def _hand_over(self, jobs: Sequence[UUID]) -> None:
        for job in jobs:
            self._res.db.committed.put(CommittedJob("payments", job))


INBOX = Part("payments.inbox", Inbox)


def of(res: Resources) -> Inbox:
    """The inbox of this process."""
    return res[INBOX]


def verify(body: bytes, signature: str, secrets: Sequence[bytes], now: float | None = None) -> None:
    """Check `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=...]`: HMAC-SHA256 of "<t>.<body>" under
    any of our secrets.

    Any v1 may match (two while a secret is rolled). Raises Invalid.
    """
    timestamp, candidates = "", []
    for part in signature.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            timestamp = value
        elif name == "v1":
            candidates.append(value)
    if not timestamp.isdecimal() or len(timestamp) > 12 or not candidates:
        raise Invalid("The signature is missing or malformed.", code="signature")
    if (now or clock.now().timestamp()) - int(timestamp) > _TOLERANCE_SECONDS:
        raise Invalid("The signature is too old.", code="signature")
    signed = timestamp.encode() + b"." + body
    for secret in secrets:
        expected = hmac.digest(secret, signed, hashlib.sha256).hex()
        if any(hmac.compare_digest(expected, candidate) for candidate in candidates):
            return
    raise Invalid("The signature does not match.", code="signature")
