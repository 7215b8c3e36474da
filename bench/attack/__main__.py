"""Run it: `make attack`, or `make attack ARGS="--only odd --only bursts"`.

Exit code 0 when everything held, else 1.
"""

import argparse
import asyncio
import os
import re
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench.attack import access, bursts, described, materials, odd, scanned, slow
from bench.attack.model import Finding
from bench.attack.target import ROOT, Target, target
from bench.stopping import until_stopped
from maritime_app.infra.telemetry import log

_PARTS: dict[str, Callable[[Target], Awaitable[list[Finding]]]] = {
    "odd": odd.attack,
    "access": access.attack,
    "slow": slow.attack,
    "bursts": bursts.attack,
}
_ALL = (*_PARTS, "described", "scanned", "materials", "fuzz")
_OF_THE_COPY = frozenset({*_PARTS, "described", "scanned"})
# Six thousand asks take a minute and a half on two quiet cores; whoever is not through by then is
# stuck, and that is a finding.
_FUZZ_CASES, _FUZZ_SECONDS = 20, 600.0
_ASKED = re.compile(r"^asked (\d+) times$", re.MULTILINE)


def arguments() -> argparse.Namespace:
    """Everything has a default."""
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--only", action="append", choices=_ALL, help="these parts and no others")
    parser.add_argument(
        "--cases", type=int, default=_FUZZ_CASES, help="of the fuzzer, for each route"
    )
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("var") / "attack")
    return parser.parse_args()


async def run(args: argparse.Namespace) -> int:
    """Start a copy, attack it, print a table."""
    log.set_up("ERROR", "json")
    chosen = args.only or _ALL
    folder = args.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    findings: list[Finding] = []
    if _OF_THE_COPY.intersection(chosen):
        async with target(folder) as copy:
            for name in [name for name in _PARTS if name in chosen]:
                findings += _printed(await _PARTS[name](copy))
            if "described" in chosen:
                findings += _printed(await described.attack(copy, args.seed, folder))
            if "scanned" in chosen:
                findings += _printed(await scanned.attack(copy, folder))
    if "materials" in chosen:
        findings += _printed(await materials.attack(folder))
    if "fuzz" in chosen:
        findings += _printed([await _fuzzed(args.cases, args.seed)])
    faults = sum(not finding.held for finding in findings)
    took = time.monotonic() - began
    print(f"{len(findings)} tried, {faults} found, {took:.0f} s; everything in {folder}")
    return 1 if faults else 0


async def _fuzzed(cases: int, seed: int) -> Finding:
    """Run the test's fuzzer for longer, with another seed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", "-q", "-rP", "-n", "0", "tests/web/test_fuzz.py", cwd=ROOT,
        env=os.environ | {"FUZZ_CASES": str(cases), "FUZZ_SEED": str(seed)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        out, _err = await asyncio.wait_for(process.communicate(), _FUZZ_SECONDS)
    except TimeoutError:
        process.kill()
        return Finding("fuzz", f"seed {seed}: not finished in {_FUZZ_SECONDS:.0f} s", False)
    text = out.decode(errors="replace")
    asks = sum(map(int, _ASKED.findall(text)))
    lines = [line for line in text.splitlines() if line.startswith("E  ")]
    words = f": {lines[0][1:].strip()[:200]}" if lines else ""
    tried = f"{asks:,} asks, {cases} of each route, seed {seed}{words}"
    return Finding("fuzz", tried, process.returncode == 0 and asks > 0)


def _printed(findings: list[Finding]) -> list[Finding]:
    for part, tried, held in findings:
        print(f"{'held ' if held else 'FOUND'}  {part:<10} {tried}", flush=True)
    return findings


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(until_stopped(lambda: runner.run(run(arguments()))))
