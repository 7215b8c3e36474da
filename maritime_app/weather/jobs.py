"""Pull the cells that somebody looks at, fifty at a time."""

import msgspec

from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources
from maritime_app.weather import pulling

# Whoever looks at the cell then asks again: that a service is away calls nobody for each cell.
_ASKED_AGAIN_SECONDS = 300


class CellPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell of the grid, e.g. "37.9,23.6"; empty: the sea off Piraeus."""

    cell: str = ""


async def fetch_marine_weather(res: Resources, *, cell: str = "") -> str:
    """Pull one cell, and others that somebody waits for."""
    return await pulling.pull(res, cell)


async def drop_old_cells(res: Resources) -> str:
    """Delete cells at which nobody has looked for so long that their forecasts are over."""
    return f"{await pulling.drop_old(res)} cells deleted"


TASKS = [
    Task(
        "weather.fetch_marine_weather",
        fetch_marine_weather,
        tries=3,
        timeout_seconds=60,
        again_seconds=_ASKED_AGAIN_SECONDS,
        by_hand=CellPayload,
        selftest=CellPayload(),
        short_name="marine_weather",
    ),
    Task(
        "weather.drop_old_cells",
        drop_old_cells,
        tries=3,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [Cron("weather.drop_old_cells", every_seconds=86_400)]
