"""A copy of the product with every role on free ports, and a browser without a window to look at
it.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playwright.async_api import Browser, async_playwright

from maritime_app.infra.embedded.free_port import free_port

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS, _STOP_SECONDS = 240.0, 60.0
_FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # WebGL for the map in software; with --use-gl=angle every page would be drawn that way.
    "--enable-unsafe-swiftshader",
]  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """Where a copy and its sandbox answer, its first administrator's password, and its data."""

    url: str
    sandbox: str
    password: str
    var_dir: Path


@asynccontextmanager
async def running_copy(settings: Mapping[str, str] = MappingProxyType({})) -> AsyncIterator[Copy]:
    """Start a copy with data of its own, embedded servers and the sandbox; end it afterwards.

    `settings` are variables of its environment.
    """
    with tempfile.TemporaryDirectory(prefix="copy-", ignore_cleanup_errors=True) as var_dir:
        pages, sandbox, mails = (str(free_port()) for _ in range(3))
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MARITIME_")}
        environment = kept | {
            "VAR_DIR": var_dir,
            "PORT": pages,
            "SANDBOX_PORT": sandbox,
            "SANDBOX_SMTP_PORT": mails,
            "MARITIME_LOG_LEVEL": "ERROR",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "run.py", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        try:
            password = await _printed_password(process.stdout)
            rest = asyncio.create_task(process.stdout.read())  # a full pipe would stop the copy
            addresses = (f"http://127.0.0.1:{pages}", f"http://127.0.0.1:{sandbox}")
            yield Copy(*addresses, password, Path(var_dir))
            rest.cancel()
        finally:
            await _ended(process)


async def _printed_password(printed: asyncio.StreamReader) -> str:
    said = ""
    async with asyncio.timeout(_START_SECONDS):
        while "Ctrl-C" not in said:
            line = await printed.readline()
            if not line:
                raise RuntimeError("the copy did not start; `make run` shows why")
            said += line.decode()
    password = re.search(r"password\s+(\S+)", said)
    return password[1] if password else ""


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def chromium_path() -> str:
    """Return where Chromium is; raise RuntimeError where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise RuntimeError("there is no Chromium here: install it (Debian: apt-get install chromium)")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium without a window; end it afterwards."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium_path(), args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()
