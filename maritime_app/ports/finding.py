"""Find ports: by a part of a name or code, the one with a code, and those that may be meant."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Final
from urllib.parse import urlencode

import msgspec

from maritime_app.errors import NotFound
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.paging import pages, skipped
from maritime_app.ports import store
from maritime_app.ports.gazetteer import names
from maritime_app.ports.model import Port, PortItem, PortList, PortQuery
from maritime_app.ports.store import CalledPort
from maritime_app.resources import Resources

PAGE_SIZE: Final = 40
MAX_CODE_LENGTH: Final = 160
_MAX_QUERY_LENGTH: Final = 80
_GUESSES: Final = 5
_SHORTEST_SLIP: Final = 4  # of three letters every name is one letter away from others
_ALIKE: Final = 0.8  # difflib's likeness: one letter of five, two of ten


class UnknownPort(NotFound):
    """No port has that code. `guesses` may be meant, the likeliest first; `meant` is the code of
    the only one that is called just so; `are_called_so`: several are.
    """

    def __init__(
        self,
        code: str,
        guesses: Sequence[PortItem] = (),
        *,
        meant: str | None = None,
        are_called_so: bool = False,
    ) -> None:
        words = _("There is no port with the code %s.") % code[:40]
        if guesses:
            named = ", ".join(f"{port_text(port)} ({port.code})" for port in guesses)
            words += " " + _("Did you mean: %(places)s?") % {"places": named}
        super().__init__(words, code="port")
        self.text = code
        self.guesses = tuple(guesses)
        self.meant = meant
        self.are_called_so = are_called_so

    def way_on(self, address: Callable[[str], str]) -> str | None:
        """Return where a person is led: to the `address` of the port that is meant, else to those
        that may be; None where none may be.
        """
        if self.meant:
            return address(self.meant)
        return f"/ports?{urlencode({'q': self.text})}" if self.guesses else None


class _Found(msgspec.Struct, frozen=True):
    ports: list[PortItem]
    total: int
    is_spelled_so: bool


async def find(res: Resources, query: PortQuery) -> PortList:
    """Return the ports that match, a page at a time; a page behind the last one is empty. Where
    none does, those whose name is spelled almost so.
    """
    found = await _find(res, query, PAGE_SIZE, skipped(query.page, PAGE_SIZE))
    shown = tuple(found.ports)
    return PortList(
        shown, found.total, query.page, pages(found.total, PAGE_SIZE), found.is_spelled_so
    )


async def find_all(res: Resources, query: PortQuery, limit: int) -> tuple[list[PortItem], int]:
    """Return the first of the same ports, at most `limit`, and how many there are in all."""
    found = await _find(res, query, limit, 0)
    return found.ports, found.total


async def port_of(conn: Conn, code: str) -> Port:
    """Return the port with that code; raise UnknownPort."""
    # PostgreSQL takes no NUL in a text, and no code has one.
    code = code[:MAX_CODE_LENGTH]
    if "\x00" in code:
        raise UnknownPort(code)
    subject = await store.port_by_code(conn, code)
    if subject is None:
        raise await unknown(conn, code)
    return subject


async def unknown(conn: Conn, text: str) -> UnknownPort:
    """Return the refusal of what is no port's code, with the ports that may be meant by it: those
    that are called just so, else those whose name contains it or is spelled almost so.
    """
    text = text.replace("\x00", "")[:_MAX_QUERY_LENGTH]
    key = names.fold(text)
    if not key:
        return UnknownPort(text)
    same = await store.ports_called(conn, key)
    if same:
        called = [each.port for each in same][:_GUESSES]
        return UnknownPort(text, called, meant=_meant(same, key), are_called_so=True)
    guesses: list[PortItem] = []
    if len(key) >= _SHORTEST_SLIP:
        guesses, _total = await store.ports_matching(conn, text, "", "", _GUESSES, 0)
    return UnknownPort(text, guesses or await _spelled(conn, key))


def _meant(called: Sequence[CalledPort], key: str) -> str | None:
    """Return the code of the only port of that name: those whose first name it is come before
    those that are called so as well, then the one that is written down here.
    """
    likely = [each for each in called if names.fold(each.port.name) == key] or called
    if len(likely) > 1:
        likely = [each for each in likely if each.is_ours]
    return likely[0].port.code if len(likely) == 1 else None


def spelled_about(key: str, keys: Iterable[str], most: int) -> list[str]:
    """Return those of the folded names that are spelled almost as this one, the likeliest first."""
    if len(key) < _SHORTEST_SLIP:
        return []
    return get_close_matches(key, set(keys), most, _ALIKE)


async def _find(res: Resources, query: PortQuery, limit: int, skip: int) -> _Found:
    text = query.q.strip()[:_MAX_QUERY_LENGTH]
    wanted = query.kind, query.country.upper()
    async with res.reads.acquire() as conn:
        ports, total = await store.ports_matching(conn, text, *wanted, limit, skip)
        if total or not text:
            return _Found(ports, total, is_spelled_so=True)
        listed = await store.port_by_code(
            conn, text.replace("\x00", "")
        )  # a code of a list or of statistics
        if listed is not None and _is_wanted(query, listed):
            found = [msgspec.convert(listed, PortItem, from_attributes=True)]
            return _Found(found[skip : skip + limit], 1, is_spelled_so=True)
        almost = [
            port for port in await _spelled(conn, names.fold(text)) if _is_wanted(query, port)
        ]
    return _Found(almost[skip : skip + limit], len(almost), is_spelled_so=not almost)


def _is_wanted(query: PortQuery, port: Port | PortItem) -> bool:
    return query.kind in ("", port.kind) and query.country.upper() in ("", port.country)


async def _spelled(conn: Conn, key: str) -> list[PortItem]:
    if len(key) < _SHORTEST_SLIP:
        return []
    found = await store.ports_spelled_about(conn, key)
    likely = spelled_about(key, (each.key for each in found), _GUESSES)
    ports = {each.port.code: each.port for name in likely for each in found if each.key == name}
    return list(ports.values())[:_GUESSES]
