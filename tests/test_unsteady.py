"""The few tests that failed in `make test` are run once more, alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

STUMBLES = """
from pathlib import Path

def test_stumbles():
    been_here = Path("been_here")
    stumbled_before = been_here.exists()
    been_here.touch()
    assert stumbled_before
"""
ONE_START_STUMBLES = """
from pathlib import Path

import pytest

@pytest.fixture(scope="module")
def started():
    been_here = Path("been_here")
    started_before = been_here.exists()
    been_here.touch()
    assert started_before

@pytest.mark.parametrize("number", range(4))
def test_asks(started, number):
    pass
"""
FAILS = "def test_fails():\n    assert False\n"
FOUR_FAIL = "".join(f"def test_{number}():\n    assert False\n" for number in range(4))


def test_it_works(tmp_path):
    """It passes alone: the suite has passed, and the test is named."""
    code, output = suite(tmp_path, STUMBLES)

    assert code == pytest.ExitCode.OK
    assert "UNSTEADY test_some.py::test_stumbles" in output


def test_what_one_fixture_could_not_set_up_has_failed_once(tmp_path):
    """However many tests share it."""
    code, output = suite(tmp_path, ONE_START_STUMBLES)

    assert code == pytest.ExitCode.OK
    assert output.count("UNSTEADY test_some.py::test_asks") == 4


@pytest.mark.parametrize(("tests", "is_run_again"), [(FAILS, True), (FOUR_FAIL, False)])
def test_what_fails_alone_too_and_what_fails_in_numbers_has_failed(tmp_path, tests, is_run_again):
    code, output = suite(tmp_path, tests)

    assert code == pytest.ExitCode.TESTS_FAILED
    assert "UNSTEADY" not in output
    assert ("run again alone" in output) == is_run_again


def suite(place, tests):
    (place / "test_some.py").write_text(tests)
    (place / "pytest.ini").write_text("[pytest]\naddopts = -p xdist -p no:cacheprovider\n")
    root = Path(__file__).resolve().parent.parent
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "1"],
        cwd=place,
        env={
            **os.environ,
            "PYTHONPATH": str(root),
            "PYTEST_PLUGINS": "tests.unsteady",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # ten libraries less to start, six times
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return ended.returncode, ended.stdout
