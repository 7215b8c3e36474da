"""The headers of a mail, as they travel: what is read by programs is never encoded."""

from email import message_from_bytes, policy
from uuid import UUID

import jinja2
import msgspec
import pytest

from maritime_app.emails import render
from maritime_app.emails.model import Mail, MailKind
from maritime_app.settings.file import load


class Gale(msgspec.Struct):
    """What a mail says."""

    port: str


LINK = f"https://ferries.example/ferries/alerts/{'Ab3_' * 40}/end"


def test_it_works(said):
    """An address that ends a subscription stands there as it is, whichever the server takes: the
    library encoded what was longer than its lines, and no mail program ended anything.
    """
    made = said("Kiel")
    for form in (policy.SMTP, policy.SMTPUTF8):
        assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in made.as_bytes(policy=form)


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\x0b", "\x1e", "\x85", "\u2028"])
def test_a_name_with_a_break_of_line_is_one_line_of_subject(said, mark):
    """It stopped the mail for good; and it begins no header of its own."""
    travelled = read(said(f"Kiel{mark}Bcc: bo@example.org"))
    assert travelled["Subject"] == "Gale at Kiel Bcc: bo@example.org"
    assert travelled["Bcc"] is None


@pytest.mark.parametrize(
    "port", ["\u2068مرسى مطروح\u2069", "Ω" * 200, "Ka\u0301ros 🚢", "Kiel\u200b\u202e", "x" * 300]
)
def test_a_subject_in_any_script_comes_whole(said, port):
    made = said(port)
    assert read(made)["Subject"] == f"Gale at {port}"
    lines = made.as_bytes(policy=policy.SMTP).split(b"\r\n")
    assert max(map(len, lines)) <= 998  # RFC 5322, 2.1.1


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Write a mail about a port."""
    (tmp_path / "gale.txt").write_text("{{ gale.port }}")
    (tmp_path / "gale.html").write_text("<p>{{ gale.port }}</p>")
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path.parent))
    monkeypatch.setattr(render, "_environment", lambda: environment)
    kind = MailKind(
        "gale",
        Gale,
        "gale",
        tmp_path.name,
        lambda gale: f"Gale at {gale.port}",
        lambda _gale: LINK,
    )
    settings = load({})
    return lambda port: render.message(
        settings, kind, Mail(UUID(int=1), "ada@example.org", "en", {"port": port}, False)
    )


def read(made):
    return message_from_bytes(made.as_bytes(policy=policy.SMTP), policy=policy.default)
