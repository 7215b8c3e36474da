"""Every part of a Redis address, honoured or refused.

    redis://user:password@host:6379/0            plain
    rediss://user:password@host:6379/0           over TLS, the certificate and its name checked
    unix:///run/redis.sock?db=0                  a local socket
    redis+sentinel://user:password@one:26379,two:26379/name/0     the primary that Sentinels name
    rediss+sentinel://...                        the same, everything over TLS

Options behind `?`: db, ssl_ca_certs, ssl_certfile, ssl_keyfile, ssl_cert_reqs (required, none),
ssl_check_hostname (true, false), sentinel_username, sentinel_password. Names and passwords are
percent-encoded. The schemes redis and rediss: https://www.iana.org/assignments/uri-schemes
"""

from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct

from maritime_app.infra.redis.errors import AddressError
from maritime_app.infra.redis.tls import TLS_OPTIONS, Tls, tls_of

SCHEMES: Final = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_PORT, _SENTINEL_PORT = 6379, 26379
_SENTINEL_OPTIONS: Final = ("sentinel_username", "sentinel_password")


class Login(Struct, frozen=True):
    """Whom we are; without a name the server's default user."""

    username: str = ""
    password: str = ""


class RedisAddress(Struct, frozen=True):
    """Where Redis is. `nodes` are of Redis itself, or of the Sentinels that know `primary_name`."""

    nodes: tuple[tuple[str, int], ...] = ()
    socket_path: str = ""
    primary_name: str = ""
    login: Login = Login()
    sentinel_login: Login = Login()
    database: int = 0
    tls: Tls | None = None

    @classmethod
    def parse(cls, url: str) -> "RedisAddress":
        """Return the address in a URL; raise AddressError for what it says and we cannot do."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES:
            known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
            raise AddressError(f"{parts.scheme or 'no scheme'}: use one of {known}")
        options = _options(parts)
        path, primary_name = parts.path.strip("/"), ""
        if parts.scheme.endswith("+sentinel"):
            primary_name, _, path = path.partition("/")
            if not primary_name:
                raise AddressError("after the Sentinels stands the primary's name: .../mymaster/0")
        is_socket = parts.scheme == "unix"
        return cls(
            nodes=() if is_socket else _nodes(parts, _SENTINEL_PORT if primary_name else _PORT),
            socket_path=parts.path if is_socket else "",
            primary_name=primary_name,
            login=_login(parts),
            sentinel_login=Login(*(options.get(name, "") for name in _SENTINEL_OPTIONS)),
            database=_number(options.get("db") or ("" if is_socket else path)),
            tls=tls_of(options) if parts.scheme.startswith("rediss") else None,
        )


def _options(parts: SplitResult) -> dict[str, str]:
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    known = {"db"}
    if parts.scheme.startswith("rediss"):
        known.update(TLS_OPTIONS)
    if parts.scheme.endswith("+sentinel"):
        known.update(_SENTINEL_OPTIONS)
    for name in options:
        if name not in known:
            raise AddressError(f"{parts.scheme}:// has no option {name!r}")
    return options


def _nodes(parts: SplitResult, default_port: int) -> tuple[tuple[str, int], ...]:
    """Return host and port of each; only Sentinels are several."""
    hosts = parts.netloc.rpartition("@")[2].split(",")
    if len(hosts) > 1 and not parts.scheme.endswith("+sentinel"):
        raise AddressError("several hosts are for redis+sentinel://; a Cluster cannot be used")
    nodes = []
    for host in hosts:
        one = urlsplit(f"//{host}")
        try:
            nodes.append((one.hostname or "127.0.0.1", one.port or default_port))
        except ValueError as error:
            raise AddressError(f"the port of {one.hostname or 'a host'} is none") from error
    return tuple(nodes)


def _login(parts: SplitResult) -> Login:
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    if user and not password:
        raise AddressError("a user needs a password: user:password@host")
    return Login(unquote(user), unquote(password))


def _number(text: str) -> int:
    if not text:
        return 0
    if not text.isdecimal():
        raise AddressError(f"the database is a number, not {text!r}")
    return int(text)
