"""The shipped dashboard for Grafana: every figure is drawn, and only figures are."""

import json
import re
from pathlib import Path

import pytest

from maritime_app.infra.cache.two_level import Filled
from maritime_app.ops.figures import FIGURES
from tests.deploy.exported_figures import ANY, PREFIX, exported

ROOT = Path(__file__).resolve().parents[2]
PANELS = json.loads((ROOT / "deploy/monitoring/dashboard.json").read_text())["panels"]
DRAWN = [panel for panel in PANELS if panel["type"] != "row"]
ASKED = [target["expr"] for panel in DRAWN for target in panel["targets"]]
# Of the process itself, which prometheus_client gives: what no panel is needed for.
LEFT_OUT = {
    "process_virtual_memory_bytes": "says how much is mapped, which nothing is short of",
    "process_max_fds": "a constant of the machine",
    "process_start_time_seconds": "a restart shows in every counter",
}


def test_it_works():
    """What somebody adds to /metrics is drawn, or said above why it is not."""
    drawn = {name for expr in ASKED for name in figures_in(expr)}

    assert exported().keys() - drawn == set()
    assert drawn - exported().keys() == set(), "Grafana draws an empty panel, without a word"


def test_a_panel_asks_by_labels_that_there_are():
    known = exported()
    for expr in ASKED:
        for labels, name in re.findall(r"by \(([^)]*)\) \((?:rate\()?maritime_(\w+)", expr):
            wanted = set(re.findall(r"\w+", labels)) - {"le"}
            assert wanted <= known[name.removesuffix("_bucket")], expr


def test_no_figure_hides_another():
    """`a or b` shows b only where a has no line of the same labels: two figures are two targets."""
    assert [expr for expr in ASKED if re.search(r"\b(or|and|unless)\b", expr)] == []


def test_nothing_is_drawn_twice_and_no_panel_covers_another():
    titles = [panel["title"] for panel in PANELS]
    assert sorted(set(titles)) == sorted(titles)
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _y in cells) == 23


def test_the_manual_names_every_figure():
    """With its labels, so that a rule may be written from it."""
    manual = (ROOT / "docs/operations.md").read_text()
    table = manual.partition("| metric | meaning |\n")[2].partition("\n\n")[0]
    named = {
        name.replace("...", ANY): set(filter(None, labels.split(",")))
        for row in table.splitlines()[1:]
        for name, labels in re.findall(r"`([\w.]+)(?:\{([\w,]+)\})?`", row.split(" | ")[0])
        if not name.startswith("process_")
    }

    assert named == exported()


@pytest.mark.usefixtures("resources")
async def test_what_a_process_exports_was_found_in_the_code(client, resources):
    """The code is read here as it is written; this is what /metrics says after some work."""
    await (await client.get("/api/v1/ports")).read()
    await resources.cache.get("page:x", [], nothing)  # a miss, for its counter
    answer = (await resources[FIGURES].exposition()).decode()
    families = re.findall(r"^# TYPE (\w+) (?:counter|gauge|histogram)$", answer, re.MULTILINE)
    said = {name for name in families if not name.endswith("_created")}

    unknown = {name for name in said if name.startswith(PREFIX) and not is_known(name)}
    assert len(said) > 30
    assert unknown == set()
    drawn = " ".join(ASKED)
    assert {n for n in said if n.startswith("process_") and n not in drawn} == LEFT_OUT.keys()


def is_known(name):
    name = name.removeprefix(PREFIX)
    return any(re.fullmatch(pattern, name) for pattern in exported())


def figures_in(expr):
    """The names of ours in an expression; `.+` stands for itself."""
    return {name.removesuffix("_bucket") for name in re.findall(r"maritime_(\w[\w.+]*)", expr)}


async def nothing():
    return Filled(b"", [], 1)
