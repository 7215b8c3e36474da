"""E-mail addresses: what may be one, by email-validator (RFC 5321 and 6531, no DNS is asked).

Whether mail arrives there is found out by writing to it.
"""

MAX_LENGTH = 200


def is_email_address(text: str) -> bool:
    """Return whether the text can be somebody's address in the public mail system."""
    import email_validator  # 50 ms to import: only who adds an address waits for it

    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return len(text) <= MAX_LENGTH
