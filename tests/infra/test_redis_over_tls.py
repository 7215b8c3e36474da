"""rediss://: Redis over TLS, its certificate checked against the system's or a named authority."""

import asyncio
import ssl
from urllib.parse import urlsplit

import pytest
import trustme

from maritime_app.infra.redis import MultiplexedRedis, RedisError, open_client
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


async def test_the_client_for_subscriptions_and_arq_reads_the_same_address(address, ca_file):
    client = open_client(f"{address}?ssl_ca_certs={ca_file}", 0)

    assert await client.ping()

    await client.aclose()
