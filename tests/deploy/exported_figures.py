"""What the code exports at /metrics, found in its text: most counters come with a first event.

A name is that at /metrics without `maritime_` and without a histogram's `_bucket`.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CODE = Path(__file__).resolve().parents[2] / "maritime_app"
PREFIX = "maritime_"
# A part of a name that is only known when it is counted (a limit's, a reason's).
ANY = ".+"
MADE_BY = {"counter", "gauge", "histogram", "CounterMetricFamily", "HistogramMetricFamily"}


@cache
def exported() -> dict[str, set[str]]:
    """Every figure of ours with its labels."""
    found: dict[str, set[str]] = {}
    for path in CODE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            found |= dict(_made(node, tree)) | {name: set() for name in _tallied(node)}
    return found


def _made(node: ast.AST, tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """`gauge("name", "what it is", ("label",))`, counters, histograms, families of a collector."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return
    made_by = _word(node.func)
    if made_by not in MADE_BY:
        return
    labels = [*node.args[2:3], *(word.value for word in node.keywords if word.arg == "labels")]
    name = str(node.args[0].value).removeprefix(PREFIX)
    if made_by == "CounterMetricFamily":
        name += "_total"
    yield name, set(_labels(labels[0], tree)) if labels else set()


def _labels(node: ast.expr, tree: ast.Module) -> tuple[str, ...]:
    """The labels, also those that a constant of the module holds."""
    if isinstance(node, ast.Name):
        (node,) = (
            line.value
            for line in tree.body
            if isinstance(line, ast.Assign) and _word(line.targets[0]) == node.id
        )
    labels: tuple[str, ...] = ast.literal_eval(node)
    return labels


def _tallied(node: ast.AST) -> Iterator[str]:
    """`tally["name"] += 1`."""
    if isinstance(node, ast.AugAssign | ast.Assign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript) and _word(target.value) == "tally":
                yield from (f"{name}_total" for name in _names(target.slice))


def _names(key: ast.expr) -> list[str]:
    match key:
        case ast.Constant():
            return [str(key.value)]
        case ast.IfExp():
            return _names(key.body) + _names(key.orelse)
        case ast.BinOp():
            return [a + b for a in _names(key.left) for b in _names(key.right)]
        case ast.JoinedStr():
            return ["".join(_names(part)[0] for part in key.values)]
        case _:
            return [ANY]


def _word(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
