"""An event in: verified over the raw bytes, written down with its job in one commit, answered.

Events that arrive while a commit is under way share the next one. The event is only a trigger: what
it claims is asked from Stripe again before anything changes (payments.service).
"""

import hashlib
import hmac
from collections.abc import Sequence
from itertools import compress
from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ids import uuid7
from maritime_app.infra.db.committed_jobs import CommittedJob
from maritime_app.infra.micro_batcher import MicroBatcher
from maritime_app.infra.telemetry import log, request_id, tracing
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.payments import store
from maritime_app.payments.model import Delivery, Event, EventContent
from maritime_app.resources import Part, Resources

# https://docs.stripe.com/webhooks#verify-manually: five minutes, into the past only.
_TOLERANCE_SECONDS = 300
_MOST_PER_COMMIT = 64
# What PostgreSQL says of one body, not of the moment: jsonb takes neither \\u0000 nor half a
# surrogate, nor numbers or depths beyond its bounds (PostgreSQL, "JSON Types").
_REFUSED = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
logger = log.get(__name__)


class Inbox:
    """Takes events in for this process."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._secrets = [secret.encode() for secret in res.settings.stripe.webhook_secrets]
        self._repeats = False  # whether the last batch had events that were known
        self._write: MicroBatcher[Delivery, bool] = MicroBatcher(
            self._record, max_batch=_MOST_PER_COMMIT, max_in_flight=2
        )

    async def take(self, body: bytes, signature: str) -> bool:
        """Verify, write down, and say whether the event is new.

        Raises Invalid for anything not from Stripe.
        """
        verify(body, signature, self._secrets)
        try:
            event, text = msgspec.json.decode(body, type=Event), body.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid("The event cannot be read.", code="signature") from error
        request = request_id.current() or None
        fresh = await self._write(Delivery(event, text, request, tracing.traceparent()))
        tally["stripe_events_fresh" if fresh else "stripe_events_repeated"] += 1
        return fresh

    async def _record(self, batch: Sequence[Delivery]) -> list[bool | Exception]:
        """Write a batch down; where one cannot be, each alone, so that none fails for another."""
        try:
            return list(await self._write_down(batch))
        except _REFUSED:
            if len(batch) > 1:
                return [(await self._record([one]))[0] for one in batch]
        event = batch[0].event
        logger.warning("stripe_event_reduced", event_id=event.id, type=event.type)
        try:
            return list(await self._write_down([replace(batch[0], text=_reduced(batch[0].text))]))
        except _REFUSED as error:
            return [
                Invalid(f"The event cannot be stored: {type(error).__name__}.", code="signature")
            ]

    async def _write_down(self, batch: Sequence[Delivery]) -> Sequence[bool]:
        jobs = [uuid7() for _ in batch]
        fresh = await self._fresh(batch, jobs)
        is_fresh = [job in fresh for job in jobs]
        for job in compress(jobs, is_fresh):
            self._res.db.committed.put(CommittedJob("payments", job))
        return is_fresh

    async def _fresh(self, batch: Sequence[Delivery], jobs: Sequence[UUID]) -> set[UUID]:
        """Write a batch down and return the jobs of what is new.

        To ask of each key whether it is there costs a tenth of all that PostgreSQL does, and nearly
        every event is new: it is asked only once one was not, until a batch has none again.
        """
        async with self._res.db.acquire() as conn:
            if not self._repeats:
                try:
                    await store.add_events(conn, batch, jobs)
                    return set(jobs)
                except asyncpg.UniqueViolationError:
                    self._repeats = True
            fresh = set(await store.record_events(conn, batch, jobs))
        self._repeats = len(fresh) < len(jobs)
        return fresh


INBOX = Part("payments.inbox", Inbox)


def of(res: Resources) -> Inbox:
    """The inbox of this process."""
    return res[INBOX]


def _reduced(text: str) -> str:
    """Return what is read of an event when it is worked through, and nothing else."""
    try:
        content = msgspec.json.decode(text, type=EventContent)
    except (msgspec.MsgspecError, RecursionError):
        content = EventContent(msgspec.json.decode(text, type=Event).type)
    return msgspec.json.encode(content).decode()


def verify(body: bytes, signature: str, secrets: Sequence[bytes], now: float | None = None) -> None:
    """Check `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=...]`: HMAC-SHA256 of "<t>.<body>" under
    any of our secrets.

    Any v1 may match (two while a secret is rolled). Raises Invalid.
    """
    timestamp = ""
    candidates: list[str] = []
    for part in signature.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            timestamp = value
        elif name == "v1" and value.isascii():  # compare_digest takes no other texts
            candidates.append(value)
    if not (timestamp.isascii() and timestamp.isdecimal()) or len(timestamp) > 12 or not candidates:
        raise Invalid("The signature is missing or malformed.", code="signature")
    if (now or clock.epoch_ms() / 1000) - int(timestamp) > _TOLERANCE_SECONDS:
        raise Invalid("The signature is too old.", code="signature")
    signed = timestamp.encode() + b"." + body
    for secret in secrets:
        expected = hmac.digest(secret, signed, hashlib.sha256).hex()
        if any(hmac.compare_digest(expected, candidate) for candidate in candidates):
            return
    raise Invalid("The signature does not match.", code="signature")
