"""Take warnings to ships in, from a file."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maritime_app.cli.injection import GivenSettings
from maritime_app.cli.output import print_table, say
from maritime_app.cli.processes.one_shot import opened
from maritime_app.errors import Invalid
from maritime_app.vessels.warnings import reading, service


async def import_warnings(
    file: Path,
    /,
    *,
    settings: GivenSettings,
    publisher: Annotated[str, Parameter(help="who gives them, where the file does not say")] = "",
    kind: Annotated[
        str, Parameter(help="navigation, piracy, danger-area or weather, where it does not say")
    ] = "",
    keep: Annotated[bool, Parameter(help="withdraw nothing that the file lacks")] = False,
    force: Annotated[bool, Parameter(help="even if it withdraws more than half")] = False,
) -> int:
    """Read warnings; a list withdraws what its publisher no longer has in it, an alert only what it
    names. A second run of the same file changes nothing.
    """
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    if file.stat().st_size > reading.MOST_BYTES:
        raise Invalid(f"{file} is larger than {reading.MOST_BYTES // 2**20} MiB: nothing was read.")
    body = file.read_bytes()
    async with opened(settings, migrate=True) as res:
        done = await service.take_in(
            res, body, publisher=publisher, kind=kind, keep=keep, force=force
        )
    rows = [
        ("warnings in the file", done.rows),
        ("new", done.new),
        ("known otherwise, changed", done.changed),
        ("unchanged", done.unchanged),
        ("withdrawn", done.withdrawn),
        ("over already, not shown", done.over),
    ]
    rows += [(f"left out: {reason}", len(names)) for reason, names in done.left_out.items()]
    print_table(("what", "how many"), [(what, f"{n:,}") for what, n in rows], title=file.name)
    if done.left_out:
        say(f"Left out: {reading.told(done.left_out)}.")
    return 0
