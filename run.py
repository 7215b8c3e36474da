"""Start it: everything in one process, one role of it, or a one-shot command; `run.py --help` lists
them.
"""

import sys

from maritime_app.cli.processes.loading import importing

with importing():
    from maritime_app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
