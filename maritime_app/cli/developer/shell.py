"""`make shell`: a Python prompt over open Resources, in which `await` works.

>>> await bookings.by_reference(res, "W7XN4QTR")
>>> async with res.db.acquire() as conn: print(await conn.fetch("select * from port limit 3"))
"""

import ast
import asyncio
import code
import importlib
import inspect
import sys
import types
from pathlib import Path
from typing import Any

import uvloop

from maritime_app import clock, domains
from maritime_app.cli.processes import servers
from maritime_app.resources import Resources, open_resources
from maritime_app.settings import file as settings_file

PACKAGE = Path(__file__).resolve().parents[2]


class Console(code.InteractiveConsole):
    """A prompt in a thread of its own; what is typed runs on the loop of the main thread."""

    def __init__(self, names: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(names)
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._loop = loop

    def runcode(self, code: types.CodeType) -> None:
        """Run a statement on the loop, where the resources live; Ctrl-C ends it."""
        running = asyncio.run_coroutine_threadsafe(self._run(code), self._loop)
        try:
            running.result()
        except KeyboardInterrupt:
            running.cancel()
            self.write("KeyboardInterrupt\n")
        except SystemExit:
            raise
        except BaseException:  # noqa: BLE001 - whatever was typed, the prompt comes back
            self.showtraceback()

    async def _run(self, statement: types.CodeType) -> None:
        result = types.FunctionType(statement, self.locals)()
        if inspect.isawaitable(result):
            await result


def names(res: Resources) -> dict[str, Any]:
    """What the prompt knows: the resources, the clock, and each domain's service by its name."""
    services = {
        file.parent.name: importlib.import_module(f"maritime_app.{file.parent.name}.service")
        for file in sorted(PACKAGE.glob("*/service.py"))
    }
    return {**services, "res": res, "settings": res.settings, "clock": clock}


async def shell() -> None:
    """Open the resources (of a running copy, if there is one on this VAR_DIR) and prompt."""
    settings = servers.with_secret(settings_file.load())
    async with (
        servers.with_servers(settings, join=True) as served,
        open_resources(served, domains.PARTS) as res,
    ):
        known = names(res)
        banner = f"Fairway on {sys.version.split()[0]}. Here are: {', '.join(sorted(known))}."
        prompt = Console(known, asyncio.get_running_loop())
        await asyncio.to_thread(prompt.interact, banner, "")


if __name__ == "__main__":
    uvloop.run(shell())
