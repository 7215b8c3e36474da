"""`python -m tests.covered_copy ARGUMENTS` is `python run.py ARGUMENTS`, and writes what it reached
to a file of its own when it ends by itself; tests/coverage_report.py adds it.
"""

import atexit
import json
import os
import sys

from tests.probes import COPIES, PROBES


def write() -> None:
    """Keep what was reached, whole or not at all."""
    COPIES.mkdir(parents=True, exist_ok=True)
    draft = COPIES / f"{os.getpid()}.part"
    draft.write_text(json.dumps(PROBES.get_coverage()))
    draft.rename(draft.with_suffix(".json"))


if __name__ == "__main__":
    from maritime_app.cli.main import main

    atexit.register(write)
    sys.argv[0] = "run.py"
    sys.exit(main())
