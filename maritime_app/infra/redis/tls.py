"""How a line is encrypted: what a certificate is checked against, and the one that we show."""

import ssl
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from maritime_app.infra.redis.errors import AddressError

TLS_OPTIONS: Final = (
    "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname",
)  # fmt: skip


class Tls(Struct, frozen=True):
    """What a certificate is checked against, and the one that we show."""

    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    verified: bool = True
    host_checked: bool = True

    def context(self) -> ssl.SSLContext:
        """Return it for the standard library; raise AddressError for a file that cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate_file:
                context.load_cert_chain(self.certificate_file, self.key_file)
        except OSError as error:
            raise AddressError(f"a certificate cannot be read ({error})") from error
        context.check_hostname = self.verified and self.host_checked
        context.verify_mode = ssl.CERT_REQUIRED if self.verified else ssl.CERT_NONE
        return context


def tls_of(options: Mapping[str, str]) -> Tls:
    """Return what the options of an address say; raise AddressError for an unknown word."""
    required = _one_of(options, "ssl_cert_reqs", {"required": True, "none": False})
    checked = _one_of(options, "ssl_check_hostname", {"true": True, "false": False})
    return Tls(
        options.get("ssl_ca_certs"),
        options.get("ssl_certfile"),
        options.get("ssl_keyfile"),
        verified=required,
        host_checked=checked,
    )


def _one_of(options: Mapping[str, str], name: str, meanings: dict[str, bool]) -> bool:
    word = options.get(name, next(iter(meanings))).lower()
    if word not in meanings:
        raise AddressError(f"{name} is {' or '.join(meanings)}, not {word!r}")
    return meanings[word]
