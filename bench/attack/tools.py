"""Programs of others that attack us, each in an environment of its own (`make attack` makes it)."""

import asyncio
import os
import shutil
from pathlib import Path

from bench.attack.target import ROOT

_ENVIRONMENTS = ROOT / ".venv" / "attackers"


def found(environment: str, *commands: str) -> str:
    """Return where the first of these commands is, in that environment or on this machine; nothing
    where it is not installed.
    """
    for command in commands:
        ours = _ENVIRONMENTS / environment / "bin" / command
        if ours.exists():
            return str(ours)
    return next(filter(None, map(shutil.which, commands)), "") or ""


async def run(command: list[str], log: Path, seconds: float) -> int | None:
    """Run it with its words in that file; return its exit status, None where it did not end in
    time.

    It gets neither settings nor packages of ours.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=log.parent, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
            env=kept,
        )  # fmt: skip
        try:
            return await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
