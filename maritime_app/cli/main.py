"""From arguments to an exit code: 0 done, 1 could not start or failed, 2 wrong arguments."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from maritime_app.cli.output import say
from maritime_app.cli.processes import whole
from maritime_app.cli.processes.loading import importing
from maritime_app.errors import Refusal
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.migrate import MigrationError
from maritime_app.infra.redis import AddressError
from maritime_app.infra.telemetry import log
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import SettingsError
from maritime_app.settings.model import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, or everything; return the exit code."""
    with importing():  # the command's module, and all that stands on it
        work = _understood(sys.argv[1:] if arguments is None else arguments)
    if isinstance(work, int):
        return work
    try:
        settings = settings_file.load()
        log.set_up(settings.log.level, settings.log.format)
        return uvloop.run(_until_stopped(work(settings)))
    except (SettingsError, CannotStart, MigrationError, AddressError, Refusal) as error:
        say(f"run.py: {error}")
        return 1
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"run.py: {error.strerror or error}{where}")
        return 1
    except KeyboardInterrupt:
        return 0


def _understood(words: Sequence[str]) -> Callable[[Settings], Awaitable[int]] | int:
    """The work that the words ask for, or an exit code where nothing is left to do."""
    if not words:
        return whole.everything
    from maritime_app.cli import arguments  # what reads words is a twentieth of a start

    return arguments.understood(words)


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
