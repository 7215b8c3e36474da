"""What strangers' programs report becomes a finding, and what is none does not."""

from pathlib import Path
from typing import Any

import pytest

from bench.attack import audited, described, scanned

LOG = Path("the.log")


def fuzzed(tested: int = 113, **more: list[Any]) -> dict[str, Any]:
    return {
        "operations": {"selected": 113, "tested": tested},
        "test_cases": {"generated": 900},
        "failures": [],
        "errors": [],
    } | more


def crawled(**found: list[dict[str, str]]) -> dict[str, Any]:
    names = {
        "headers": "HTTP Strict Transport Security (HSTS)",
        "xss": "Reflected Cross Site Scripting",
    }
    return {
        "vulnerabilities": {names[kind]: pages for kind, pages in found.items() if kind in names},
        "anomalies": {kind: pages for kind, pages in found.items() if kind not in names},
        "infos": {"crawled_pages_nbr": 40},
    }


def test_it_works():
    assert described._judged(fuzzed(), 7, LOG).held
    assert scanned._judged(crawled(), LOG).held


def test_an_answer_that_is_not_described_is_found():
    failure = {"title": "Server error", "operations": ["POST /api/v1/bookings"]}

    found = described._judged(fuzzed(failures=[failure]), 7, LOG)

    assert not found.held
    assert "Server error (POST /api/v1/bookings)" in found.tried


@pytest.mark.parametrize("report", [fuzzed(tested=112), fuzzed(errors=["it broke"])])
def test_a_run_that_is_not_whole_proves_nothing(report):
    assert not described._judged(report, 7, LOG).held


@pytest.mark.parametrize("kind", ["xss", "Internal Server Error"])
def test_a_weakness_and_a_page_that_breaks_are_found(kind):
    page = {"method": "GET", "path": "/ports"}

    found = scanned._judged(crawled(**{kind: [page]}), LOG)

    assert not found.held
    assert "GET /ports" in found.tried


def test_what_only_https_has_is_none():
    assert scanned._judged(crawled(headers=[{"method": "GET", "path": "/"}]), LOG).held


def listed(**vulns: list[dict[str, str]] | None) -> dict[str, Any]:
    """What pip-audit says of packages: what is known, None for what its database does not know."""
    return {
        "dependencies": [
            {"name": name, "skip_reason": "not found"}
            if known is None
            else {"name": name, "version": "1.0", "vulns": known}
            for name, known in vulns.items()
        ]
    }


def test_a_package_with_a_known_weakness_is_found():
    found = audited.judged_python(listed(aiohttp=[{"id": "PYSEC-1"}], jinja2=[]))

    assert not found.held
    assert "aiohttp 1.0: PYSEC-1" in found.tried


@pytest.mark.parametrize("report", [{}, listed(aiohttp=None, jinja2=None)])
def test_where_nobody_looked_nothing_is_said_to_be_clean(report):
    assert "not asked" in audited.judged_python(report).tried


def test_what_the_database_does_not_know_is_not_counted_as_judged():
    found = audited.judged_python(listed(aiohttp=None, jinja2=[]))

    assert "1 of 2 Python packages: 0" in found.tried


def test_a_package_of_the_pages_with_a_known_weakness_is_found():
    report = {
        "vulnerabilities": {"maplibre-gl": {"severity": "high"}},
        "metadata": {"dependencies": {"total": 9}},
    }

    assert not audited.judged_javascript(report).held
    assert audited.judged_javascript(report | {"vulnerabilities": {}}).held
    assert "not asked" in audited.judged_javascript({"message": "405"}).tried
