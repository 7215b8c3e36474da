"""The house keeps its shape: sizes, names, declared access, known tasks, documented parts."""

import ast
import re
import statistics
from pathlib import Path

import pytest

from maritime_app import domains
from maritime_app.accounts.model import ALL_PERMISSIONS
from maritime_app.infra import queries
from maritime_app.jobs.runner import queue_of
from maritime_app.ops import service as ops
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "maritime_app"
FILES = sorted(PACKAGE.rglob("*.py"))
BANNED = {"utils", "helpers", "common", "manager", "base", "misc"}


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_it_works():
    assert len(FILES) > 50


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_stays_readable(file):
    text = file.read_text()
    assert text.count("\n") <= 350, "find the noun that wants a file of its own"
    assert file.stem not in BANNED
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length(node) <= 50, node.name


def test_files_and_functions_are_small_on_the_whole():
    sizes = [file.read_text().count("\n") for file in FILES]
    functions = [
        length(node)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(sizes) <= 110
    assert statistics.quantiles(functions, n=20)[-1] <= 30


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_public_says_what_it_promises(file):
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree), "a module says in one line what it is"
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize(
    "package",
    sorted(file.parent for file in FILES if file.name == "__init__.py"),
    ids=lambda p: p.name,
)
def test_a_package_names_its_parts(package):
    """The docstring of a package is its contents page."""
    page = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
    for part in package.iterdir():
        is_part = part.suffix == ".py" and not part.stem.startswith("_")
        if is_part or (part / "__init__.py").exists():
            assert re.search(rf"\b{part.stem}\b", page), (
                f"{package.name}/__init__.py does not mention {part.stem}"
            )


def test_every_route_says_who_may_call_it():
    known = ALL_PERMISSIONS | {PUBLIC, GUEST, SIGNED}
    assert {route.access for route in domains.ROUTES} <= known
    assert len({(route.method, route.path) for route in domains.ROUTES}) == len(domains.ROUTES)


def test_every_api_route_says_what_it_is_for():
    assert [route.path for route in domains.ROUTES if route.is_api and not route.summary] == []


def test_every_task_that_is_asked_for_exists():
    names = {task.name for task in domains.JOBS}
    assert len(names) == len(domains.JOBS)
    asked = set()
    for file in [*FILES, *sorted((ROOT / "sql").rglob("*.sql"))]:
        asked |= set(re.findall(r"enqueue\(\s*conn,\s*\"([\w.]+)\"", file.read_text()))
    asked |= {cron.task for cron in domains.CRONS} | set(ops.BY_HAND)
    asked |= {
        f"bookings.{verb}" for verb in ("accept_payment", "report_failed_payment", "report_refund")
    }
    assert asked <= names
    assert {task.queue for task in domains.JOBS} == {queue_of(name) for name in names}


def test_the_tasks_that_were_promised_exist():
    promised = [
        "bookings.check_ferry_availability",
        "bookings.confirm_booking_with_operator",
        "bookings.cancel_booking_with_operator",
        "payments.process_payment_webhook",
        "payments.verify_payment_status",
        "emails.send_booking_confirmation",
        "emails.send_cancellation",
        "emails.send_payment_success",
        "emails.send_payment_failed",
        "emails.send_refund_confirmation",
    ]
    assert set(promised) <= {task.name for task in domains.JOBS}


def test_every_query_is_used():
    code = "\n".join(file.read_text() for file in FILES)
    for file in sorted((ROOT / "sql" / "queries").glob("*.sql")):
        for query in queries.load(file.stem):
            assert re.search(rf"\.{query.name}\b|[\"']{query.name}[\"']", code), (
                f"{file.name}: {query.name}"
            )


def test_nothing_but_settings_reads_the_environment():
    for file in FILES:
        if file.name != "settings.py":
            text = file.read_text()
            assert (
                "os.environ" not in text or "embedded" in str(file) or file.name == "selftest.py"
            ), file
            assert "getenv" not in text, file


def test_secrets_have_no_place_in_the_project():
    pattern = re.compile(r"sk_live_|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY")
    for file in [*FILES, ROOT / "settings.toml", ROOT / "run.py"]:
        assert not pattern.search(file.read_text()), file
