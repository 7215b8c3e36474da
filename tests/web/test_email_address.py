"""What may be an e-mail address: everything the mail system carries, and no more."""

import pytest

from maritime_app.text.email_address import MAX_LENGTH, is_email_address


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org",
        "ada.lund+ferry@mail.example.co.uk",
        "o'brien@example.ie",
        "δοκιμή@παράδειγμα.ελ",  # RFC 6531
        "ada@bücher.example",
    ],
)
def test_it_works(text):
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@example..org",
        "ada lund@example.org",
        "ada@example.org\r\nBcc: mallory@example.org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]",
        "a" * 65 + "@example.org",  # RFC 5321 section 4.5.3.1.1
        "ada.@example.org",
        "ada@example.org ",
        "ada@exa_mple.org",
        "ada@" + "a" * 64 + ".org",
        "ada@" + "example." * 30 + "org",
    ],
)
def test_what_no_mail_reaches_is_refused(text):
    assert not is_email_address(text)


def test_it_fits_its_column():
    local, domain = "a" * 60, ".".join(["b" * 60] * 2) + ".example"
    longest = f"{local}@{domain}"
    assert len(longest) <= MAX_LENGTH
    assert is_email_address(longest)
    assert not is_email_address(f"{local}@{'c' * 20}.{domain}")
