"""What `run.py` understands, from words to work; not loaded by a start without any, for what reads
words is a twentieth of it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from inspect import BoundArguments
from typing import Any

from cyclopts import App, CycloptsError, UnusedCliTokensError

from maritime_app.cli.commands.imports import imports
from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import say
from maritime_app.cli.processes import whole
from maritime_app.settings.model import Settings

Command = Callable[..., Awaitable[int]]
Work = Callable[[Settings], Awaitable[int]]

_COMMANDS = "maritime_app.cli.commands"
_PROCESSES = "maritime_app.cli.processes"

# Each command is loaded when it is called: one that reads a file need not load the whole program.
app = App(name="run.py", help="Start everything in one process, or one of:", version_flags=[])
for name, where, words in (
    ("web", f"{_PROCESSES}.roles:web", "the web role alone: pages, JSON, live map"),
    ("worker", f"{_PROCESSES}.roles:worker", "the worker role alone: tasks, sweeper, crons"),
    (
        "stream",
        f"{_PROCESSES}.roles:stream",
        "the stream role alone: ship feeds, or vessels.recording",
    ),
    (
        "gate",
        f"{_PROCESSES}.gate:gate",
        "the gate role alone: a laptop at the quay that boards without internet",
    ),
    ("migrate", f"{_PROCESSES}.roles:migrate", "bring the schema up to date"),
    ("maintenance", f"{_COMMANDS}.maintenance:maintenance", "tell nobody of alerts for a while"),
    ("tasks", f"{_COMMANDS}.tasks:tasks", "queues and tasks: pause, resume, list pauses"),
    (
        "check-tasks",
        f"{_COMMANDS}.data:check_tasks",
        "run every harmless task once and say how it went",
    ),
    ("export", f"{_COMMANDS}.timetables:exports", "write our own timetable"),
    ("statistics", f"{_COMMANDS}.data:statistics", "readings of official figures: list, undo"),
    (
        "timetable",
        f"{_COMMANDS}.timetables:timetables",
        "timetables of others: list, editions, follow, realtime, alerts, pull, restore, drop",
    ),
    ("issuers", f"{_COMMANDS}.issuers:issuers", "who writes invoices: list, describe"),
    (
        "staff",
        f"{_COMMANDS}.staff:staff",
        "who works here: add, list, disable, enable, set-role, set-password, reset-second-factor",
    ),
    ("token", f"{_COMMANDS}.tokens:tokens", "API tokens: add, list, revoke"),
    ("sandbox", f"{_PROCESSES}.sandbox:sandbox", "the outside world alone, on fixed ports"),
):
    app.command(where, name=name, help=words)
app.command(imports)


@app.default
async def everything(*, settings: GivenSettings) -> int:
    """Start every role, on servers of our own and beside the sandbox for whatever has no address
    or key.
    """
    return await whole.everything(settings)


def understood(words: Sequence[str]) -> Work | int:
    """Return the work that the words ask for, its module loaded; an exit code where nothing is left
    to do: help was given, or nobody understands them.
    """
    try:
        command, bound, injected = app.parse_args(words, print_error=False, exit_on_error=False)
    except CycloptsError as error:
        known = app.parse_commands(words)[0]
        unused = error.unused_tokens if isinstance(error, UnusedCliTokensError) else None
        wrong = f'"{unused[0]}" is no command and no argument here.' if unused else error
        say(f"run.py: {wrong}\nTry: {' '.join(('run.py', *known, '--help'))}")
        return 2
    if command == app.help_print:
        return _help(words)
    return partial(_run, command, bound, injected)


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
    from maritime_app.cli.processes.one_shot import opened

    async with opened(settings, migrate=False) as res:
        return await command(*bound.args, **bound.kwargs, res=res)
