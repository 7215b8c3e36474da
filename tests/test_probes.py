"""The probes that measure coverage disturb no program that they look at."""

import asyncio
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
from tests.probes import PROBES


class Growing:
    @property
    def __dict__(self):
        raise RuntimeError("dictionary changed size during iteration")


PROBES.register_module(Growing())
PROBES.replace_map["hit"] = "taken out"
PROBES.deinstrument_seen()
print(len(PROBES.replace_map), "left for a later time")
"""


@pytest.mark.pure
async def test_a_module_that_a_thread_imports_meanwhile_breaks_no_line() -> None:
    """In a process of its own: the probes go into whatever is imported after them."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    assert (program.returncode, said) == (0, b"1 left for a later time\n")
