"""The pauses between questions to UNCTAD are short in tests."""

import pytest

from maritime_app.ports.statistics.unctad import query_api


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second is waited for."""
    monkeypatch.setattr(query_api, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(query_api, "LONGEST_PAUSE_SECONDS", 0.02)
