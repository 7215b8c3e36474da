"""The commands put together; from arguments to an exit code: 0 done, 1 could not start or failed, 2
wrong arguments.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import BoundArguments
from typing import Any

import uvloop
from cyclopts import App, CycloptsError

from maritime_app import settings as settings_file
from maritime_app.cli.commands.data import check_tasks, imports, statistics
from maritime_app.cli.commands.issuers import issuers
from maritime_app.cli.commands.maintenance import maintenance
from maritime_app.cli.commands.staff import staff
from maritime_app.cli.commands.timetables import exports, timetables
from maritime_app.cli.commands.tokens import tokens
from maritime_app.cli.output import say
from maritime_app.cli.processes import roles
from maritime_app.cli.processes.gate import gate
from maritime_app.cli.processes.one_shot import opened
from maritime_app.cli.processes.sandbox import sandbox
from maritime_app.errors import Refusal
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.migrate import MigrationError
from maritime_app.infra.redis import AddressError
from maritime_app.infra.telemetry import log
from maritime_app.settings import Settings, SettingsError

Command = Callable[..., Awaitable[int]]

app = App(name="run.py", help="Start everything in one process, or one of:", version_flags=[])
app.default(roles.everything)
app.command(roles.web, help="the web role alone: pages, JSON, live map")
app.command(roles.worker, help="the worker role alone: tasks, sweeper, crons")
app.command(roles.stream, help="the stream role alone: the ship feed")
app.command(gate, help="the gate role alone: a laptop at the quay that boards without internet")
app.command(roles.migrate, help="bring the schema up to date")
app.command(maintenance, help="tell nobody of alerts for a while")
app.command(check_tasks, help="run every harmless task once and say how it went")
for group in (imports, exports, statistics, timetables, issuers, staff, tokens, sandbox):
    app.command(group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        command, bound, injected = app.parse_args(words, print_error=False, exit_on_error=False)
    except CycloptsError as error:
        known = app.parse_commands(words)[0]
        say(f"run.py: {error}\nTry: {' '.join(('run.py', *known, '--help'))}")
        return 2
    if command == app.help_print:
        return _help(words)
    try:
        settings = settings_file.load()
        log.set_up(settings.log.level, settings.log.format)
        return uvloop.run(_until_stopped(_run(command, bound, injected, settings)))
    except (SettingsError, CannotStart, MigrationError, AddressError, Refusal) as error:
        say(f"run.py: {error}")
        return 1
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"run.py: {error.strerror or error}{where}")
        return 1
    except KeyboardInterrupt:
        return 0


def _help(words: Sequence[str]) -> int:
    """Print what there is: because it was asked for, or because a noun without a verb says too
    little.
    """
    from rich.console import Console

    wanted = not {"-h", "--help"}.isdisjoint(words)
    nouns = [word for word in words if not word.startswith("-")]
    app.help_print(nouns, console=Console(stderr=not wanted))
    return 0 if wanted else 2


async def _run(
    command: Command, bound: BoundArguments, injected: Mapping[str, Any], settings: Settings
) -> int:
    """Call the command with what it takes beside its arguments (see `injection`)."""
    if "res" not in injected:
        return await command(*bound.args, **bound.kwargs, settings=settings)
    async with opened(settings, migrate=False) as res:
        return await command(*bound.args, **bound.kwargs, res=res)


async def _until_stopped(work: Awaitable[int]) -> int:
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
