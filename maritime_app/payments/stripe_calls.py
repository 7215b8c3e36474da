"""One call to Stripe, and what can come of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

import aiohttp
import msgspec

from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import log, tracing
from maritime_app.infra.telemetry.metrics import counter

T = TypeVar("T")
logger = log.get(__name__)
CALLS = counter("stripe_calls_total", "Calls to Stripe by outcome", ("call", "outcome"))
# What is met in an answer that has not the fields which it was asked for.
_OTHER_KIND = (
    AttributeError,
    LookupError,
    ArithmeticError,
    TypeError,
    ValueError,
    msgspec.ValidationError,
)


# Until when the calls of this task may take, by the loop's clock.
_GIVEN_UP_AT: ContextVar[float | None] = ContextVar("stripe_given_up_at", default=None)


@contextmanager
def waited_for(seconds: float) -> Iterator[None]:
    """Give the calls in here so long together: somebody waits, who may try again."""
    was = _GIVEN_UP_AT.set(asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        _GIVEN_UP_AT.reset(was)


class StripeGone(Exception):
    """Stripe knows no such object (or it is past the state in which that can be done)."""


class CardRefused(Exception):
    """The bank refused a charge of a saved card; `code` is Stripe's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def call(name: str, asked: Awaitable[Any], read: Callable[[Any], T]) -> T:
    """Return what `read` makes of the answer.

    Raise Unavailable where none came, or none of the kind that was asked for: what Stripe then did
    is not known.
    """
    import stripe

    outcome = "failed"
    try:
        with tracing.span(f"stripe {name}", "client"):
            async with asyncio.timeout_at(_GIVEN_UP_AT.get()):
                found = read(await asked)
    except stripe.CardError as error:
        CALLS.labels(name, "declined").inc()
        raise CardRefused(error.code or "card_declined") from error
    except stripe.InvalidRequestError as error:
        CALLS.labels(name, "refused").inc()
        raise StripeGone(error.user_message or str(error)) from error
    # The library lets through what happens within an answer (the line ends, nothing comes), and
    # what is JSON of some other kind.
    except (stripe.StripeError, aiohttp.ClientError, OSError, *_OTHER_KIND) as error:
        if isinstance(error, stripe.IdempotencyError) and error.http_status == 400:
            # A fault of ours that no waiting mends: a key that came with other content before.
            logger.error("stripe_key_reused", call=name, exc_info=error)
        if isinstance(error, _OTHER_KIND):
            outcome = "unreadable"
            logger.error("stripe_unreadable", call=name, exc_info=error)
        CALLS.labels(name, outcome).inc()
        raise Unavailable(
            "Our payment provider does not answer.", retry_after_seconds=10
        ) from error
    CALLS.labels(name, "ok").inc()
    return found


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list: what could be read of it, and of how many entries nothing could."""

    entries: list[T]
    unreadable: int = 0


async def pages(
    name: str,
    listed: Callable[[Any], Awaitable[Any]],
    params: dict[str, Any],
    read: Callable[[Any], T],
) -> AsyncIterator[Page[T]]:
    """Read a list to its end, a hundred at a time; an odd entry keeps no other from being read."""

    def read_page(page: Any) -> tuple[Page[T], str | None]:
        last = page.data[-1].id if page.has_more and page.data else None
        entries = list[T]()
        for one in page.data:
            try:
                entries.append(read(one))
            except _OTHER_KIND as error:
                logger.error("stripe_unreadable", call=name, entry=str(one.id), exc_info=error)
        return Page(entries, len(page.data) - len(entries)), last

    params, after = {**params, "limit": 100}, None
    while True:
        page, after = await call(name, listed(params), read_page)
        yield page
        if after is None:
            return
        params["starting_after"] = after


def each(read: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """Read all of a list that has one page."""
    return lambda found: [read(one) for one in found.data]
