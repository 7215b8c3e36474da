"""Everything in one process: the servers are started while the program is loaded."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from maritime_app.cli.processes import servers
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.settings import Settings, replace

_PROGRAM = ("maritime_app.cli.processes.roles", "maritime_app.jobs.workers")
# Python lets a thread that loads modules go on for 5 ms before another one has its turn; who waits
# for an answer of PostgreSQL would wait that long after each.
_TURN_SECONDS = 0.0005


async def everything(settings: Settings) -> int:
    """Start every role, on servers of our own and beside the sandbox for whatever has no address
    or key.
    """
    port = free_port(settings.web.host, settings.web.port)
    if settings.web.port not in (0, port):
        raise CannotStart(
            f"{settings.web.host}:{settings.web.port} is in use; set PORT to another one"
        )
    settings = replace(servers.with_secret(settings), web={"port": port})
    async with _loading() as loaded, servers.with_servers(settings, join=False) as served:
        await servers.with_schema(served, apply=True)
        await loaded
        from maritime_app.cli.processes import roles

        return await roles.every_role(served)


@asynccontextmanager
async def _loading() -> AsyncIterator[asyncio.Future[None]]:
    """Load the program in a thread, and look for no garbage meanwhile; yield what ends with that.

    A PostgreSQL that starts, and applies a hundred migrations, works on another processor.
    """
    gc.disable()
    turn_seconds = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    loaded = asyncio.ensure_future(asyncio.to_thread(_load))

    def go_on(_: asyncio.Future[None]) -> None:
        sys.setswitchinterval(turn_seconds)
        gc.freeze()
        gc.enable()

    loaded.add_done_callback(go_on)
    try:
        yield loaded
    finally:
        if not loaded.done():
            await asyncio.wait([loaded])


def _load() -> None:
    for module in _PROGRAM:
        import_module(module)
