"""Pure: what the page of added extras sends: `operator`, and `name-<language>` by language."""

from collections.abc import Mapping

from maritime_app.errors import Invalid
from maritime_app.ferries.extra_kinds.model import AddExtraRequest
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert_noted

_NAME = "name-"


def added_extra(fields: Mapping[str, str]) -> AddExtraRequest:
    """Return the extra that was entered; raise Invalid by the form's own names."""
    names = {
        name.removeprefix(_NAME): text.strip()
        for name, text in fields.items()
        if name.startswith(_NAME) and text.strip()
    }
    wanted = {"operator": fields.get("operator", ""), "names": names}
    noted = {} if "en" in names else {"names.en": _("This is required.")}
    try:
        return convert_noted(wanted, AddExtraRequest, noted)
    except Invalid as refusal:
        raise marked(refusal) from refusal


def marked(refusal: Invalid) -> Invalid:
    """Return the refusal with the fields as the form names them."""
    fields = {_field(path): words for path, words in refusal.fields.items()}
    return Invalid(refusal.message, fields, code=refusal.code)


def _field(path: str) -> str:
    return path.replace("names.", _NAME)
