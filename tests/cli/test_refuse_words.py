"""A command that cannot be understood: one clear line, where to read more, and exit code 2."""

import pytest

from maritime_app.cli.main import main


@pytest.mark.parametrize(
    ("words", "line", "more"),
    [
        (["nonsense"], '"nonsense" is no command and no argument here.', "run.py --help"),
        (["migrate", "twice"], '"twice" is no command and no argument', "run.py migrate --help"),
        (["--bogus"], "--bogus", "run.py --help"),
        (["staff", "add"], "EMAIL requires an argument", "run.py staff add --help"),
    ],
)
def test_what_cannot_be_understood_is_named(capsys, words, line, more):
    assert main(words) == 2

    said = capsys.readouterr()
    assert line in said.err
    assert said.err.endswith(f"Try: {more}\n")
    assert said.out == ""
