"""The mails that tell of an alert and of its end."""

from maritime_app.emails.model import MailKind
from maritime_app.i18n import translate as _
from maritime_app.ops.notices.model import Notice

ALERT = MailKind(
    "alert",
    Notice,
    noun="alert",
    folder="ops/mails",
    subject=lambda alert: f"{_('A person must look at this')}: {alert.kind}",
)
ENDED = MailKind(
    "alert_ended",
    Notice,
    noun="alert",
    folder="ops/mails",
    subject=lambda alert: f"{_('It is over')}: {alert.kind}",
)
MAILS = [ALERT, ENDED]
