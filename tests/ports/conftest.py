"""The pauses between questions to UNCTAD are short in tests."""

import pytest

from maritime_app.ports.statistics import facts


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second is waited for."""
    monkeypatch.setattr(facts, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(facts, "LONGEST_PAUSE_SECONDS", 0.02)
