"""The sections of settings.toml for people: who helps travellers, what is kept of them, who is told
and how mails go.
"""

from typing import Annotated

import msgspec

from maritime_app.settings.section import Days, MailAddress, Port, Seconds, Section, Url

_Telephone = Annotated[
    str,
    msgspec.Meta(pattern=r"^(\+[0-9][0-9 ]{5,24})?$", description="write it as +30 210 123 4567"),
]


class Support(Section, frozen=True):
    """Where people reach a person; what is empty is not offered."""

    email: MailAddress
    phone: _Telephone
    hours: str

    @property
    def is_there(self) -> bool:
        """Whether anybody can be written to or called."""
        return bool(self.email or self.phone)


class Privacy(Section, frozen=True):
    """When personal data is erased."""

    documents_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)]
    personal_days: Days


class Smtp(Section, frozen=True):
    """The mail server."""

    host: str
    port: Port
    username: str
    password: str
    starttls: bool
    sender: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([^<>]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)$",
            description="write it as Ferries <tickets@example.org>",
        ),
    ]
    timeout_seconds: Seconds


class Alerts(Section, frozen=True):
    """Who is told when a person must look at something."""

    mail: Annotated[
        tuple[MailAddress, ...], msgspec.Meta(description="write each as name@example.org")
    ]
    webhook_url: Url
    webhook_secret: str
    quiet_minutes: Annotated[float, msgspec.Meta(ge=0, le=10_080)]
