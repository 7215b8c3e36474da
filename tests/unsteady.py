"""A test that fails beside others and passes alone is named, and does not refuse a release.

Five thousand tests share two cores, servers and the figures of their process; one that stumbles
over its neighbours once in fifty runs would refuse every fiftieth good change. `make test` runs the
few that failed once more, alone: what fails again has failed, what passes is printed as unsteady,
to be mended next. More than a few are never run again: then something is broken. Tests that share
what one fixture could not set up (a whole folder, when its copy did not start) failed once.
"""

import os
import subprocess
import sys
from typing import Any

import pytest

MOST = 3
# Above what a single test may take by pytest-timeout, for all of them and their servers, and what
# a folder of a hundred browser tests takes alone.
_SECONDS = (MOST + 1) * 400
_OUTPUT = pytest.StashKey[str]()
_FAILED = pytest.StashKey[Any]()
_OF_THE_FIRST_RUN = ("PYTEST_PLUGINS", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing failed: tests, each with the cause that it may share with others."""
    config.stash[_FAILED] = {}
    config.pluginmanager.register(_Reports(config), "unsteady-reports")


class _Reports:
    """Which tests failed, in their set-up, their call or their end."""

    def __init__(self, config: pytest.Config) -> None:
        self._failed = config.stash[_FAILED]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure; on the controller this is called for every worker's reports."""
        if report.failed:
            self._failed[report.nodeid] = _cause(report)


def _cause(report: pytest.TestReport) -> str:
    """Return where a fixture failed, or the test itself."""
    raised = getattr(report.longrepr, "reprcrash", None)
    if report.when == "setup" and raised is not None:
        return f"{raised.path}:{raised.lineno}"
    return report.nodeid


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Run the few that failed alone; the suite has passed when all of them pass."""
    config, failed = session.config, session.config.stash[_FAILED]
    if hasattr(config, "workeroutput") or exitstatus != pytest.ExitCode.TESTS_FAILED:
        return
    if not failed or len(set(failed.values())) > MOST:
        return
    kept = {key: value for key, value in os.environ.items() if key not in _OF_THE_FIRST_RUN}
    again = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", *failed],
        cwd=config.rootpath,
        env=kept,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    config.stash[_OUTPUT] = again.stdout[-20_000:]
    if again.returncode == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which tests were run again, and how that ended."""
    output = config.stash.get(_OUTPUT, None)
    if output is None:
        return
    terminalreporter.section("failed, run again alone")
    terminalreporter.line(output)
    if terminalreporter._session.exitstatus == pytest.ExitCode.OK:
        for test in config.stash[_FAILED]:
            terminalreporter.line(f"UNSTEADY {test}: it passes alone; mend it", yellow=True)
