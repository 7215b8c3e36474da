"""Open resources for a command that ends by itself."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from maritime_app.cli.processes import servers, start
from maritime_app.cli.processes.sandbox_settings import beside_sandbox
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings


@asynccontextmanager
async def opened(
    settings: Settings, *, migrate: bool, roles: Sequence[str] = ()
) -> AsyncIterator[Resources]:
    """Open resources on the servers of a running copy, else on servers of our own.

    With `migrate` the schema is brought up to date first, else an old one is refused.
    """
    async with servers.with_servers(servers.with_secret(settings), join=True) as served:
        await servers.with_schema(served, apply=migrate)
        async with start.running(beside_sandbox(served), roles) as (res, _address):
            yield res
