"""A source of outside data, a copy of what it published, and the answer that there is none yet."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

MAX_COPY_BYTES: Final = 4 * 1024**2


class Source(msgspec.Struct, frozen=True):
    """One outside service, and how fresh its data has to be.

    `task` refreshes one key; it is a registered Task that takes the payload {key_name: key}.
    A copy older than `max_age` is refreshed while it is served. `min_pause` is the shortest time
    between two refresh jobs of one key: it protects a service that has nothing new, or is down.
    """

    name: str
    title: str
    task: str
    max_age: timedelta
    min_pause: timedelta = timedelta(minutes=5)
    wait_seconds: float = 1.0
    cache_seconds: int = 60
    key_name: str = "key"


class Copy(msgspec.Struct, frozen=True):
    """What a source published under one key: the last good answer.

    `period` is what it is about in the source's own words, `version` the source's number for it.
    """

    body: bytes
    retrieved_at: datetime
    period: str = ""
    version: str = ""

    def age(self, now: datetime) -> timedelta:
        """Return how long ago it was retrieved."""
        return max(timedelta(0), now - self.retrieved_at)


class KeyedCopy(msgspec.Struct, frozen=True):
    """A copy and the key that it is of."""

    key: str
    copy: Copy


class Reading(msgspec.Struct, frozen=True):
    """A copy as it is shown: `stale` when it is older than the source allows."""

    source: Source
    copy: Copy
    age: timedelta
    stale: bool


class Pending(msgspec.Struct, frozen=True):
    """There is no copy yet; a job is on its way. To be answered with 202 and Retry-After."""

    source: Source
    retry_after_seconds: int


class Pulled(msgspec.Struct, frozen=True):
    """What a pull brought, already validated by whoever pulled it."""

    body: bytes
    period: str = ""
    version: str = ""


Pull = Callable[[str], Awaitable[Pulled]]
