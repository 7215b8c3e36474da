"""Both embedded servers under one lock, so that no two copies use one VAR_DIR; their addresses."""

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncIterator, Awaitable, Iterable
from pathlib import Path

from msgspec import Struct

from maritime_app.infra.embedded.postgres import Postgres
from maritime_app.infra.embedded.process import CannotStart, Server
from maritime_app.infra.embedded.valkey import Valkey

_LOCK_WITHIN_SECONDS = 5.0  # the copy before us may be ending


class Addresses(Struct, frozen=True):
    """Where the servers answer; empty for what was not wanted, None for what another copy runs."""

    database_url: str = ""
    redis_url: str = ""
    postgres: Postgres | None = None
    valkey: Valkey | None = None


@contextlib.asynccontextmanager
async def embedded_servers(
    var_dir: Path,
    *,
    want_postgres: bool,
    want_redis: bool,
    durable: bool = True,
    join: bool = False,
    postgres_port: int = 0,
    redis_port: int = 0,
) -> AsyncIterator[Addresses]:
    """Run the wanted servers with their data in `var_dir` until the block ends or this process is
    killed.

    Call it from the main thread: Linux ties the children to the thread that started them.
    `durable=False` trades safety against power cuts for speed (tests). With `join`, a copy that
    already runs on `var_dir` lends its servers (one-shot commands beside a running service);
    without, CannotStart names it. Port 0 is any free one.
    """
    if not (want_postgres or want_redis):
        yield Addresses()
        return
    var_dir = var_dir.resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    note = var_dir / "embedded.json"
    with contextlib.ExitStack() as held:
        if join and (lent := _addresses_of_running_copy(var_dir, note)):
            yield lent
            return
        await _take_lock(held, var_dir)
        postgres = Postgres(var_dir, postgres_port, durable=durable) if want_postgres else None
        valkey = Valkey(var_dir, redis_port, durable=durable) if want_redis else None
        servers: list[Server] = [server for server in (postgres, valkey) if server is not None]
        try:
            await _all(server.start() for server in servers)
            addresses = Addresses(
                postgres.url if postgres else "", valkey.url if valkey else "", postgres, valkey
            )
            _write_note(note, addresses)
            yield addresses
        finally:
            note.unlink(missing_ok=True)
            await _all(server.stop() for server in servers)


async def _all(steps: Iterable[Awaitable[None]]) -> None:
    results = await asyncio.gather(*steps, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _take_lock(held: contextlib.ExitStack, var_dir: Path) -> None:
    waited_seconds = 0.0
    while not _locked(file := _open_lock(held, var_dir)):
        if waited_seconds >= _LOCK_WITHIN_SECONDS:
            owner = (var_dir / "embedded.lock").read_text().strip() or "unknown"
            raise CannotStart(
                f"another copy (process {owner}) runs on {var_dir}: stop it, or set another VAR_DIR"
            )
        held.close()
        await asyncio.sleep(0.1)
        waited_seconds += 0.1
    os.truncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())


def _open_lock(held: contextlib.ExitStack, var_dir: Path) -> int:
    """Open the lock file. Python opens files so that children do not inherit them: the lock ends
    with this process.
    """
    file = os.open(var_dir / "embedded.lock", os.O_RDWR | os.O_CREAT, 0o600)
    held.callback(os.close, file)
    return file


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _addresses_of_running_copy(var_dir: Path, note: Path) -> Addresses | None:
    with contextlib.ExitStack() as looking:
        if _locked(_open_lock(looking, var_dir)) or not note.exists():
            return None
        return Addresses(**json.loads(note.read_text()))


def _write_note(note: Path, addresses: Addresses) -> None:
    note.unlink(missing_ok=True)
    with os.fdopen(os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump({"database_url": addresses.database_url, "redis_url": addresses.redis_url}, file)
