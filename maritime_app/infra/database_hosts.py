"""Which of several PostgreSQL servers in one address is meant."""

from urllib.parse import parse_qs, urlsplit

from asyncpg.connect_utils import SessionAttribute


def target_of(url: str) -> SessionAttribute | None:
    """Return what the server must be: of several hosts the one that takes writes, unless the
    address has a `target_session_attrs` of its own; None leaves it to the address.
    """
    parts = urlsplit(url)
    several = "," in parts.netloc.rpartition("@")[2]
    said = "target_session_attrs" in parse_qs(parts.query)
    return SessionAttribute.read_write if several and not said else None
