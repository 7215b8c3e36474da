"""Which other version the chaos run restarts in turns with this one."""

import shutil

import pytest

from bench.chaos.processes import ROOT
from bench.chaos.rolling import check_out, commit_of, newest_migration

is_repository = pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="there is no history here"
)


@is_repository
async def test_it_works(tmp_path):
    there = await check_out(await commit_of("HEAD"), tmp_path / "before")

    assert (there / "run.py").exists()
    assert newest_migration(there) <= newest_migration(ROOT)


@is_repository
@pytest.mark.parametrize("reference", ["no-such-tag", "--output=x"])
async def test_what_is_not_there_is_one_line(reference):
    with pytest.raises(SystemExit, match="--before: there is no"):
        await commit_of(reference)


async def test_without_git_it_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="git, which is not here"):
        await commit_of("HEAD")
