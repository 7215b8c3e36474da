"""Ctrl-C ends a program of the bench with one line."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import asyncio, signal, sys, uvloop
from bench.stopping import until_stopped

# Whoever runs the tests in the background of a script has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

async def run():
    signal.raise_signal(signal.SIGINT)
    await asyncio.sleep(60)

sys.exit(until_stopped(lambda: {runner}.run(run())))
"""


@pytest.mark.parametrize("runner", ["asyncio", "uvloop"])
def test_it_works(runner):
    command = [sys.executable, "-c", PROGRAM.format(runner=runner)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr.splitlines() == ["stopped before its end: nothing was judged"]


def test_every_program_that_make_runs_ends_so():
    """They are what somebody waits for, and stops."""
    programs = [*(ROOT / "bench").glob("**/__main__.py"), ROOT / "bench/chaos/cancelled_sailing.py"]
    assert len(programs) > 5
    assert [str(one) for one in programs if "until_stopped(" not in one.read_text()] == []
