"""The API against its own description, by Schemathesis: a fuzzer that knows nothing of us.

It lives in an environment of its own: it needs other versions of what we need. Where its command
is neither named (`--schemathesis`) nor found, that is said, and nothing is tried.
https://schemathesis.readthedocs.io
"""

import asyncio
import os
import re
import shutil
from pathlib import Path
from typing import Final

from bench.attack.model import Finding
from bench.attack.target import Target

_COMMANDS: Final = ("schemathesis", "st")
_SECONDS: Final = 240
_END_SECONDS: Final = 90.0  # beside what it was given: to write down what it found
_FAILURE: Final = re.compile(r"^- (.+)$", re.MULTILINE)
_LISTED: Final = 5
_CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,unsupported_method"
)


async def attack(target: Target, command: str, seed: int, folder: Path) -> list[Finding]:
    """Ask every described operation as its description allows, and as it does not."""
    found = command or next(filter(None, map(shutil.which, _COMMANDS)), None)
    if not found:
        return [Finding("described", "not tried: Schemathesis is not installed", held=True)]
    log = folder / "schemathesis.log"
    code = await _run(found, target.base, seed, log)
    failures = sorted(set(_FAILURE.findall(log.read_text(errors="replace"))))
    words = f"{_SECONDS} s of Schemathesis, seed {seed}"
    if failures:
        words += f": {'; '.join(failures[:_LISTED])}"
    elif code != 0:
        words += f": it ended with {code}, not by an answer of ours"
    return [Finding("described", f"{words}; see {log}", not failures)]


async def _run(command: str, base: str, seed: int, log: Path) -> int | None:
    """Return its exit status; None where it did not end by itself."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            command, "run", f"{base}/api/v1/openapi.json", "--url", base, "--workers", "2",
            "--max-time", str(_SECONDS), "--checks", _CHECKS, "--seed", str(seed),
            "--phases", "fuzzing", "--suppress-health-check", "all",
            "--request-timeout", "30", "--no-color", "--continue-on-failure",
            cwd=log.parent, stdout=out, stderr=out, env=_environment(),
        )  # fmt: skip
        try:
            return await asyncio.wait_for(process.wait(), _SECONDS + _END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            return None


def _environment() -> dict[str, str]:
    """Return what it is given of ours: neither settings nor our packages."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
