"""A process of its own that compiles what pages are made of, and ends:
`python -m maritime_app.web.templates.compiling VAR_DIR`.

Two seconds of work, which a thread of the server would take from its requests.
"""

import fcntl
import os
import sys
from pathlib import Path
from typing import Final

import jinja2

from maritime_app.web.templates import page_environment
from maritime_app.web.templates.compiled_templates import compile_missing

# Behind the requests; at the end of the scale a busy machine would never come to it.
_NICE: Final = 5


def compile_all(var_dir: Path) -> None:
    """Compile every template of pages that is not kept below that folder; nothing where none can
    be. One process after another: the next one finds what the first has done.
    """
    env = jinja2.Environment(**page_environment.options(var_dir))  # noqa: S701 - it escapes
    page_environment.install(env)
    try:
        with (var_dir / "templates" / "compiling.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given up when the process ends, however it does
            compile_missing(env)
    except OSError:
        return


if __name__ == "__main__":
    os.nice(_NICE)
    compile_all(Path(sys.argv[1]))
