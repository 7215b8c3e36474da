"""Second factors and recovery codes in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.accounts.store import SQL
from maritime_app.accounts.two_factor.model import StoredSecondFactor
from maritime_app.infra.db import Conn


async def second_factor(conn: Conn, staff_id: UUID) -> StoredSecondFactor | None:
    """Return the second factor of somebody who may sign in; None for anybody else."""
    return await SQL.second_factor.fetch_optional(conn, StoredSecondFactor, staff_id)


async def begin(conn: Conn, staff_id: UUID, sealed: str) -> bool:
    """Store a secret that does not count yet; return False when a second factor is on."""
    return await SQL.begin_second_factor.fetch_optional(conn, UUID, staff_id, sealed) is not None


async def switch_on(conn: Conn, staff_id: UUID, sealed: str, step: int) -> int | None:
    """Let that secret count and end the sessions; return the epoch of the next ones.

    Return None when another secret is stored by now, or a second factor is on.
    """
    return await SQL.switch_on.fetch_optional(conn, int, staff_id, sealed, step)


async def use_step(conn: Conn, staff_id: UUID, sealed: str, step: int) -> bool:
    """Use the code of that time step up; return False when it or a later one was used."""
    used = await SQL.use_step.fetch_optional(conn, UUID, staff_id, sealed, step)
    return used is not None


async def use_recovery_code(conn: Conn, staff_id: UUID, code_hash: bytes) -> bool:
    """Use a recovery code up; return False when there is no such one, or it was used."""
    used = await SQL.use_recovery_code.fetch_optional(conn, UUID, staff_id, code_hash)
    return used is not None


async def replace_recovery_codes(conn: Conn, staff_id: UUID, code_hashes: Sequence[bytes]) -> None:
    """Store these recovery codes instead of those before."""
    await SQL.drop_recovery_codes.execute(conn, staff_id)
    await SQL.add_recovery_codes.execute(conn, staff_id, list(code_hashes))


async def switch_off(conn: Conn, staff_id: UUID) -> None:
    """Delete the second factor with its recovery codes; the sessions go on."""
    await SQL.switch_off.fetch_optional(conn, UUID, staff_id)
    await SQL.drop_recovery_codes.execute(conn, staff_id)


async def reset(conn: Conn, staff_id: UUID, *, had_passkeys: bool = False) -> bool:
    """Delete it and end the sessions; return False when it was off and there were no passkeys."""
    done = await SQL.reset_second_factor.fetch_optional(conn, UUID, staff_id, had_passkeys)
    was_on = done is not None
    await SQL.drop_recovery_codes.execute(conn, staff_id)
    return was_on
