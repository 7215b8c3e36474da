"""rediss://: Redis over TLS, its certificate checked against the system's or a named authority."""

import asyncio
import ssl
from urllib.parse import urlsplit

import pytest
import trustme

from maritime_app.infra.redis import MultiplexedRedis, RedisError, subscribed
from maritime_app.jobs.arq_pool import arq_pool
from maritime_app.settings.file import replace
from tests.infra.away import tls_in_front_of


@pytest.fixture(scope="module")
def authority():
    """A certificate authority that no system knows."""
    return trustme.CA()


@pytest.fixture
async def address(redis_server, authority):
    """The test's Redis behind TLS: `rediss://:password@localhost:port`."""
    plain = urlsplit(redis_server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with tls_in_front_of(plain.port, context) as port:
        yield f"rediss://:{plain.password}@localhost:{port}/0"


@pytest.fixture
def ca_file(authority, tmp_path):
    """The authority's certificate in a file."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path


async def test_it_works(address, ca_file):
    redis = MultiplexedRedis(f"{address}?ssl_ca_certs={ca_file}")

    assert await redis.command("PING") == b"PONG"
    found = await asyncio.gather(*(redis.command("ECHO", number) for number in range(50)))
    await redis.close()

    assert found == [str(number).encode() for number in range(50)]


async def test_a_certificate_of_an_unknown_authority_is_refused(address):
    redis = MultiplexedRedis(address)

    with pytest.raises(RedisError) as refused:
        await redis.command("PING")
    await redis.close()

    assert "certificate verify failed" in refused.value.reply


async def test_the_check_can_be_switched_off(address):
    redis = MultiplexedRedis(f"{address}?ssl_cert_reqs=none")

    assert await redis.command("PING") == b"PONG"

    await redis.close()


async def test_subscriptions_are_encrypted_too(address, ca_file):
    redis = MultiplexedRedis(f"{address}?ssl_ca_certs={ca_file}")

    async with subscribed(redis, ["ships"]) as messages:
        await redis.command("PUBLISH", "ships", "Nereid")
        assert await anext(messages) == ("ships", b"Nereid")
    await redis.close()


async def test_arq_reads_the_same_address(address, ca_file, settings):
    encrypted = replace(settings, redis={"url": f"{address}?ssl_ca_certs={ca_file}"})
    pool = arq_pool(encrypted, "arq:queue:emails")

    assert await pool.ping()

    await pool.aclose(close_connection_pool=True)


async def test_not_one_byte_goes_out_in_the_clear():
    """Whoever listens where a rediss address points sees handshakes, and no password."""
    seen: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(4_096))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    redis = MultiplexedRedis(f"rediss://:planted-word@127.0.0.1:{port}")
    with pytest.raises(RedisError):
        await redis.command("PING")
    with pytest.raises(RedisError):
        async with subscribed(redis, ["ships"]):
            pass
    await redis.close()
    server.close()

    assert len(seen) == 2
    assert {data[:2] for data in seen} == {b"\x16\x03"}  # RFC 8446, 5.1: a handshake record
    assert not any(b"planted-word" in data for data in seen)
