"""Kinds of extras in PostgreSQL."""

from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec

from maritime_app.ferries.extra_kinds.model import AddedExtra, HouseOperator
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_extra_kinds")


class NamedExtra(msgspec.Struct, frozen=True):
    """What an added extra is called, by language."""

    code: str
    names: dict[str, str]


async def added(conn: Conn, operator_id: UUID | None) -> list[AddedExtra]:
    """Return what an operator has added (all of them for None), with how many lists sell it."""
    return await SQL.added_extras.fetch_all(conn, AddedExtra, operator_id)


async def names(conn: Conn) -> list[NamedExtra]:
    """Return what all added extras are called."""
    return await SQL.extra_names.fetch_all(conn, NamedExtra)


async def house_operators(conn: Conn, operator_id: UUID | None) -> list[HouseOperator]:
    """Return the operators whose places are sold from here: one, or all for None."""
    return await SQL.house_operators.fetch_all(conn, HouseOperator, operator_id)


async def codes(conn: Conn, operator_id: UUID) -> list[str]:
    """Return what an operator may sell: what everybody may, and what it has added."""
    return await SQL.extra_codes.fetch_all(conn, str, operator_id)


async def lock_operator(conn: Conn, operator_id: UUID) -> None:
    """Keep whoever else adds a kind of the operator waiting until this transaction ends."""
    await SQL.lock_operator.execute(conn, operator_id)


async def add(conn: Conn, code: str, operator_id: UUID, names: Mapping[str, str]) -> bool:
    """Write the kind; return False where there is one of that code."""
    written = await SQL.add_extra_kind.fetch_optional(conn, str, code, operator_id, dict(names))
    return written is not None


async def keep(conn: Conn, codes: Collection[str]) -> None:
    """Let nobody remove these kinds until this transaction ends."""
    await SQL.keep_extra_kinds.execute(conn, list(codes))


async def remove(conn: Conn, code: str) -> bool:
    """Delete the kind; return False where a price list sells it, or it is gone."""
    await SQL.lock_extra_kind.execute(conn, code)
    return bool(await SQL.remove_extra_kind.execute(conn, code))
