"""The glossary is a map: every noun's path exists and holds its definition."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (?!noun|---)(?P<noun>.+?) \| (?P<definition>.+?) \| (?P<path>\S+) \|$")


class Entry(NamedTuple):
    """One line of docs/glossary.md."""

    noun: str
    definition: str
    path: str


ENTRIES = [
    Entry(**found.groupdict())
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
    if (found := ROW.match(line))
]


def words(name: str) -> list[str]:
    """The words of a noun or identifier: `LegSource`, `leg_source` and "leg sources" are
    the same.
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", re.sub(r"\(.*?\)", "", name))
    return [singular(part.lower()) for part in parts]


def singular(word: str) -> str:
    """Good enough for our nouns: ports, countries, currencies."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("ases"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("as", "is", "ss", "us")) else word


def names_in(path: Path) -> set[str]:
    """What a path defines: its own name, and a module's classes, functions and constants, or the
    tables of an SQL file.
    """
    found = {path.stem}
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    elif path.suffix == ".sql":
        found |= set(re.findall(r"\b(?:into|update|from|join) ([a-z_]+)", path.read_text()))
    return found


def holds(name: str, noun: str) -> bool:
    """Whether the noun's words stand in a name, one after the other."""
    have, wanted = words(name), words(noun)
    return any(have[at : at + len(wanted)] == wanted for at in range(len(have)))


def test_it_works():
    assert len(ENTRIES) > 100
    assert len({entry.noun for entry in ENTRIES}) == len(ENTRIES), "a noun stands there once"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.noun)
def test_a_noun_is_defined_where_the_glossary_says(entry):
    path = ROOT / entry.path
    assert path.exists()
    assert any(holds(name, entry.noun) for name in names_in(path)), (
        f"{entry.path} defines nothing of that name"
    )
    assert len(entry.definition) > 10


def test_forty_things_are_found_by_path_alone():
    """A newcomer opens the file or folder of that name, without the glossary."""
    by_path = [entry.noun for entry in ENTRIES if holds(Path(entry.path).stem, entry.noun)]
    assert len(by_path) >= 40, by_path


def test_every_domain_has_its_words():
    """Each folder of the application is in the glossary."""
    folders = {
        file.parent.relative_to(ROOT).as_posix()
        for file in (ROOT / "maritime_app").glob("*/__init__.py")
    }
    known = {"/".join(entry.path.split("/")[:2]) for entry in ENTRIES}
    assert folders - known <= {"maritime_app/cli"}


def test_the_map_can_be_wrong():
    """The control: a noun that its file does not define is noticed."""
    assert not any(holds(name, "lighthouse") for name in names_in(ROOT / "maritime_app/money.py"))
    assert any(holds(name, "money") for name in names_in(ROOT / "maritime_app/money.py"))
