"""The product's worker role with one more task: it does nothing but note the time."""

import asyncio
import time

import uvloop

from bench.starts import Starts
from maritime_app import domains
from maritime_app.cli.processes import start
from maritime_app.infra.telemetry import log
from maritime_app.jobs.model import Task
from maritime_app.resources import Resources
from maritime_app.settings import file as settings_file

starts = Starts()


async def noop(_res: Resources, *, asked_at: float) -> None:
    starts.note(asked_at, time.time())


async def run() -> None:
    settings = settings_file.load()
    log.set_up(settings.log.level, settings.log.format)
    domains.TASKS.append(Task("bench.noop", noop))
    async with start.running(settings, ["worker"]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(run())
