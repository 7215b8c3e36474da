"""The mail that tells of an alert."""

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
MAILS = [ALERT]
