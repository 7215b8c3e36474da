"""Query strings, JSON bodies and HTML forms to validated structs, with words that help.

bodies        the media type that a route takes, in UTF-8 only
json_text     JSON to plain values, where an object has each name at most once
fields        from a request to a struct; how nested form fields are written
validation    plain values to structs, with a message per field
field_errors  what is wrong with plain values, by the types of a struct
numbers       whole numbers in fields that stand for themselves
csrf          forms are taken only from our own pages
"""

from maritime_app.web.forms import csrf
from maritime_app.web.forms.fields import (
    NO_TEXT,
    form,
    form_fields,
    id_in_path,
    json_body,
    nest,
    query,
)
from maritime_app.web.forms.validation import convert, convert_entries

__all__ = [
    "NO_TEXT",
    "convert",
    "convert_entries",
    "csrf",
    "form",
    "form_fields",
    "id_in_path",
    "json_body",
    "nest",
    "query",
]
