"""Look at the extras that operators have added, add one, take one back that nothing sells."""

from collections.abc import Collection, Iterator
from uuid import UUID

from maritime_app import formatting, i18n
from maritime_app.accounts import service as accounts
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.ferries.extra_kinds import store
from maritime_app.ferries.extra_kinds.codes import code_of
from maritime_app.ferries.extra_kinds.model import (
    MOST_KINDS,
    AddedExtra,
    AddExtraRequest,
    HouseOperator,
)
from maritime_app.ferries.extra_kinds.names import EXTRAS_TAG
from maritime_app.ferries.extras import ExtraKind
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.i18n import translate as _
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.names import extra_names
from maritime_app.resources import Resources

_ENGLISH = i18n.DEFAULT


async def added(res: Resources, acting: ActingStaff) -> list[AddedExtra]:
    """Return what this person's operators have added."""
    async with res.db.acquire() as conn:
        return await store.added(conn, acting.operator_id)


async def operators(res: Resources, acting: ActingStaff) -> list[HouseOperator]:
    """Return the operators for which this person may add some."""
    async with res.db.acquire() as conn:
        return await store.house_operators(conn, acting.operator_id)


async def codes_of(conn: Conn, operator_id: UUID) -> tuple[str, ...]:
    """Return what an operator may sell: what everybody may, and what it has added."""
    return tuple(await store.codes(conn, operator_id))


async def keep(conn: Conn, codes: Collection[str]) -> None:
    """Let nobody take these back until the caller's transaction ends: a list that sells them is
    being written. What was taken back before is none of the operator's codes from then on.
    """
    await store.keep(conn, codes)


async def check(res: Resources, acting: ActingStaff, asked: AddExtraRequest) -> None:
    """Raise Invalid, by field, for what cannot be added now."""
    async with res.db.transaction() as conn:
        await _checked(conn, res, acting, asked)


async def add(res: Resources, acting: ActingStaff, asked: AddExtraRequest) -> AddedExtra:
    """Write a kind; price lists of its operator can sell it from then on.

    Raise Invalid, by field, for what cannot be one.
    """
    async with res.db.transaction() as conn:
        whose = await _checked(conn, res, acting, asked)
        names = {language: name.strip() for language, name in asked.names.items()}
        code = code_of(whose.code, names[_ENGLISH])
        if code is None or not await store.add(conn, code, whose.id, names):
            raise _named_already()
        subject = ("extra", code)
        await accounts.audit(conn, acting.staff_id, "extra_added", subject, {"names": names})
        conn.after_commit.append(lambda: extra_names.add({code: names}))
        await drop_cached(conn, res.cache, [EXTRAS_TAG])
    return AddedExtra(code, whose.code, whose.name, names, 0)


async def remove(res: Resources, acting: ActingStaff, code: str) -> AddedExtra:
    """Take back a kind that no price list sells, and return it.

    Raise NotFound for none of this person's, Conflict where a list sells it.
    """
    async with res.db.transaction() as conn:
        known = {one.code: one for one in await store.added(conn, acting.operator_id)}
        if code not in known:
            raise NotFound(_("There is no such extra."), code="extra")
        if not await store.remove(conn, code):
            words = _("A price list sells this extra: it stays, as what was sold by it does.")
            raise Conflict(words, code="extra_is_sold")
        detail = {"names": known[code].names}
        await accounts.audit(conn, acting.staff_id, "extra_removed", ("extra", code), detail)
        await drop_cached(conn, res.cache, [EXTRAS_TAG])
    return known[code]


async def owner(conn: Conn, acting: ActingStaff, code: str) -> HouseOperator:
    """Return the operator of that code; raise Invalid where there is none, Forbidden where it is
    not this person's.
    """
    for one in await store.house_operators(conn, None):
        if one.code == code:
            if acting.operator_id not in (None, one.id):
                raise Forbidden(_("This is another operator."), code="operator")
            return one
    words = _("There is no such thing to choose.")
    raise Invalid(words, {"operator": words}, code="extra")


async def _checked(
    conn: Conn, res: Resources, acting: ActingStaff, asked: AddExtraRequest
) -> HouseOperator:
    whose = await owner(conn, acting, asked.operator)
    await store.lock_operator(conn, whose.id)
    known = await store.added(conn, whose.id)
    wrong = dict(_wrong(asked, known, res.settings.web.languages))
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code="extra")
    return whose


def _wrong(
    asked: AddExtraRequest, known: Collection[AddedExtra], languages: Collection[str]
) -> Iterator[tuple[str, str]]:
    for language in asked.names:
        if language not in languages:
            yield f"names.{language}", _("The pages are not in this language.")
    english = asked.names.get(_ENGLISH)
    if english is None:
        yield f"names.{_ENGLISH}", _("This is required.")
    elif code_of("x", english) is None:
        yield f"names.{_ENGLISH}", _("Please write the English name in Latin letters.")
    elif english.strip().casefold() in _taken(known):
        yield f"names.{_ENGLISH}", _named_already().message
    if len(known) >= MOST_KINDS:
        words = _("An operator has at most %(most)s extras of its own.")
        yield "operator", words % {"most": MOST_KINDS}


def _taken(known: Collection[AddedExtra]) -> set[str]:
    with i18n.using(_ENGLISH):
        names = [formatting.item_name(f"{EXTRA}{kind}") for kind in ExtraKind]
    return {name.casefold() for name in [*names, *(one.names[_ENGLISH] for one in known)]}


def _named_already() -> Invalid:
    words = _("There is an extra of this name already.")
    return Invalid(words, {f"names.{_ENGLISH}": words}, code="extra")
