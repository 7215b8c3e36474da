"""E-mail addresses: what may be one, by email-validator (RFC 5321 and 6531, no DNS is asked).

Whether mail arrives there is found out by writing to it. The library takes 30 us, most of them for
the domain; there are few domains, so what it said of one is kept. Addresses are not.
"""

import re
from functools import lru_cache

MAX_LENGTH = 200
# Local parts that RFC 5321 (section 4.1.2, Dot-string) allows, of the usual letters: what the
# library says of an address with one of them depends on the domain alone.
_USUAL_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_MAX_LOCAL = 64  # section 4.5.3.1.1


def is_email_address(text: str) -> bool:
    """Return whether the text can be somebody's address in the public mail system."""
    local, _at, domain = text.rpartition("@")
    if len(text) > MAX_LENGTH:
        return False
    if len(local) <= _MAX_LOCAL and domain.isascii() and _USUAL_LOCAL.fullmatch(local):
        return _is_domain(domain)
    return _is_address(text)


@lru_cache(maxsize=1_024)
def _is_domain(domain: str) -> bool:
    return _is_address(f"somebody@{domain}")


def _is_address(text: str) -> bool:
    import email_validator  # 50 ms to import: only who adds an address waits for it

    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return True
