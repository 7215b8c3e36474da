"""What a command loads: one that reads a timetable does not load the whole program."""

import ast
import importlib.util
import subprocess
import sys

import pytest

HEAVY = ("maritime_app.domains", "maritime_app.app", "maritime_app.bookings", "stripe")
# A quarter of a start together: for receivers of NMEA, UNCTAD's archives, new passwords, payments,
# calendar entries, codes by time; passkeys, what is sealed or signed, cells of predictions, PDFs;
# for workers.
ASKED_FOR_BY_SOME = (
    *("pyais", "py7zr", "zxcvbn", "stripe", "icalendar", "Cryptodome"),
    *("fido2", "cryptography", "h3", "typst", "uharfbuzz", "arq"),
    # for commands that have words or print tables
    *("cyclopts", "rich"),
)


def loaded(*modules: str, among: tuple[str, ...] = HEAVY) -> list[str]:
    """Which of the others a fresh process has after importing these."""
    names = "; ".join(f"import {module}" for module in modules)
    script = f"{names}; import sys; print([name for name in {among!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return list(ast.literal_eval(done.stdout))


def test_it_works() -> None:
    """A nation's feed is imported in less memory than the whole program takes by itself."""
    assert loaded("maritime_app.cli.main", "maritime_app.cli.commands.gtfs") == []


def test_a_start_loads_nothing_that_only_some_ask_for() -> None:
    start = ("run", "maritime_app.cli.processes.every_role", "maritime_app.sandbox.app")

    assert loaded(*start, "maritime_app.app", among=ASKED_FOR_BY_SOME) == []


def test_who_follows_ships_loads_no_bookings() -> None:
    others = ("maritime_app.domains", "maritime_app.app", "maritime_app.bookings", "arq", "jinja2")
    assert loaded("maritime_app.cli.processes.start", "maritime_app.streams", among=others) == []


def test_what_is_heavy_is_there() -> None:
    """Else nothing would be found however much is loaded."""
    assert all(importlib.util.find_spec(name) for name in (*HEAVY, *ASKED_FOR_BY_SOME))


@pytest.mark.parametrize("noun", ["import", "timetable", "statistics", "staff", "token"])
def test_a_command_is_named_where_it_is_listed(noun: str) -> None:
    """Commands are loaded by name when they are called: a name that is wrong is found here."""
    from maritime_app.cli.arguments import app

    assert list(app[noun])


def test_every_command_can_be_loaded() -> None:
    from maritime_app.cli.arguments import app

    for name in app:
        command = app[name]
        assert command.help or command.default_command, name
