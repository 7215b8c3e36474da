"""Lighthouse's scores, out of an environment of its own under build/: it is large, and nothing else
needs it.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.running_copy import ROOT, chromium_path

_VERSION = "13.5.0"
_HOME = ROOT / "build" / "lighthouse"
_INSTALL_SECONDS, _RUN_SECONDS = 600.0, 240.0
_RUNS = 3  # the best counts: what else runs on the machine only takes away
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Target:
    """A page, the least that its scores may be, and whether search engines may have it."""

    name: str
    url: str
    least: int
    is_indexed: bool = True
    cookies: str = ""


@dataclass(frozen=True)
class Scores:
    """A page's scores from 0 to 100 by category; `missed` are those below what they may be."""

    name: str
    by_category: Mapping[str, int]
    missed: Sequence[str]


async def installed() -> Path | None:
    """Return Lighthouse's program, installed if it is not; None where the registry does not
    answer.
    """
    program = _HOME / "node_modules" / ".bin" / "lighthouse"
    npm = shutil.which("npm")
    if not program.exists() and npm:
        _HOME.mkdir(parents=True, exist_ok=True)
        (_HOME / "package.json").write_text('{"private": true}')
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        command = [npm, "install", *options, f"lighthouse@{_VERSION}"]
        process = await asyncio.create_subprocess_exec(*command, cwd=_HOME)
        try:
            await asyncio.wait_for(process.wait(), _INSTALL_SECONDS)
        except TimeoutError:
            process.kill()
    return program if program.exists() else None


async def scores(program: Path, target: Target) -> Scores:
    """Return the page's best scores of several runs with Lighthouse's own settings (a phone)."""
    wanted = [name for name in CATEGORIES if target.is_indexed or name != "seo"]
    best = dict.fromkeys(wanted, 0)
    for _ in range(_RUNS):
        for name, value in (await _run(program, target)).items():
            if name in best:
                best[name] = max(best[name], value)
        if all(value >= target.least for value in best.values()):
            break
    missed = [f"{name} {value}" for name, value in best.items() if value < target.least]
    return Scores(target.name, best, missed)


async def _run(program: Path, target: Target) -> Mapping[str, int]:
    flags = "--headless=new --no-sandbox --disable-quic --enable-unsafe-swiftshader"
    command = [
        str(program), target.url, "--quiet", "--output=json", "--output-path=stdout",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}",
    ]  # fmt: skip
    if target.cookies:
        command.append("--extra-headers=" + json.dumps({"Cookie": target.cookies}))
    process = await asyncio.create_subprocess_exec(
        *command, env=os.environ | {"CHROME_PATH": chromium_path()},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _err = await asyncio.wait_for(process.communicate(), _RUN_SECONDS)
        found = json.loads(out)["categories"]
    except (TimeoutError, ValueError, KeyError):
        if process.returncode is None:
            process.kill()
        return {}
    return {name: round((one["score"] or 0) * 100) for name, one in found.items()}
