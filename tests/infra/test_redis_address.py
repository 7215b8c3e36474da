"""REDIS_URL: every part of it is honoured, or refused in words."""

import pytest

from maritime_app.infra.redis import AddressError, RedisAddress
from maritime_app.infra.redis.address import Login

PLAIN = "redis://anna:p%40ss%2Fword@cache.example:6380/4"


def test_it_works():
    address = RedisAddress.parse(PLAIN)

    assert address.nodes == (("cache.example", 6380),)
    assert address.login == Login("anna", "p@ss/word")
    assert address.database == 4
    assert address.tls is None


def test_only_a_password():
    address = RedisAddress.parse("redis://:secret@127.0.0.1")

    assert (address.login, address.nodes) == (Login("", "secret"), (("127.0.0.1", 6379),))


def test_the_database_may_be_an_option():
    assert RedisAddress.parse("redis://cache?db=7").database == 7


def test_tls():
    tls = RedisAddress.parse("rediss://cache?ssl_ca_certs=/ca.pem&ssl_check_hostname=false").tls

    assert tls is not None
    assert (tls.ca_file, tls.verified, tls.host_checked) == ("/ca.pem", True, False)


def test_a_socket():
    address = RedisAddress.parse("unix://:secret@/run/redis.sock?db=2")

    assert (address.socket_path, address.database) == ("/run/redis.sock", 2)


def test_sentinels():
    address = RedisAddress.parse(
        "rediss+sentinel://anna:secret@one.example,two.example:26380/ferries/3?sentinel_password=s"
    )

    assert address.nodes == (("one.example", 26379), ("two.example", 26380))
    assert (address.primary_name, address.database) == ("ferries", 3)
    assert address.sentinel_login == Login("", "s")
    assert address.tls is not None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("cache.example:6379", "use one of redis://"),
        ("http://cache.example", "http: use one of redis://"),
        ("redis://one,two", "a Cluster cannot be used"),
        ("redis://cache/first", "the database is a number"),
        ("redis://cache:port", "the port of cache is none"),
        ("redis://anna@cache", "a user needs a password"),
        ("redis://cache?ssl_ca_certs=/ca.pem", "redis:// has no option 'ssl_ca_certs'"),
        ("rediss://cache?socket_timeout=3", "has no option 'socket_timeout'"),
        ("rediss://cache?ssl_cert_reqs=maybe", "ssl_cert_reqs is required or none"),
        ("redis+sentinel://one,two", "the primary's name"),
    ],
)
def test_what_cannot_be_honoured_is_refused(url, words):
    with pytest.raises(AddressError, match="REDIS_URL") as refused:
        RedisAddress.parse(url)

    assert words in str(refused.value)


def test_a_refusal_shows_no_password():
    with pytest.raises(AddressError) as refused:
        RedisAddress.parse("redis://:secret@cache/first?x=1")

    assert "secret" not in str(refused.value)


def test_a_certificate_that_is_not_there():
    tls = RedisAddress.parse("rediss://cache?ssl_ca_certs=/nowhere.pem").tls

    assert tls is not None
    with pytest.raises(AddressError, match="a certificate cannot be read"):
        tls.context()
