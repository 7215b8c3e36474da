"""A bucket of tokens, and what came of taking from it."""

import math

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """The bucket of one caller for one purpose: how many tokens it has, how many come back a
    second.
    """

    name: str
    whose: str
    capacity: int
    per_second: float

    @property
    def key(self) -> str:
        """Return its key in Redis."""
        return f"web:limit:{self.name}:{self.whose}"

    @property
    def window_seconds(self) -> int:
        """Return how long an empty bucket needs to be full again."""
        return math.ceil(self.capacity / self.per_second)


class Taken(msgspec.Struct, frozen=True):
    """What is left in a bucket. `wait_seconds` is 0.0 where the tokens were there."""

    limit: Limit
    wait_seconds: float
    tokens: float
