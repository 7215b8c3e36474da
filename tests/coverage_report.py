"""Coverage of lines and branches, printed at the end of the suite; PYTEST_PLUGINS switches it on.

The copy that the tests of the pages start as a process of its own is counted, too; others are not:
each would put in every probe again, which takes longer than their tests.
"""

import json
import shutil
from typing import Any

import pytest
from slipcover import merge_coverage, print_coverage

# Before any module of the application is imported: this is the first plugin that pytest loads.
from tests.probes import COPIES, PROBES, ROOT

REPORT = ROOT / "build" / "coverage.json"
FOUND = pytest.StashKey[dict[str, Any]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Forget the copies of the run before."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(COPIES, ignore_errors=True)


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
    for copy in sorted(COPIES.glob("*.json")):
        _add(config, json.loads(copy.read_text()))
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
