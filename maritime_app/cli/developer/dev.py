"""`make dev`: the service restarts when code or settings change; its servers keep running.

A changed template is shown at the next look at its page, without a restart.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import uvloop

from maritime_app.cli.processes import servers
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import SettingsError
from maritime_app.settings.model import Settings

ROOT = Path(__file__).resolve().parents[3]
SERVICE = [sys.executable, str(ROOT / "run.py")]
TEMPLATES = ROOT / "templates"
WATCHED = [ROOT / name for name in ("maritime_app", "sql", "static", "run.py", "settings.toml")]
RELEVANT = {".py", ".sql", ".toml", ".po", ".css", ".js", ".svg", ".html", ".txt"}
_SETTLED_MS = 200  # an editor that saves many files causes one restart
_STOP_WITHIN_SECONDS = 10.0


async def develop(settings: Settings, arguments: list[str]) -> None:
    """Run `run.py ARGUMENTS` until this is ended, anew after each change of code or settings."""
    async with servers.with_servers(servers.with_secret(settings), join=False) as served:
        environ = child_environment(served)
        child = await _begin(arguments, environ)
        try:
            async for changed in changes():
                names = ", ".join(sorted({path.name for path in changed})[:3])
                if all(path.is_relative_to(TEMPLATES) for path in changed):
                    await forget_pages(served.redis.url)
                    print(f"dev: {names}: shown from now on", flush=True)
                    continue
                print(f"dev: {names}: restarting", flush=True)
                await _end(child)
                child = await _begin(arguments, environ)
        finally:
            await _end(child)


def child_environment(served: Settings) -> Mapping[str, str]:
    """The environment of the service: our servers, and templates that are read anew."""
    return os.environ | {
        "DATABASE_URL": served.database.url,
        "REDIS_URL": served.redis.url,
        "MARITIME_WEB_RELOAD_TEMPLATES": "true",
    }


async def changes() -> AsyncIterator[set[Path]]:
    """The files that were changed, whenever some were and none has been for a moment."""
    from watchfiles import awatch  # comes with the development tools only

    paths = [*WATCHED, TEMPLATES]
    async for found in awatch(*paths, debounce=_SETTLED_MS, recursive=True):
        changed = {Path(name) for _kind, name in found}
        relevant = {path for path in changed if path.suffix in RELEVANT and _ours(path)}
        if relevant:
            yield relevant


def _ours(path: Path) -> bool:
    return "node_modules" not in path.parts and "__pycache__" not in path.parts


async def forget_pages(redis_url: str) -> None:
    """Drop the pages that are kept as ready bytes, in Redis and in the running service.

    A process that loses its subscription to the cache's messages drops all its own copies, so the
    subscriptions are cut; they come back within a second.
    """
    redis = MultiplexedRedis(redis_url)
    cursor = b"0"
    while True:
        cursor, keys = await redis.command("SCAN", cursor, "MATCH", "page:*", "COUNT", 1_000)
        if keys:
            await redis.command("DEL", *keys)
        if cursor == b"0":
            break
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
    await redis.close()


async def _begin(arguments: list[str], environ: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start the service in a session of its own: Ctrl-C reaches us alone, and we end it."""
    command = [*dying_with_us(signal.SIGTERM), *SERVICE, *arguments]
    return await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environ, start_new_session=True
    )


async def _end(child: asyncio.subprocess.Process) -> None:
    """End the service cleanly; one that was ended by a mistake in the code is gone already."""
    if child.returncode is None:
        child.terminate()
        try:
            async with asyncio.timeout(_STOP_WITHIN_SECONDS):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()


async def _until_told_to_stop(settings: Settings, arguments: list[str]) -> None:
    work = asyncio.ensure_future(develop(settings, arguments))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, work.cancel)
    await asyncio.wait([work])
    if not work.cancelled():
        work.result()


def main() -> int:
    """Exit codes: 0 ended by a signal, 1 could not start."""
    try:
        uvloop.run(_until_told_to_stop(settings_file.load(), sys.argv[1:]))
    except (SettingsError, CannotStart) as error:
        print(f"dev: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
