"""Pull the cells that somebody looks at, fifty at a time."""

import msgspec

from maritime_app.jobs.model import Task
from maritime_app.resources import Resources
from maritime_app.weather import pulling


class CellPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell of the grid, e.g. "37.9,23.6"; empty: the sea off Piraeus."""

    cell: str = ""


async def fetch_marine_weather(res: Resources, *, cell: str = "") -> str:
    """Pull one cell, and others that somebody waits for."""
    return await pulling.pull(res, cell)


TASKS = [
    Task(
        "weather.fetch_marine_weather",
        fetch_marine_weather,
        tries=3,
        timeout_seconds=60,
        by_hand=CellPayload,
        selftest=CellPayload(),
        short_name="marine_weather",
    )
]
