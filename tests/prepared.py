"""What PostgreSQL says of a query's columns, and where that differs from the struct they become.

A column may be null unless its table declares it `not null` and no outer join stands in between, or
the query's header says `-- not null: column`. A field that may not be None must not take such a
column. The types are those that asyncpg hands out.
"""

import ast
import importlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin
from uuid import UUID

import psycopg

from maritime_app.infra import rows
from maritime_app.infra.queries import Query

ROOT = Path(__file__).resolve().parent.parent
VERBS = {"fetch_all", "fetch_one", "fetch_optional"}
PYTHON_TYPES: dict[str, type] = {
    "bool": bool, "bytea": bytes, "date": date, "interval": timedelta, "uuid": UUID,
    "timestamptz": datetime, "numeric": Decimal,
    "text": str, "varchar": str, "bpchar": str, "name": str,
    "int2": int, "int4": int, "int8": int, "float4": float, "float8": float,
}  # fmt: skip


class Column(NamedTuple):
    """A column of an answer: its PostgreSQL type (`_text` is an array of text)."""

    name: str
    type: str
    nullable: bool


class Use(NamedTuple):
    """A place in the code that makes a struct (or one value) of a query's rows."""

    place: str
    query: Query
    kind: Any
    verb: str


def uses() -> Iterator[Use]:
    """Every `SQL.<query>.fetch_...(conn, Kind, ...)` of the application."""
    for file in sorted((ROOT / "maritime_app").rglob("*.py")):
        for line, query, verb, kind in _fetches(ast.parse(file.read_text())):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            names = vars(importlib.import_module(name))
            yield Use(f"{name}:{line}", eval(query, names), eval(kind, names), verb)


def _fetches(tree: ast.AST) -> Iterator[tuple[int, str, str, str]]:
    """Line, query, verb and struct of every such call, as they are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            query, verb = ast.unparse(node.func.value), node.func.attr
            if verb in VERBS and "SQL." in query:
                yield node.lineno, query, verb, ast.unparse(node.args[1])


def columns(conn: "psycopg.Connection[Any]", query: Query) -> list[Column]:
    """Prepare the query and return its columns. Raises what PostgreSQL has against it."""
    prepared = conn.pgconn.prepare(b"", query.sql.encode())
    if prepared.error_message:
        raise AssertionError(f"{query.name}: {prepared.error_message.decode()}")
    answer = conn.pgconn.describe_prepared(b"")
    origins = [(answer.ftable(n), answer.ftablecol(n)) for n in range(answer.nfields)]
    outer = _outer_tables(conn, query.sql) if origins else set()
    found = []
    for number, (table, attribute) in enumerate(origins):
        name = (answer.fname(number) or b"").decode()
        (kind,) = conn.execute(
            "select typname from pg_type where oid = %s", [answer.ftype(number)]
        ).fetchone() or ("",)
        always = conn.execute(
            "select attrelid::regclass::text from pg_attribute"
            " where attrelid = %s and attnum = %s and attnotnull",
            [table, attribute],
        ).fetchone()
        sure = always is not None and always[0] not in outer
        found.append(Column(name, kind, nullable=not (sure or name in query.not_null)))
    return found


def _outer_tables(conn: "psycopg.Connection[Any]", sql: str) -> set[str]:
    """The tables whose columns an outer join of the query's plan may fill with nulls."""
    if " join " not in sql:
        return set()
    plan = json.loads(_generic_plan(conn, sql.encode()) or b"[]")[0]["Plan"]
    return set(_nullable_side(plan, inside=False))


def _generic_plan(conn: "psycopg.Connection[Any]", sql: bytes) -> bytes | None:
    """How the query is run whatever its parameters are, as JSON."""
    wire = conn.pgconn
    if conn.info.server_version >= 160_000:
        return wire.exec_(b"explain (generic_plan, verbose, format json) " + sql).get_value(0, 0)
    wire.exec_(b"set plan_cache_mode = force_generic_plan")
    wire.prepare(b"planned", sql)
    nulls = b", ".join([b"null"] * wire.describe_prepared(b"planned").nparams)
    run = b"planned(" + nulls + b")" if nulls else b"planned"
    answer = wire.exec_(b"explain (verbose, format json) execute " + run)
    wire.exec_(b"deallocate planned")
    return answer.get_value(0, 0)


def _nullable_side(node: dict[str, Any], *, inside: bool) -> Iterator[str]:
    if inside and "Relation Name" in node:
        yield node["Relation Name"]
    sides = {"Left": ("Inner",), "Right": ("Outer",), "Full": ("Inner", "Outer")}
    nullable = sides.get(node.get("Join Type", ""), ())
    for below in node.get("Plans", ()):
        yield from _nullable_side(
            below, inside=inside or below.get("Parent Relationship") in nullable
        )


def differences(use: Use, found: list[Column]) -> list[str]:
    """What a struct (or a single value) and the columns that it is made of do not agree on."""
    try:
        rows.maker(use.kind, tuple(column.name for column in found))
    except TypeError as error:
        return [str(error)]
    if not rows.is_struct(use.kind):
        field = rows.Field(use.kind, use.verb == "fetch_optional", has_default=False)
        return list(_wrong("the value", field, found[0]))
    return list(_wrong_fields(use.kind, {column.name: column for column in found}, ""))


def _wrong_fields(kind: Any, found: dict[str, Column], prefix: str) -> Iterator[str]:
    for name, field in rows.fields(kind).items():
        column = found.get(prefix + name)
        if column is not None:
            yield from _wrong(f"{kind.__name__}.{name}", field, column)
        elif rows.is_struct(field.kind):
            below = {
                other: column._replace(nullable=column.nullable and not field.optional)
                for other, column in found.items()
                if other.startswith(f"{prefix}{name}_")
            }
            if below:
                yield from _wrong_fields(field.kind, below, f"{prefix}{name}_")


def _wrong(place: str, field: rows.Field, column: Column) -> Iterator[str]:
    if column.nullable and not field.optional:
        yield f"{place} may not be None, but the column {column.name} may be null"
    if not _fits(field.kind, column.type):
        yield f"{place} is {field.kind}, but the column {column.name} is {column.type}"


def _fits(kind: Any, pg_type: str) -> bool:
    """Whether asyncpg hands out this kind, or something that `rows` turns into it."""
    if kind is Any or pg_type in ("json", "jsonb"):
        return True
    if pg_type.startswith("_"):
        # An element may always be null: the struct says so where it is.
        kinds = get_args(get_args(kind)[0]) or get_args(kind)
        element = next(each for each in kinds if each is not NoneType)
        return get_origin(kind) in (list, tuple) and _fits(element, pg_type[1:])
    if isinstance(kind, type) and issubclass(kind, Enum):
        kind = type(next(iter(kind)).value)
    return PYTHON_TYPES.get(pg_type) is kind
