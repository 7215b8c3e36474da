"""A process takes the files that its system lets it have."""

import resource

import pytest

from maritime_app.infra.processes import file_limit
from maritime_app.infra.processes.file_limit import raise_file_limit


@pytest.fixture
def limit():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_it_works(limit):
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[0] - 1, limit[1]))

    assert raise_file_limit() == min(65_536, limit[1])


def test_it_never_takes_any_away(limit, monkeypatch):
    monkeypatch.setattr(file_limit, "_WANTED", 16)

    assert raise_file_limit() == limit[0]
