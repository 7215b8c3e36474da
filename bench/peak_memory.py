"""Run a command to its end and print the most memory that it held, in MB: `python -m
bench.peak_memory COMMAND ...`. Exit code: the command's.
"""

import resource
import subprocess
import sys

_KIB_PER_MB = 1_000_000 / 1024


def main() -> int:
    """Print one number; what the command prints goes to standard error."""
    done = subprocess.run(sys.argv[1:], stdout=sys.stderr, check=False)
    print(round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KIB_PER_MB, 1))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
