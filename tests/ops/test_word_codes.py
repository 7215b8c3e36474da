"""Codes that the pages of staff show have words: alerts, acts of the audit log, the ship feed."""

import ast
import re
from pathlib import Path

import pytest

from maritime_app.domains import TASKS
from maritime_app.ferries.operations.states import SailingEvent
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.vessels.model import FeedState
from tests import signed_in

ROOT = Path(__file__).resolve().parents[2]
# What is put together or chosen where it is raised.
ALERTS = {
    "books_differ", "long_pause", "operator_refused", "operator_silent", "refund_change_void",
    "refund_late", "refund_paid_twice", "refund_wrong_amount", "unctad_keys_refused",
    "unctad_query_failed", *(f"refund_sailing_{end}" for end in SaleEnd),
}  # fmt: skip
ACTS = {
    "boarding_closed", "boarding_reopened", "confirmed", "confirmation_refused",
    "maintenance_begun", "maintenance_ended", "timetable_pull_asked", "timetable_restore_asked",
    *(f"sailing_{event.replace(' ', '_')}" for event in SailingEvent),
}  # fmt: skip


def test_it_works():
    """Every kind of alert."""
    raised = {args[1] for args in calls("raise_alert") if len(args) > 1 and args[1]}
    assert len(raised) > 15
    assert (raised | ALERTS) - worded("ops/_alert_kinds.html") == set()


def test_every_act():
    named = {words[0] for args in calls("audit", "write_audit", "_audit") if (words := names(args))}
    assert len(named) > 30
    assert (named | ACTS) - worded("accounts/audit.html") == set()


@pytest.mark.parametrize("state", FeedState, ids=lambda state: state.code)
def test_every_state_of_the_feed(state):
    assert state.code in worded("vessels/_texts.html")


async def test_the_dashboard_in_german(client, resources):
    await signed_in.come_in(client, resources)
    async with client.get("/admin", headers={"Accept-Language": "de"}) as page:
        text = " ".join((await page.text()).split())
    cell = text[text.index("/vessels/feed") :][:400]
    assert ">Off<" not in cell
    assert "Kein" in cell


def worded(template):
    text = (ROOT / "templates" / template).read_text()
    return set(re.findall(r'"([a-z_]+)": _\(', text))


def calls(*functions):
    """The arguments of each call, in the order in which they stand; None: not written out."""
    for file in (ROOT / "maritime_app").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in functions:
                yield [getattr(arg, "value", None) for arg in node.args]


def names(args):
    """The name of the act among them: the first text."""
    return [arg for arg in args if isinstance(arg, str)]


def test_every_task_has_a_title():
    """The next task without one, and a title whose task is gone."""
    text = (ROOT / "templates/jobs/_task_titles.html").read_text()
    titles = re.findall(r'"([a-z_.]+)": _\("([^"]+)"\)', text)

    assert len({title for _name, title in titles}) == len(titles)  # none is two tasks
    assert {name for name, _title in titles} == {task.name for task in TASKS}
