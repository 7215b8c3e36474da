"""Coverage of lines and branches, printed at the end of the suite; PYTEST_PLUGINS switches it on.

SlipCover writes probes into the bytecode and takes each one out when it was hit, so a suite pays
for the first pass only (about a tenth of its time; tracing, as coverage.py does it before Python
3.12, costs three quarters). Copies of the service that a test starts as a process of their own are
not counted.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from slipcover import FileMatcher, Slipcover, merge_coverage, print_coverage
from slipcover.importer import SlipcoverMetaPathFinder

PACKAGE = Path(__file__).resolve().parent.parent / "maritime_app"
REPORT = PACKAGE.parent / "build" / "coverage.json"
FOUND = pytest.StashKey[dict[str, Any]]()

# Before any module of the application is imported: this is the first plugin that pytest loads.
PROBES = Slipcover(branch=True, source=[str(PACKAGE)])
sys.meta_path.insert(0, SlipcoverMetaPathFinder(PROBES, FileMatcher(sources=[str(PACKAGE)])))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands what it has seen to its session; a session adds it to its own."""
    seen = PROBES.get_coverage()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["coverage"] = json.dumps(seen)
    else:
        _add(session.config, seen)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended."""
    if "coverage" in getattr(node, "workeroutput", {}):
        _add(node.config, json.loads(node.workeroutput["coverage"]))


def _add(config: pytest.Config, seen: dict[str, Any]) -> None:
    before = config.stash.get(FOUND, None)
    config.stash[FOUND] = merge_coverage(before, seen) if before else seen


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the two figures; build/coverage.json has the lines (`make coverage` shows them)."""
    found = config.stash.get(FOUND, None)
    if found is None:
        return
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(found))
    summary = found["summary"]
    lines, branches = (
        f"{100 * summary[f'covered_{kind}'] / (summary[f'covered_{kind}'] + missing):.1f} %"
        for kind, missing in (
            ("lines", summary["missing_lines"]),
            ("branches", summary["missing_branches"]),
        )
    )
    terminalreporter.section("coverage")
    terminalreporter.line(f"{lines} of lines, {branches} of branches (make coverage: which not)")


def main() -> None:
    """Print what the last run did not reach, file by file."""
    print_coverage(json.loads(REPORT.read_text()), skip_covered=True, missing_width=60)


if __name__ == "__main__":
    main()
