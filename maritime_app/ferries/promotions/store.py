"""Promo codes in PostgreSQL."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from maritime_app.ferries.promotions.model import Promotion, PromotionRequest, folded
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_promotions")


async def promotions(conn: Conn, operator_id: UUID | None) -> list[Promotion]:
    """Return the codes of an operator (of all for None), those in use first; 500 at most."""
    return await SQL.promotions_of.fetch_all(conn, Promotion, operator_id)


class Counted(msgspec.Struct, frozen=True):
    """A use that was counted, and how many one person may have."""

    most_per_person: int | None


async def count_use(conn: Conn, promotion_id: UUID) -> Counted | None:
    """Count one use more and lock the code until the transaction ends; None where there is none
    left.
    """
    return await SQL.count_use.fetch_optional(conn, Counted, promotion_id)


async def add_uses(conn: Conn, promotion_id: UUID, count: int) -> None:
    """Count so many uses more, or (negative) less, beyond any limit."""
    await SQL.add_uses.execute(conn, promotion_id, count)


async def by_code(conn: Conn, code: str) -> list[Promotion]:
    """Return the codes in use that read so, one of an operator at most."""
    return await SQL.promotions_by_code.fetch_all(conn, Promotion, code)


async def by_id(conn: Conn, promotion_id: UUID) -> Promotion | None:
    """Return the code, ended or not."""
    return await SQL.promotion_by_id.fetch_optional(conn, Promotion, promotion_id)


async def add(
    conn: Conn, new_id: UUID, operator_id: UUID, staff_id: UUID | None, asked: PromotionRequest
) -> bool:
    """Write the code; return False where the operator has one in use that reads so."""
    kept = msgspec.structs.replace(asked, code=folded(asked.code))
    written = await SQL.add_promotion.fetch_optional(
        conn, UUID, new_id, operator_id, staff_id, msgspec.to_builtins(kept)
    )
    return written is not None


async def unknown_ports(conn: Conn, codes: Iterable[str]) -> set[str]:
    """Return those of the codes that are no port's."""
    return set(await SQL.unknown_ports.fetch_all(conn, str, list(codes)))


async def end(conn: Conn, promotion_id: UUID, operator_id: UUID | None) -> str | None:
    """End a code of the operator (of any for None); return how it reads, None for none in use."""
    return await SQL.end_promotion.fetch_optional(conn, str, promotion_id, operator_id)
