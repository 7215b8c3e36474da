"""Every text of pages and mails is there in every language, with its placeholders and its plural
forms.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from maritime_app import i18n
from maritime_app.settings import file as settings

ROOT = Path(__file__).parents[2]
LANGUAGES = [language for language in settings.load({}).web.languages if language != i18n.DEFAULT]
# Singular and dual may say the number in a word.
FORMS_WITHOUT_NUMBER = {"ar": 3}


@cache
def source() -> Catalog:
    """What `make texts` finds, by the same rules."""
    found = re.search(r"^KEYWORDS = (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(found[1].split())}
    with (ROOT / "babel.cfg").open() as rules:
        mapping, options = parse_mapping_cfg(rules)
    catalogue = Catalog()
    for folder in ("maritime_app", "templates"):
        within = [
            (pattern.removeprefix(f"{folder}/"), how)
            for pattern, how in mapping
            if pattern.startswith(folder)
        ]
        choices = {
            pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()
        }
        for file, line, text, _comments, _context in extract_from_dir(
            ROOT / folder, within, choices, keywords
        ):
            catalogue.add(text, locations=[(f"{folder}/{file}", line)])
    return catalogue


@cache
def catalogue(language: str) -> Catalog:
    text = (i18n.LOCALES_DIR / language / "LC_MESSAGES" / "messages.po").read_bytes()
    return pofile.read_po(BytesIO(text), locale=language)


def forms(text) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%%|%[sd]", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_works(language):
    i18n.use(language)
    try:
        assert i18n.translate("Search ferries") != "Search ferries"
        two, eleven = (i18n.translate_plural("%(num)s ship", "%(num)s ships", n) for n in (2, 11))
        assert two != "%(num)s ships"
        assert language != "ar" or two != eleven
    finally:
        i18n.use(i18n.DEFAULT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language):
    known = catalogue(language)
    missing = [
        f"{message.locations[0]}: {forms(message.id)[0]}"
        for message in source()
        if message.id
        and not (known.get(forms(message.id)[0]) and all(forms(known[forms(message.id)[0]].string)))
    ]
    assert missing == [], "run `make texts` and translate what is empty in maritime_app/locales"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive(language):
    wrong = []
    for message in catalogue(language):
        wanted = placeholders(forms(message.id)[-1])
        for number, said in enumerate(forms(message.string)):
            lenient = len(forms(message.string)) > 1 and number < FORMS_WITHOUT_NUMBER.get(
                language, 0
            )
            found = placeholders(said)
            if not (found <= wanted if lenient else found == wanted):
                wrong.append((said, wanted))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_written(language):
    known = catalogue(language)
    for message in known:
        if isinstance(message.id, tuple):
            assert len(forms(message.string)) == known.num_plurals


def test_arabic_counts_as_cldr_says():
    """0, 1, 2, 3-10, 11-99 and hundreds each have a form of their own."""
    known = catalogue("ar")
    assert known.num_plurals == 6
    i18n.use("ar")
    try:
        said = [
            i18n.translate_plural("%(num)s adult", "%(num)s adults", n) for n in (1, 2, 3, 11, 100)
        ]
    finally:
        i18n.use(i18n.DEFAULT)
    assert len(set(said)) == 5


def test_italian_addresses_people_in_one_way():
    """Lei, as most texts do: neither voi nor tu in the same mail."""
    others = re.compile(r"\b(voi|vostr[aoie]|tu|te|tuo|tua|tuoi|tue)\b", re.IGNORECASE)
    found = [
        form
        for message in catalogue("it")
        if message.id
        for form in forms(message.string)
        if others.search(str(form))
    ]
    assert found == []
