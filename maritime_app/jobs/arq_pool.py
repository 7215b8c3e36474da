"""arq's own connections: redis-py, at the address that everybody uses."""

from functools import partial
from typing import Any

import msgspec
from arq.connections import ArqRedis, RedisSettings
from redis._parsers import Encoder
from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.sentinel import Sentinel

from maritime_app.infra.redis import RedisAddress
from maritime_app.infra.redis.address import Login
from maritime_app.infra.redis.tls import Tls
from maritime_app.jobs.patient_pool import PatientPool, PatientRedis, PatientSentinelPool
from maritime_app.resources import jobs_database
from maritime_app.settings.model import Settings

_ARQ = "arq:"  # what the names of all of arq's keys begin with (arq/constants.py)
_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0  # a line whose other end has vanished says nothing: it is given up


def arq_pool(
    settings: Settings, queue_name: str, *, patience_seconds: float | None = None
) -> ArqRedis:
    """Return arq's client for one queue; nothing is connected yet.

    With `patience_seconds` Redis is waited for: so long at first, later on for as long as the
    worker goes on (see PatientPool).
    """
    address = RedisAddress.parse(settings.redis.url)
    options = {**_options(address.login, address.tls), "db": jobs_database(settings)}
    if settings.redis.prefix:
        options["encoder_class"] = partial(_PrefixingEncoder, settings.redis.prefix)
    pool = _pool(address, options)
    if patience_seconds is not None:
        pool.patience_seconds = patience_seconds
        pool.wait_in_commands()
    client = ArqRedis if patience_seconds is None else PatientRedis
    return client(
        pool,
        job_serializer=msgspec.json.encode,
        job_deserializer=msgspec.json.decode,
        default_queue_name=queue_name,
    )


def arq_settings(settings: Settings) -> RedisSettings:
    """Return the same for `arq --check`, which only takes settings.

    Sentinels with a password or TLS of their own it cannot ask.
    """
    address = RedisAddress.parse(settings.redis.url)
    tls = address.tls or Tls()
    host, port = address.nodes[0] if address.nodes else ("localhost", 6379)
    return RedisSettings(
        host=list(address.nodes) if address.primary_name else host,
        port=port,
        unix_socket_path=address.socket_path or None,
        database=jobs_database(settings),
        username=address.login.username or None,
        password=address.login.password or None,
        ssl=address.tls is not None,
        ssl_ca_certs=tls.ca_file,
        ssl_certfile=tls.certificate_file,
        ssl_keyfile=tls.key_file,
        ssl_cert_reqs="required" if tls.verified else "none",
        ssl_check_hostname=tls.verified and tls.host_checked,
        sentinel=bool(address.primary_name),
        sentinel_master=address.primary_name,
    )


class _PrefixingEncoder(Encoder):
    """Writes the prefix before arq's own keys, whose names arq has as constants.

    A queue's name is a setting of arq's and has the prefix already.
    """

    def __init__(self, prefix: str, *options: Any) -> None:
        super().__init__(*options)  # type: ignore[no-untyped-call]
        self._prefix = prefix

    def encode(self, value: Any) -> Any:
        """Return an argument of a command as it goes over the line."""
        is_key = isinstance(value, str) and value.startswith(_ARQ)
        named = self._prefix + value if is_key and not value.startswith(self._prefix) else value
        return super().encode(named)  # type: ignore[no-untyped-call]


def _pool(address: RedisAddress, options: dict[str, Any]) -> PatientPool:
    encrypted = address.tls is not None
    if address.primary_name:
        asking = _options(address.sentinel_login, address.tls)
        # redis-py has no annotations here.
        sentinels = Sentinel(  # type: ignore[no-untyped-call]
            list(address.nodes), sentinel_kwargs={**asking, "ssl": encrypted}
        )
        return PatientSentinelPool(  # type: ignore[no-untyped-call]
            address.primary_name, sentinels, ssl=encrypted, **options
        )
    if address.socket_path:
        options["path"] = address.socket_path
        return PatientPool(connection_class=UnixDomainSocketConnection, **options)
    options["host"], options["port"] = address.nodes[0]
    return PatientPool(connection_class=SSLConnection if encrypted else Connection, **options)


def _options(login: Login, tls: Tls | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "username": login.username or None,
        "password": login.password or None,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": _ANSWER_SECONDS,
    }
    if tls:
        options |= {
            "ssl_ca_certs": tls.ca_file,
            "ssl_certfile": tls.certificate_file,
            "ssl_keyfile": tls.key_file,
            "ssl_cert_reqs": "required" if tls.verified else "none",
            "ssl_check_hostname": tls.verified and tls.host_checked,
        }
    return options
