"""Files to keep have names that every header and every file system takes."""

import pytest

from maritime_app.web.responses.file_names import plain


def test_it_works():
    assert plain("GRPIR") == "GRPIR"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("Πειραιάς 2", "---------2"),
        ('a"; x="b', "a---x--b"),
        ("../etc", "---etc"),
        ("one\r\ntwo", "one--two"),
    ],
)
def test_what_a_header_would_misread_becomes_a_hyphen(code, name):
    assert plain(code) == name
