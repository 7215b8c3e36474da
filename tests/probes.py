"""SlipCover's probes in the application's bytecode: import it before any module of the application.

SlipCover takes each probe out when it was hit, so a run pays for the first pass only (about a
tenth of its time; tracing, as coverage.py does it before Python 3.12, costs three quarters).
"""

import contextlib
import sys
from pathlib import Path

from slipcover import FileMatcher, Slipcover
from slipcover.importer import SlipcoverMetaPathFinder

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "maritime_app"
COPIES = ROOT / "build" / "coverage-of-copies"


class Probes(Slipcover):  # type: ignore[misc]  # it has no types
    """SlipCover that never breaks the program it looks at."""

    def deinstrument_seen(self) -> None:
        """Take out the probes that were hit, or leave that to a later time.

        It walks the names of every module; one that a thread is just importing grows meanwhile,
        and the walk's RuntimeError would be raised in whatever line the program had reached.
        """
        with contextlib.suppress(RuntimeError):
            super().deinstrument_seen()


PROBES = Probes(branch=True, source=[str(PACKAGE)])
sys.meta_path.insert(0, SlipcoverMetaPathFinder(PROBES, FileMatcher(sources=[str(PACKAGE)])))
