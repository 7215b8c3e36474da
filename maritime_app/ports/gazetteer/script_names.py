"""The names of ports in other scripts, for the process's catalogue (names/port_names.py):
ours at the start, then what lists and timetables say, read again when that has changed.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import asyncpg
import msgspec

from maritime_app.errors import Refusal
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.names import port_names
from maritime_app.ports.gazetteer import places, store
from maritime_app.ports.gazetteer.model import PortName
from maritime_app.ports.model import PORTS_TAG
from maritime_app.resources import Part, Resources

logger = log.get(__name__)
_KEY: Final = "ports:script_names"
_KEPT_SECONDS: Final = 3_600
# How often this process looks whether another one has imported a list or a timetable: in its own
# copy of the cached answer, which such an import drops everywhere.
_EVERY_SECONDS: Final = 30.0
_names_decoder = msgspec.json.Decoder(dict[str, list[str]])


class _Catalogue:
    """The process's catalogue, filled from the cached answer where that is another one than last
    time: to read it anew takes a twelfth of what a page costs that asks for it.
    """

    def __init__(self) -> None:
        self._said = b""

    def begin(self) -> None:
        """Let our own names be all that is known."""
        self._said = b""
        port_names.replace({code: each.aliases for code, each in places.listings().items()})

    def add(self, said: bytes) -> None:
        """Let ports be called as the answer says, too."""
        if said != self._said:
            port_names.add(_names_decoder.decode(said))
            self._said = said


_catalogue: Final = _Catalogue()


class ScriptNames:
    """Follows the names of one database."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        _catalogue.begin()
        self._following = asyncio.create_task(self._follow(), name="ports.script_names")

    async def _follow(self) -> None:
        while True:
            try:
                await learn(self._res)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
                log.sparingly(logger, "port_names_not_read", error=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

    async def close(self) -> None:
        """End it; what is known stays."""
        await end(self._following)


async def learn(res: Resources) -> None:
    """Let this process know all names at once: a program that ends soon cannot wait for them."""
    _catalogue.add(await encoded_names(res))


async def encoded_names(res: Resources) -> bytes:
    """Return all names by their port's code as JSON, from the cache unless they have changed.

    Read from the primary: a standby may not have what has just dropped the cached answer.
    """

    async def fill() -> Filled:
        async with res.db.acquire() as conn:
            said = await store.foreign_names(conn, None)
        return Filled(msgspec.json.encode(with_ours(said)), [PORTS_TAG], _KEPT_SECONDS)

    return (await res.cache.get(_KEY, [PORTS_TAG], fill)).body


def with_ours(said: Iterable[PortName]) -> dict[str, list[str]]:
    """Return these names by their port's code, after those that we have of the same port."""
    found: dict[str, list[str]] = {}
    for each in said:
        ours = places.listings().get(each.code)
        found.setdefault(each.code, list(ours.aliases) if ours else []).append(each.name)
    return found


SCRIPT_NAMES = Part("ports.script_names", ScriptNames)
