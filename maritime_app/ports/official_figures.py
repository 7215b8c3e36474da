"""Read official figures, by file or by job, and give the ports that they name a page."""

from collections.abc import Callable
from pathlib import Path

from maritime_app.ports.gazetteer import service as gazetteer
from maritime_app.ports.statistics import service as statistics
from maritime_app.ports.statistics.model import ImportReport
from maritime_app.resources import Resources


async def import_unctad_file(
    res: Resources, path: Path, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Read a file of official figures, and give the ports that it names a page.

    Raise Invalid for a file that is none of UNCTADstat's tables.
    """
    done = await statistics.import_unctad_file(res, path, progress)
    await _join_statistics(res)
    return done


async def sync_unctad(res: Resources, report: str) -> str:
    """Pull one report of UNCTADstat if it has moved; return the outcome in words."""
    outcome = await statistics.sync_unctad(res, report)
    await _join_statistics(res)
    return outcome


async def import_annex(res: Resources, path: Path) -> ImportReport:
    """Read an annex of the World Bank's index, and give the ports that it names a page.

    Raise Invalid for a file that is none.
    """
    done = await statistics.import_annex(res, path)
    await _join_statistics(res)
    return done


async def sync_cppi(res: Resources) -> str:
    """Pull the newest edition of the World Bank's index; return the outcome in words."""
    outcome = await statistics.sync_cppi(res)
    await _join_statistics(res)
    return outcome


async def _join_statistics(res: Resources) -> None:
    async with res.db.transaction() as conn:
        await gazetteer.join_statistics(conn)
