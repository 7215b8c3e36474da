"""What added extras are called, for the process's catalogue (names/extra_names.py): read at
the start, and again when that has changed.
"""

import asyncio
from typing import Final

import asyncpg
import msgspec

from maritime_app.errors import Refusal
from maritime_app.ferries.extra_kinds import store
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.names import extra_names
from maritime_app.resources import Part, Resources

EXTRAS_TAG: Final = "extra_kinds"
logger = log.get(__name__)
_KEY: Final = "ferries:extra_names"
_KEPT_SECONDS: Final = 3_600
# How often this process looks whether another one has added an extra: in its own copy of the cached
# answer, which that drops everywhere. It is sold after a price list has it, and shown after that.
_EVERY_SECONDS: Final = 5.0
_decoder = msgspec.json.Decoder(dict[str, dict[str, str]])


class AddedNames:
    """Follows the names of one database."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        extra_names.replace({})
        self._following = asyncio.create_task(self._follow(), name="ferries.extra_names")

    async def _follow(self) -> None:
        known = b""
        while True:
            try:
                said = await _encoded(self._res)
                if said != known:
                    extra_names.replace(_decoder.decode(said))
                    known = said
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
                log.sparingly(logger, "extra_names_not_read", error=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

    async def close(self) -> None:
        """End it; what is known stays."""
        await end(self._following)


async def _encoded(res: Resources) -> bytes:
    """Return all names by code as JSON, from the cache unless they have changed.

    Read from the primary: a standby may not have what has just dropped the cached answer.
    """

    async def fill() -> Filled:
        async with res.db.acquire() as conn:
            said = await store.names(conn)
        named = {one.code: one.names for one in said}
        return Filled(msgspec.json.encode(named), [EXTRAS_TAG], _KEPT_SECONDS)

    return (await res.cache.get(_KEY, [EXTRAS_TAG], fill)).body


ADDED_NAMES = Part("ferries.extra_names", AddedNames)
