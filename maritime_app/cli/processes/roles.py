"""One role alone; bring the schema up to date."""

from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import announce
from maritime_app.cli.processes import servers, start
from maritime_app.cli.processes.sandbox_settings import beside_sandbox
from maritime_app.settings.model import Settings


async def web(*, settings: GivenSettings) -> int:
    """Start the web role alone: pages, JSON, live map."""
    return await _run_role("web", settings)


async def worker(*, settings: GivenSettings) -> int:
    """Start the worker role alone: tasks, sweeper, crons."""
    return await _run_role("worker", settings)


async def stream(*, settings: GivenSettings) -> int:
    """Start the stream role alone: the ship feed."""
    return await _run_role("stream", settings)


async def migrate(*, accept_changes: bool = False, settings: GivenSettings) -> int:
    """Bring the schema up to date.

    Parameters
    ----------
    accept_changes
        Keep what was changed in the schema by hand, and compare with it from now on.
    """
    async with servers.with_servers(servers.with_secret(settings), join=True) as served:
        await servers.with_schema(served, apply=True, accept_changes=accept_changes)
    announce("The schema is up to date.")
    return 0


async def _run_role(role: str, settings: Settings) -> int:
    """Several processes share the servers that DATABASE_URL and REDIS_URL name."""
    async with servers.with_servers(servers.with_secret(settings), join=True) as served:
        await servers.with_schema(served, apply=False)
        async with start.running(beside_sandbox(served), [role]) as (res, address):
            announce(f"{role} is running" + (f" on {address}" if address else ""))
            seconds = settings.web.drain_seconds if role == "web" else 0.0
            await start.serve(res, drain_seconds=seconds)
    return 0
