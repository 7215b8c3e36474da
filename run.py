"""Start it: everything in one process, or one role of it; and the one-shot commands."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from maritime_app import settings as settings_file
from maritime_app.cli import imports, start
from maritime_app.errors import Refusal
from maritime_app.infra import log
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.migrate import MigrationError
from maritime_app.sandbox.ais.server import serve_ais
from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.model import (
    DEFAULT_OPERATOR_KEY,
    DEFAULT_UNCTAD_ID,
    DEFAULT_UNCTAD_SECRET,
    DEFAULT_WEBHOOK_SECRET,
    SandboxAddresses,
    SandboxConfig,
)
from maritime_app.settings import RemoteOperator, Settings, SettingsError

ROLES = ("web", "worker", "stream")
WEBHOOK_PATH = "/api/v1/webhooks/stripe"
REMOTE_OPERATORS = {"NDL": "Nordlicht Line", "THA": "Thalassa Ferries"}
Command = Callable[[Settings, argparse.Namespace], Awaitable[int]]


async def run_all(settings: Settings, _args: argparse.Namespace) -> int:
    """All roles in one process, with embedded servers and sandbox for whatever has no address or
    key.
    """
    port = start.free_port(settings.web.host, settings.web.port)
    if settings.web.port not in (0, port):
        raise CannotStart(
            f"{settings.web.host}:{settings.web.port} is in use; set PORT to another one"
        )
    settings = start.replace(start.with_secret(settings), web={"port": port})
    async with start.with_servers(settings, join=False) as served, with_sandbox(served) as told:
        await start.with_schema(told, apply=True)
        async with start.running(told, ROLES) as (res, address):
            password = await start.first_data(res)
            say_where(told, address, password)
            await forever()
    return 0


async def run_role(settings: Settings, args: argparse.Namespace) -> int:
    """One role; several processes share the servers that DATABASE_URL and REDIS_URL name."""
    async with start.with_servers(start.with_secret(settings), join=True) as served:
        await start.with_schema(served, apply=False)
        async with start.running(beside_sandbox(served), [args.command]) as (_, address):
            print(f"{args.command} is running" + (f" on {address}" if address else ""), flush=True)
            await forever()
    return 0


async def run_migrate(settings: Settings, _args: argparse.Namespace) -> int:
    """Bring the schema up to date."""
    async with start.with_servers(start.with_secret(settings), join=True) as served:
        await start.with_schema(served, apply=True)
    print("The schema is up to date.")
    return 0


async def run_command(settings: Settings, args: argparse.Namespace) -> int:
    """A one-shot command over open resources: staff and tokens, import a file, check the tasks."""
    roles = ["worker"] if args.command == "check-tasks" else []
    async with start.with_servers(start.with_secret(settings), join=True) as served:
        await start.with_schema(served, apply=args.command not in ("staff", "token"))
        async with start.running(beside_sandbox(served), roles) as (res, _):
            done: int = await args.work(res, args)
            return done


async def run_sandbox(settings: Settings, _args: argparse.Namespace) -> int:
    """The outside world alone, on the ports of [sandbox] in settings.toml."""
    async with serving_sandbox(sandbox_config(start.with_secret(settings))) as at:
        print(
            f"sandbox on {at.url}, ship feed on {at.ais_url}, mail on port {at.smtp_port}",
            flush=True,
        )
        await forever()
    return 0


async def run_ship_feed(settings: Settings, args: argparse.Namespace) -> int:
    """A ship feed alone: a recorded file (or the demo ships) in AISStream's wire format."""
    _existing(args.replay)
    host, port = (
        settings.sandbox.host,
        start.free_port(settings.sandbox.host, settings.sandbox.port),
    )
    print(
        f"ship feed on ws://{host}:{port}/ais/v0/stream; point a copy of the service there with",
        flush=True,
    )
    print(
        f"AISSTREAM_URL=ws://{host}:{port}/ais/v0/stream AISSTREAM_API_KEY=sandbox python run.py",
        flush=True,
    )
    await serve_ais(host, port, args.replay, args.speed, loop=args.loop, shift=not args.keep_times)
    return 0


def _existing(file: Path | None) -> Path | None:
    if file is not None and not file.is_file():
        raise CannotStart(f"there is no file {file}")
    return file


def sandbox_config(settings: Settings) -> SandboxConfig:
    """The sandbox as these settings want it."""
    return SandboxConfig(
        host=settings.sandbox.host,
        port=settings.sandbox.port,
        smtp_port=settings.sandbox.smtp_port,
        webhook_url=settings.public_url + WEBHOOK_PATH,
        var_dir=Path(settings.paths.var_dir) / "sandbox",
        seed=settings.sandbox.seed,
        ais_replay=_existing(Path(settings.sandbox.ais_replay))
        if settings.sandbox.ais_replay
        else None,
        ais_speed=settings.sandbox.ais_speed,
    )


@asynccontextmanager
async def with_sandbox(settings: Settings) -> AsyncIterator[Settings]:
    """Play whatever has no key or address, and point the settings there."""
    if not missing_services(settings):
        yield settings
        return
    if settings.sandbox.url:
        yield beside_sandbox(settings)
        return
    host = settings.sandbox.host
    ports = {"port": start.free_port(host, settings.sandbox.port)}
    ports["smtp_port"] = start.free_port(host, settings.sandbox.smtp_port)
    note = Path(settings.paths.var_dir) / "sandbox.json"
    async with serving_sandbox(sandbox_config(start.replace(settings, sandbox=ports))) as addresses:
        note.write_bytes(msgspec.json.encode(addresses))
        try:
            yield use_sandbox(settings, addresses)
        finally:
            note.unlink(missing_ok=True)


def beside_sandbox(settings: Settings) -> Settings:
    """Settings that find a sandbox which runs elsewhere:

    SANDBOX_URL, or the running copy on this var_dir.
    """
    note = Path(settings.paths.var_dir) / "sandbox.json"
    if not missing_services(settings):
        return settings
    if settings.sandbox.url:
        host, _, port = settings.sandbox.url.rpartition("//")[2].rstrip("/").partition(":")
        return use_sandbox(
            settings, SandboxAddresses(host, int(port or 80), settings.sandbox.smtp_port)
        )
    if note.exists():
        return use_sandbox(settings, msgspec.json.decode(note.read_bytes(), type=SandboxAddresses))
    return settings


def missing_services(settings: Settings) -> list[str]:
    """The outside services that have neither key nor address."""
    given = {
        "stripe": settings.stripe.secret_key,
        "aisstream": settings.aisstream.api_key,
        "unctad": settings.unctad.base_url or settings.unctad.keyed,
        "smtp": settings.smtp.host,
        "operators": settings.operators or not settings.demo.enabled,
    }
    return [name for name, value in given.items() if not value]


def use_sandbox(settings: Settings, at: SandboxAddresses) -> Settings:
    """Settings in which the sandbox plays what is missing."""
    missing = missing_services(settings)
    stripe = {
        "api_base": at.stripe_url,
        "secret_key": "sk_test_sandbox",
        "webhook_secrets": (DEFAULT_WEBHOOK_SECRET,),
    }
    places = {
        "stripe": stripe,
        "aisstream": {"url": at.ais_url, "api_key": "sandbox"},
        "unctad": {
            "base_url": at.unctad_url,
            "query_url": at.unctad_query_url,
            "client_id": DEFAULT_UNCTAD_ID,
            "client_secret": DEFAULT_UNCTAD_SECRET,
            "pause_seconds": 0.1,  # our own house: nobody there is hurried
        },
        "smtp": {"host": at.host, "port": at.smtp_port},
    }
    given: dict[str, Any] = {name: places[name] for name in missing if name in places}
    settings = start.replace(settings, **given)
    if "operators" in missing:
        remote = tuple(
            RemoteOperator(code, name, at.operator_url(code), DEFAULT_OPERATOR_KEY)
            for code, name in REMOTE_OPERATORS.items()
        )
        settings = msgspec.structs.replace(settings, operators=remote)
    settings = start.replace(settings, sandbox={"url": at.url, "smtp_port": at.smtp_port})
    return msgspec.structs.replace(settings, sandboxed=tuple(missing))


def say_where(settings: Settings, address: str, password: str | None) -> None:
    """Tell the newcomer where to look; the first administrator's password is shown this once."""
    lines = [
        f"  pages          {address}/",
        f"  live map       {address}/vessels",
        f"  API            {address}/api/v1/",
    ]
    if settings.sandboxed:
        lines.append(
            f"  sandbox        {settings.sandbox.url}/   (plays {', '.join(settings.sandboxed)})"
        )
        lines.append(f"  mailbox        {settings.sandbox.url}/mailbox")
    lines.append(f"  staff          {address}/sign-in   as admin@maritime.example")
    if password:
        lines.append(f"  its password   {password}   (made now, shown this once)")
    print("\nReady.\n" + "\n".join(lines) + "\n\nCtrl-C ends it.\n", flush=True)


async def forever() -> None:
    """Wait until the process is told to stop."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


async def until_told_to_stop(work: Awaitable[int]) -> int:
    """Run the work; the first SIGTERM or Ctrl-C ends it from inside, so that everything is closed
    in reverse.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: task.cancel() if not task.cancelling() else None)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


def arguments() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.set_defaults(run=run_all, work=None)
    each = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands (none: everything at once)"
    )
    for role in ROLES:
        each.add_parser(role, help=f"the {role} role alone").set_defaults(run=run_role)
    each.add_parser("migrate", help="bring the schema up to date").set_defaults(run=run_migrate)
    imports.add(each, run_command)
    sandbox = each.add_parser("sandbox", help="the outside world alone, on fixed ports")
    sandbox.set_defaults(run=run_sandbox)
    ais = sandbox.add_subparsers(dest="part", metavar="PART").add_parser(
        "ais", help="a ship feed alone"
    )
    ais.add_argument(
        "--replay",
        type=Path,
        metavar="FILE",
        help="AISStream JSON lines or MarineCadastre CSV, plain or .gz",
    )
    ais.add_argument(
        "--speed", type=float, default=1.0, help="times as fast as recorded (default 1)"
    )
    ais.add_argument(
        "--loop",
        action="store_true",
        help="begin again at the end (else: stay connected and silent)",
    )
    ais.add_argument(
        "--keep-times",
        action="store_true",
        help="send the recorded times instead of moving them to now",
    )
    ais.set_defaults(run=run_ship_feed)
    return parser


def main() -> int:
    """Exit codes: 0 done, 1 could not start or failed, 2 wrong arguments."""
    args = arguments().parse_args()
    try:
        settings = settings_file.load()
        log.set_up(settings.log.level, settings.log.format)
        return uvloop.run(until_told_to_stop(args.run(settings, args)))
    except (SettingsError, CannotStart, MigrationError, Refusal) as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
