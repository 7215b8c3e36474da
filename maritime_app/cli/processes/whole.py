"""Everything in one process: the servers are started while the program is loaded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from maritime_app.cli.processes import servers
from maritime_app.cli.processes.loading import ROLES, importing, load, short_turns
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.settings.file import replace
from maritime_app.settings.model import Settings

_MODULES = ("maritime_app.cli.processes.every_role", "maritime_app.sandbox.app")


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
        from maritime_app.cli.processes.every_role import every_role

        return await every_role(served)


@asynccontextmanager
async def _loading() -> AsyncIterator[asyncio.Future[None]]:
    """Load the program in a thread; yield what ends with that, and wait for it when left.

    A PostgreSQL that starts, and applies a hundred migrations, works on another processor.
    """
    loaded = asyncio.ensure_future(asyncio.to_thread(_load))
    try:
        yield loaded
    finally:
        if not loaded.done():
            await asyncio.wait([loaded])


def _load() -> None:
    with short_turns(), importing():
        for module in _MODULES:
            import_module(module)
        load(ROLES)
