"""What the manuals name is there: tests, commands, files."""

import re
from pathlib import Path

import pytest

from docs import decisions

ROOT = Path(__file__).resolve().parent.parent
MANUALS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ENTRIES = list(decisions.entries(decisions.PAGE.read_text()))


def test_it_works():
    assert len(ENTRIES) >= 80
    assert len({entry.anchor for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_a_decision_names_what_fails_if_it_is_undone(entry):
    assert not re.search(r"\d{4}-\d\d-\d\d\. ", entry.text), "two entries have become one"
    assert entry.proofs, "name a test or a bench part: `tests/...::test_...` or `bench/parts/...`"
    for proof in entry.proofs:
        name, _colons, test = proof.partition("::")
        found = sorted(ROOT.glob(name))
        assert found, f"{name} does not exist"
        if test:
            pattern = rf"^(?:async )?def {re.escape(test)}\("
            assert re.search(pattern, found[0].read_text(), re.MULTILINE), f"there is no {proof}"


def test_the_decisions_are_in_order():
    assert decisions.PAGE.read_text() == decisions.written(decisions.PAGE.read_text()), (
        "run `make docs`"
    )


def test_an_entry_may_be_written_as_a_paragraph():
    """And comes out under a heading, in the index, wrapped."""
    page = "**2026-11-25. One noun, one folder.** " + "Because. " * 30 + "`tests/test_docs.py`"
    made = decisions.written(page)
    assert "| [One noun, one folder](#one-noun-one-folder) | `test_docs.py` |" in made
    assert "### One noun, one folder\n\n2026-11-25. Because." in made
    assert decisions.written(made) == made


@pytest.mark.parametrize("manual", MANUALS, ids=lambda file: file.name)
def test_a_manual_names_commands_and_files_that_exist(manual):
    text = manual.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    paths = re.findall(
        r"`((?:maritime_app|sql|templates|static|tests|docs|bench)/[\w./-]*\w/?)`", text
    )
    written = {"bench/results.json"}  # by a command, and never committed
    assert [path for path in paths if not (ROOT / path).exists() and path not in written] == []
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert [link for link in links if not (manual.parent / link).exists()] == []
