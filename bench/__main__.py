"""Run it: `make bench`, `make bench PART=search`, `python -m bench search page`."""

import argparse
import asyncio
import importlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from bench import report as reports
from bench.report import Report
from bench.stage import Stage, stage
from bench.stopping import until_stopped
from maritime_app.infra.telemetry import log

PARTS = (
    "search",
    "page",
    "webhook",
    "hold",
    "jobs",
    "ingest",
    "detectors",
    "fanout",
    "map",
    "pool",
    "pooler",
    "start",
    "timetable",
    "ports",
    "history",
)
# A browser takes minutes, and is drawn by the processor where there is no graphics card.
_ONLY_BY_NAME = ("map",)
RESULTS = Path(__file__).with_name("results.json")
# History of ten million tasks takes more.
_WITHIN_SECONDS = float(os.environ.get("WITHIN_SECONDS", "600"))


def arguments() -> argparse.Namespace:
    """The parts also come from the environment, as `make bench PART=search` passes them."""
    asked = os.environ.get("PART", "").replace(",", " ").split()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=" ".join(PARTS)
    )
    args = parser.parse_args(sys.argv[1:] or asked)
    args.parts = args.parts or [part for part in PARTS if part not in _ONLY_BY_NAME]
    return args


async def measure(part: str, here: Stage) -> Report:
    """One part. What it cannot do is said in its report, never guessed."""
    module = importlib.import_module(f"bench.parts.{part}")
    found: Report = await module.measure(here)
    return found


async def run(parts: list[str]) -> int:
    """All parts on one stage, within ten minutes (WITHIN_SECONDS).

    Exit code 1 when a line is missed or a part failed.
    """
    began, done, failed = time.monotonic(), [], []
    folder = Path(tempfile.mkdtemp(prefix="maritime-bench-"))
    try:
        async with asyncio.timeout(_WITHIN_SECONDS), stage(folder) as here:
            for part in parts:
                try:
                    done.append(await measure(part, here))
                    done[-1].print()
                except Exception as error:
                    failed.append(part)
                    print(
                        f"\n{part}: could not be measured: {type(error).__name__}: {error}",
                        flush=True,
                    )
    except TimeoutError:
        print(
            f"\nstopped after {_WITHIN_SECONDS:.0f} s; parts not finished: "
            + ", ".join(parts[len(done) + len(failed) :])
        )
        failed.append("time")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    took = time.monotonic() - began
    reports.write(done, RESULTS, took)
    missed = [
        f"{report.part}: {line.name}" for report in done for line in report.lines if not line.met
    ]
    print(f"\n{took:.0f} s, written to {RESULTS.name}; lines missed: {'; '.join(missed) or 'none'}")
    return 1 if failed or missed else 0


def main() -> int:
    """Exit codes: 0 every line is met, 1 not."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    log.set_up("ERROR", "json")
    parts = arguments().parts
    return until_stopped(lambda: uvloop.run(run(parts)))


if __name__ == "__main__":
    sys.exit(main())
