"""Import lists and figures with a progress bar and a report; run the tasks' self-tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from maritime_app import domains
from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import GivenSettings, OpenResources
from maritime_app.cli.output import print_table, progress, say
from maritime_app.cli.processes.one_shot import opened
from maritime_app.errors import Invalid
from maritime_app.jobs import selftest
from maritime_app.ports import service as ports
from maritime_app.ports.statistics.model import ImportReport

statistics = App(name="statistics", help="readings of official figures: list, undo")


async def import_unctad(file: Path, /, *, settings: GivenSettings) -> int:
    """Read official figures; a second run of the same file changes nothing."""
    with progress(_existing(file).name) as report:
        async with opened(settings, migrate=True) as res:
            with _named(file):
                done = await ports.import_unctad_file(res, file, report)
    _print_figures(file.name, done)
    return 0


async def import_ports(file: Path, /, *, settings: GivenSettings) -> int:
    """Join a list of ports with what is known; a second run of the same file changes nothing."""
    async with opened(settings, migrate=True) as res:
        done = await ports.import_list(res, _existing(file))
    rows = [("rows read", done.rows)]
    rows += [(f"joined by {how}", count) for how, count in sorted(done.joined.items())]
    rows += [("new ports", done.new), ("listings stored or changed", done.changed)]
    rows += [(f"left out: {reason}", count) for reason, count in sorted(done.left_out.items())]
    print_table(("what", "how many"), [(what, f"{n:,}") for what, n in rows], title=file.name)
    for reason, examples in done.examples.items():
        if any(examples):
            say(f"Left out, {reason}: {', '.join(examples)} ...")
    return 0


async def import_cppi(file: Path, /, *, settings: GivenSettings) -> int:
    """Read the index of container ports; a second run of the same file changes nothing."""
    async with opened(settings, migrate=True) as res:
        with _named(_existing(file)):
            done = await ports.import_annex(res, file)
    _print_figures(file.name, done)
    return 0


async def import_portwatch(file: Path, /, *, settings: GivenSettings) -> int:
    """Read port calls by day; a second run of the same file changes nothing."""
    async with opened(settings, migrate=True) as res:
        done = await ports.import_daily_calls(res, _existing(file))
    rows = [("rows read", done.rows), ("ports", done.ports), ("disruptions", done.disruptions)]
    rows += [
        ("new", done.done.stored),
        ("known otherwise, changed", done.done.changed),
        ("unchanged", done.done.unchanged),
        ("known otherwise from a later file, left as they are", done.done.newer),
        ("of a day that is in the file twice, the first one taken", done.done.again),
        ("days of ports that are none of ours", done.strangers),
    ]
    rows += [(f"rows left out: {why}", count) for why, count in sorted(done.rejected.items())]
    print_table(("what", "how many"), [(what, f"{n:,}") for what, n in rows if n], title=file.name)
    if done.examples:
        say(f"None of ours: {', '.join(done.examples)} ... (import ports first)")
    return 0


@statistics.command(name="list", help="the newest readings: what each stored and changed")
async def list_readings(*, res: OpenResources) -> int:
    """Print the newest hundred readings."""
    rows = [
        (
            str(each.id),
            each.report,
            each.origin,
            moment(each.retrieved_at),
            f"{each.obs_stored:,}",
            f"{each.obs_changed:,}",
            "taken back" if each.undone_at else "",
        )
        for each in await ports.readings(res)
    ]
    print_table(("reading", "report", "from", "read", "stored", "changed", "state"), rows)
    return 0


@statistics.command(name="undo", help="take a reading back: its figures are those from before")
async def undo_reading(reading: UUID, /, *, res: OpenResources) -> int:
    """Take a reading back."""
    await ports.undo(res, reading)
    say("The reading is taken back.")
    return 0


async def check_tasks(
    *,
    settings: GivenSettings,
    task: Annotated[str | None, Parameter(help="only this one")] = None,
    with_worker: Annotated[bool, Parameter(help="where none runs: start one for them")] = False,
) -> int:
    """Hand the harmless tasks to the workers that run; exit 1 if one does not succeed."""
    roles = ["worker"] if with_worker else []
    async with opened(settings, migrate=with_worker, roles=roles) as res:
        results = await selftest.run(res, domains.TASKS, only=task)
    rows = [
        (result.task, result.outcome, f"{result.seconds:.2f}", result.worker) for result in results
    ]
    print_table(("task", "outcome", "seconds", "worker"), rows)
    return 0 if results and all(result.ok for result in results) else 1


def _at(why: str, done: ImportReport) -> str:
    """Return the reason with where to look first; row 1 is the header."""
    row = done.first_rows.get(why)
    return f"{why}, first in row {row:,}" if row else why


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Let whatever is refused say of which file that is."""
    try:
        yield
    except Invalid as refusal:
        if file.name in refusal.message:
            raise
        raise Invalid(f"{file.name}: {refusal.message}", code=refusal.code) from refusal


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    return file


def _print_figures(name: str, done: ImportReport) -> None:
    rows = [
        ("rows read", done.rows),
        ("rows accepted", done.accepted),
        ("figures stored", done.stored),
        ("figures that were known otherwise", done.changed),
        ("figures unchanged", done.unchanged),
    ]
    rows += [(f"rows left out: {_at(why, done)}", n) for why, n in sorted(done.rejected.items())]
    cells = sorted(done.rejected_cells.items())
    rows += [(f"cells left out: {_at(why, done)}", n) for why, n in cells]
    print_table(("what", "how many"), [(what, f"{count:,}") for what, count in rows], title=name)
    for note in done.notes:
        say(f"Note: {note}.")
    if done.changed:
        most = done.largest_change_percent
        by = f", by up to {most:,.1f} %" if most is not None else ""
        say(f"{done.changed:,} known figures have changed{by}; the old ones are kept.")
    if done.is_older:
        say("The file is older than what is known: it ends with an earlier period.")
