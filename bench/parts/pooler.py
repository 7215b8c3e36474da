"""The same work over PgBouncer in transaction mode and without it, where PgBouncer is installed
(`PGBOUNCER` names it otherwise).

Direct, `plain` and, where the pooler carries named statements (1.21 and newer), `prepared`.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.parts.hold import roomy_sailings
from bench.report import Report
from bench.rounds import Load, Side, figures, play
from bench.stage import Stage
from maritime_app.infra.embedded.free_port import free_port

_CARRIES_STATEMENTS = (1, 21)
_WANTED = 0.80
_OPEN_WITHIN_SECONDS = 20.0
_INI = """
[databases]
{name} = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 40
max_client_conn = 400
ignore_startup_parameters = extra_float_digits
user = nobody
{statements}
"""


async def measure(stage: Stage) -> Report:
    """Bookings on 1,000 sailings and signed events, each side in every round."""
    report = Report(
        "pooler", "bookings and webhooks over PgBouncer in transaction mode, 32 callers"
    )
    command = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer") or ""
    version = await _version(command) if command else None
    if version is None:
        report.skipped.append("PgBouncer is not installed")
        return report
    ways = ["plain", *(["prepared"] if version >= _CARRIES_STATEMENTS else [])]
    sailings = await roomy_sailings(stage)
    loads = {
        "bookings": Load("bookings", {"sailings": sailings}, status="201"),
        "webhooks": Load("webhooks", {"path": "/api/v1/webhooks/stripe"}),
    }
    async with AsyncExitStack() as stack:
        processes = {"direct": await stack.enter_async_context(stage.ours())}
        for way in ways:
            url = await stack.enter_async_context(_pooler(stage, command, way))
            settings = {"DATABASE_URL": url, "MARITIME_DATABASE_POOLER": way}
            processes[way] = await stack.enter_async_context(stage.ours(**settings))
        for what, load in loads.items():
            sides = [Side(f"{what}, {way}", process, load) for way, process in processes.items()]
            await play(sides)
            figures(report, sides)
            for side in sides[1:]:
                wanted = _WANTED if "prepared" in side.name else None
                report.ratio(f"{side.name} / direct", side.per_second, sides[0].per_second, wanted)
    report.notes.append(f"PgBouncer {'.'.join(map(str, version))}, PostgreSQL and load on one core")
    return report


async def _version(command: str) -> tuple[int, ...] | None:
    """Return its version; None where it cannot be run."""
    try:
        process = await asyncio.create_subprocess_exec(
            command, "--version", stdout=asyncio.subprocess.PIPE
        )
    except OSError:
        return None
    out, _ = await process.communicate()
    found = re.search(rb"PgBouncer (\d+)\.(\d+)", out)
    return tuple(map(int, found.groups())) if found else None


@asynccontextmanager
async def _pooler(stage: Stage, command: str, way: str) -> AsyncIterator[str]:
    """Yield the address through a pooler of its own."""
    server, listen = urlsplit(stage.database_url), free_port()
    folder = stage.folder / f"pgbouncer-{way}"
    folder.mkdir(mode=0o755)
    file = folder / "pgbouncer.ini"
    file.write_text(
        _INI.format(
            name=server.path.strip("/"), host=server.hostname, port=server.port,
            user=server.username, password=server.password, listen=listen,
            statements="max_prepared_statements = 1000" if way == "prepared" else "",
        )
    )  # fmt: skip
    with (folder / "log").open("wb") as out:
        process = await asyncio.create_subprocess_exec(command, str(file), stdout=out, stderr=out)
    try:
        await _until_open(listen, folder / "log")
        yield f"postgresql://{server.username}@127.0.0.1:{listen}{server.path}"
    finally:
        process.terminate()
        await process.wait()


async def _until_open(port: int, log: Path) -> None:
    """Raise RuntimeError when nobody listens there in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _OPEN_WITHIN_SECONDS
    while loop.time() < end:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError(f"PgBouncer does not answer: {log.read_text()[-300:]}")
