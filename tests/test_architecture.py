"""The house keeps its shape: sizes, names, declared access, known tasks, documented parts."""

import ast
import importlib
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from maritime_app import domains
from maritime_app.accounts.permissions import ALL_PERMISSIONS
from maritime_app.infra import queries
from maritime_app.resources import Part
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "maritime_app"
FILES = sorted(PACKAGE.rglob("*.py"))
# Names that say nothing, or that only this house would use: of files, and of what is in them.
BANNED_FILES = {
    "utils", "helpers", "common", "manager", "base", "misc", "page", "desk", "own", "half", "facts",
    "shapes", "protect", "factor", "people", "trail", "saga", "held", "remotes", "entry", "quotes",
    "portions", "unheard", "records", "recording", "pauses", "guard", "keys", "sections",
    "reception", "switchboard", "clockwork", "letter",
}  # fmt: skip
BANNED_NAMES = re.compile(
    r"\w+Ask|(?!Stored|Operator)\w+Answer|HalfSession|HoldDesk|Grouped|Sent|Reception|Switchboard"
    r"|FIRST_OF_ALL|IN_PERSON|JOBS|reference_of|let_go|still_held|shown_(?!minor)\w+|in_portions"
    r"|left_over|takes|surplus|flights|aboard|spoken|look(?:er)?s?|beat|desk|half"
)


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT))


TEXTS = {relative(file): file.read_text() for file in FILES}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}


def functions() -> Iterator[tuple[str, int]]:
    """Every function: where it stands, and how many lines it has."""
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_it_works():
    assert len(FILES) > 50


def test_a_file_stays_readable():
    """Where one grows longer, find the noun that wants a file of its own."""
    measured = {relative(file): file.read_text() for file in (ROOT / "bench").rglob("*.py")}
    everything = TEXTS | measured
    assert [name for name, text in everything.items() if text.count("\n") > 300] == []


def test_a_folder_is_no_drawer():
    """Where one holds more files, find the noun that wants a room of its own."""
    held = Counter(Path(name).parent for name in TEXTS if Path(name).name != "__init__.py")
    assert {str(folder): files for folder, files in held.items() if files > 16} == {}


def test_a_file_has_the_fields_name():
    parts = {name: {*Path(name).parts[1:-1], Path(name).stem} for name in TEXTS}
    assert [name for name, words in parts.items() if words & BANNED_FILES] == []


def test_things_have_the_fields_names():
    """Classes, functions, arguments and variables: the words that the field has for them."""
    found = {
        f"{name}: {word}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        for word in defined(node)
        if BANNED_NAMES.fullmatch(word)
    }
    assert found == set()


def defined(node: ast.AST) -> Iterator[str]:
    """The names that a node gives to things."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr


def test_a_function_stays_readable():
    assert [name for name, lines in functions() if lines > 45] == []


def test_files_and_functions_are_small_on_the_whole():
    assert statistics.median(text.count("\n") for text in TEXTS.values()) <= 80
    assert statistics.quantiles((lines for _name, lines in functions()), n=20)[-1] <= 23


def test_what_is_public_says_what_it_promises():
    """A module says in one line what it is; a public function or class says what it promises."""
    silent = [name for name, tree in TREES.items() if not ast.get_docstring(tree)]
    for name, tree in TREES.items():
        silent += [
            f"{name}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not (node.name.startswith("_") or ast.get_docstring(node))
        ]
    assert silent == []


def test_a_package_names_its_parts():
    """The docstring of a package is its contents page."""
    unnamed = []
    for package in (file.parent for file in FILES if file.name == "__init__.py"):
        page = ast.get_docstring(TREES[relative(package / "__init__.py")]) or ""
        for part in package.iterdir():
            is_part = part.suffix == ".py" and not part.stem.startswith("_")
            if is_part or (part / "__init__.py").exists():
                unnamed += [] if re.search(rf"\b{part.stem}\b", page) else [relative(part)]
    assert unnamed == []


def test_every_route_says_who_may_call_it():
    known = ALL_PERMISSIONS | {PUBLIC, GUEST, SIGNED}
    assert {route.access for route in domains.ROUTES} <= known
    assert len({(route.method, route.path) for route in domains.ROUTES}) == len(domains.ROUTES)


def test_every_api_route_says_what_it_is_for():
    assert [route.path for route in domains.ROUTES if route.is_api and not route.summary] == []


def test_every_task_that_is_asked_for_exists():
    names = {task.name for task in domains.TASKS}
    assert len(names) == len(domains.TASKS)
    asked = set()
    for file in [*FILES, *sorted((ROOT / "sql").rglob("*.sql"))]:
        asked |= set(re.findall(r"enqueue\(\s*conn,\s*\"([\w.]+)\"", file.read_text()))
    asked |= {cron.task for cron in domains.CRONS}
    asked |= {
        f"bookings.{verb}" for verb in ("accept_payment", "report_failed_payment", "report_refund")
    }
    assert asked <= names


def test_a_self_test_has_the_payload_that_people_give():
    for task in domains.TASKS:
        if task.selftest is not None:
            assert type(task.selftest) is task.by_hand, task.name


def test_every_part_is_listed():
    """Otherwise `res[PART]` fails in a process, and nobody knows what it holds open."""
    entry_points = {"maritime_app.worker"}  # reads the settings of the process it is started in
    declared = set()
    for file in FILES:
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        by_hand = ".coast.making" in name  # with shapely, which the service is without
        if name not in entry_points and not by_hand:
            values = vars(importlib.import_module(name)).values()
            declared |= {value for value in values if isinstance(value, Part)}
    assert declared == set(domains.PARTS)


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
        "ports.sync_unctad",
        "ports.fetch_port_performance",
    ]
    assert set(promised) <= {task.name for task in domains.TASKS}


def test_every_query_is_used():
    code = "\n".join(file.read_text() for file in FILES)
    used = set(re.findall(r"\.(\w+)", code)) | set(re.findall(r"[\"'](\w+)[\"']", code))
    for file in sorted((ROOT / "sql" / "queries").glob("*.sql")):
        for query in queries.load(file.stem):
            assert query.name in used, f"{file.name}: {query.name}"


def test_nothing_but_settings_reads_the_environment():
    """Those who start another process hand theirs on."""
    handed_on = {"developer/dev.py", "settings/file.py"}
    readers = {
        name
        for name, text in TEXTS.items()
        if re.search(r"\bos\.environ\b|\bgetenv\b", text) and "/embedded/" not in name
    }
    assert {"/".join(Path(name).parts[-2:]) for name in readers} == handed_on


def test_secrets_have_no_place_in_the_project():
    pattern = re.compile(r"sk_live_|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY")
    for file in [*FILES, ROOT / "settings.toml", ROOT / "run.py"]:
        assert not pattern.search(file.read_text()), file


def test_a_template_can_be_read_without_scrolling():
    wide = {
        relative(file)
        for file in (ROOT / "templates").rglob("*.*")
        if any(len(line) > 160 for line in file.read_text().splitlines())
    }
    assert wide == set()


def test_sql_is_written_to_be_read():
    """Keywords in lower case, no tabs, at most 100 columns: `docs/decisions.md` says why no
    tool.
    """
    loud = re.compile(
        r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|AND|OR|ORDER BY|RETURNING)\b"
    )
    wrong = set()
    for file in (ROOT / "sql").rglob("*.sql"):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            code = re.sub(r"'[^']*'", "''", line.partition("--")[0])
            if loud.search(code) or "\t" in line or line != line.rstrip():
                wrong.add(f"{relative(file)}:{number}")
            if len(line) > 100 and relative(file) not in STILL_WIDE_SQL:
                wrong.add(f"{relative(file)}:{number}")
    assert wrong == set()


# A migration that has run is never edited: these keep their lines.
STILL_WIDE_SQL = {
    relative(file) for file in (ROOT / "sql" / "migrations").glob("*.sql") if file.stem < "0021"
}


def test_no_test_module_imports_another():
    """What tests share stands in conftest.py, or in a module that is no test."""
    shared = re.compile(r"^(?:from|import) tests\.[\w.]*\btest_\w+", re.MULTILINE)
    modules = (ROOT / "tests").rglob("*.py")
    assert [relative(file) for file in modules if shared.search(file.read_text())] == []


def test_rows_become_structs_by_name():
    """`SQL.query.fetch_one(conn, Struct, ...)`: no record leaves a store."""
    old = re.compile(
        r"SQL\.\w+\.(?:all|maybe|one|value|run)\(|\basyncpg import .*\bRecord\b|\*row\.values"
    )
    found = {name for name, text in TEXTS.items() if "/infra/" not in name and old.search(text)}
    assert found <= STILL_RECORDS
    assert found >= STILL_RECORDS, "converted: take it off the list"


# Stores that are still to be converted.
STILL_RECORDS = {
    f"maritime_app/{name}.py"
    for name in (
        "bookings/holds/store",
        "bookings/store",
        "ferries/capacity/store",
        "ferries/demo/seed",
        "ferries/sailings/store",
        "ferries/search/store",
        "ferries/timetables/editions/store",
        "payments/balance/store",
        "payments/disputes/store",
        "payments/refunds/store",
        "payments/store",
    )
}
