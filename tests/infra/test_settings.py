"""Settings: the file, the environment over it, and where exactly a mistake stands."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from maritime_app.infra.redis import AddressError
from maritime_app.infra.redis.address import RedisAddress
from maritime_app.settings import file as settings
from maritime_app.settings.file import DEFAULT_FILE, SettingsError, load
from maritime_app.settings.model import Settings
from maritime_app.settings.section import Section

# Written before what reads it; goes with that change.
UNDER_WAY = {"timetables.max_pull_mb"}


ADDRESSES_BY = {
    "database": "postgresql://told.example/told",
    "aisstream": "wss://told.example",
    "smtp": "told@example.org",
}


def test_it_works():
    given = load({"PORT": "9001"})

    assert given.web.port == 9001
    assert given.bookings.hold_minutes == 30
    assert given.public_url == "http://127.0.0.1:9001"


def test_the_short_names_and_the_long_ones_mean_the_same():
    for variable, (section, key) in settings._SHORT_NAMES.items():
        numbers = {"port": "2", "smtp_port": "2", "ais_speed": "2", "starttls": "1"}
        numbers |= {
            "mail": "told@example.org",
            "email": "told@example.org",
            "phone": "+49 431 123456",
        }
        value = numbers.get(key, "told")
        if variable.endswith("_URL") or key in ("api_base", "endpoint", "sender"):
            value = ADDRESSES_BY.get(section, "https://told.example")
        short, long = load({variable: value}), load({f"MARITIME_{section}_{key}".upper(): value})
        assert short == long, variable
        assert getattr(getattr(short, section), key) != getattr(getattr(load({}), section), key), (
            variable
        )


@pytest.mark.parametrize(
    ("variable", "value", "section", "key", "wanted"),
    [
        (
            "STRIPE_WEBHOOK_SECRET",
            "whsec_new, whsec_old,",
            "stripe",
            "webhook_secrets",
            ("whsec_new", "whsec_old"),
        ),
        ("MARITIME_WEB_LANGUAGES", "en,el", "web", "languages", ("en", "el")),
        ("MARITIME_LIMITS_SIGN_IN", "[3, 1.5]", "limits", "sign_in", (3, 1.5)),
        (
            "MARITIME_AISSTREAM_BOXES",
            "[[[37, 23], [38, 24]]]",
            "aisstream",
            "boxes",
            (((37.0, 23.0), (38.0, 24.0)),),
        ),
        ("MARITIME_DEMO_ENABLED", "no", "demo", "enabled", False),
        ("MARITIME_BOOKINGS_HOLD_MINUTES", "0.5", "bookings", "hold_minutes", 0.5),
        ("SMTP_STARTTLS", "True", "smtp", "starttls", True),
    ],
)
def test_values_from_the_environment_become_what_they_are(variable, value, section, key, wanted):
    assert getattr(getattr(load({variable: value}), section), key) == wanted


def test_an_empty_variable_counts_as_not_given():
    assert load({"PORT": "", "DATABASE_URL": ""}) == load({})


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORT", "eighty", ["PORT", "'eighty'"]),
        ("SMTP_STARTTLS", "perhaps", ["SMTP_STARTTLS", "'perhaps'"]),
        ("MARITIME_LIMITS_BOOK", "[1", ["MARITIME_LIMITS_BOOK"]),
        ("MARITIME_LIMITS_BOOK", '["many", 1]', ["MARITIME_LIMITS_BOOK", "limits.book"]),
        ("MARITIME_WEB_COLOUR", "red", ["MARITIME_WEB_COLOUR", "web.colour"]),
        ("PORT", "99999", ["PORT", "web.port", "65535"]),
        ("MARITIME_BOOKINGS_HOLD_MINUTES", "nan", ["HOLD_MINUTES", "bookings.hold_minutes"]),
        ("MARITIME_BOOKINGS_HOLD_MINUTES", "-5", ["HOLD_MINUTES", "bookings.hold_minutes"]),
        ("MARITIME_DATABASE_CONNECTIONS", "0", ["CONNECTIONS", "database.connections"]),
        ("MARITIME_LOG_LEVEL", "LOUD", ["LOG_LEVEL", "log.level"]),
        ("MARITIME_WEB_LANGUAGES", ",", ["LANGUAGES", "web.languages"]),
        ("PUBLIC_URL", "ferries.example.org", ["PUBLIC_URL", "web.public_url"]),
        ("MARITIME_HARBOUR_NAME", "x", ["MARITIME_HARBOUR_NAME", "harbour.name"]),
    ],
)
def test_a_wrong_variable_is_named(variable, value, words):
    with pytest.raises(SettingsError) as refused:
        load({variable: value})

    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("more", "goes"),
    [
        ({}, False),
        ({"SMTP_PORT": "587"}, False),
        ({"SMTP_STARTTLS": "true"}, True),
        ({"SMTP_PORT": "465"}, True),
        ({"SMTP_HOST": "127.0.0.1"}, True),
        ({"SMTP_PASSWORD": ""}, True),
    ],
)
def test_a_mail_password_goes_nowhere_unencrypted(more, goes):
    chosen = {"SMTP_HOST": "mail.example.org", "SMTP_PASSWORD": "secret-word"} | more
    if goes:
        assert load(chosen).smtp.host == chosen["SMTP_HOST"]
        return
    with pytest.raises(SettingsError, match=r"SMTP_PASSWORD.*SMTP_STARTTLS=true") as refused:
        load(chosen)

    assert "secret-word" not in str(refused.value)


NUMBERS = [
    (section, key, kind)
    for section, values in tomllib.loads(DEFAULT_FILE.read_text()).items()
    for key, kind in ((key, type(value)) for key, value in values.items())
    if kind in (int, float)
]
ABSURD = ["x", "-1", "1e300", "inf", "nan", "99999999999999999999", "1\n", "7" * 5_000]
# What is as large as one likes: a seed means nothing.
MAY_BE_BELOW_ZERO = {("sandbox", "seed")}


@pytest.mark.parametrize(("section", "key", "kind"), NUMBERS)
def test_a_number_that_nobody_can_mean_is_one_line(section, key, kind):
    """Days before nothing is erased, a loop without a pause, a wait without an end."""
    variable = f"MARITIME_{section}_{key}".upper()
    for value in ABSURD:
        if (value == "-1" and (section, key) in MAY_BE_BELOW_ZERO) or value == "1\n":
            continue
        with pytest.raises(SettingsError) as refused:
            load({variable: value})
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 300
        assert str(refused.value).startswith(f"environment variable {variable}: ")


ADDRESSES = [
    (section, key)
    for section, values in tomllib.loads(DEFAULT_FILE.read_text()).items()
    for key in values
    if key.endswith("url") or key in ("api_base", "endpoint", "security_contact")
]


@pytest.mark.parametrize(("section", "key"), ADDRESSES)
@pytest.mark.parametrize("value", ["ferries.example.org", "gopher://x", "http://", "http://a b"])
def test_what_is_no_address_is_one_line(section, key, value):
    """It was found out at the first call, an hour or a day later."""
    variable = f"MARITIME_{section}_{key}".upper()
    if section == "redis":
        with pytest.raises(AddressError):
            RedisAddress.parse(value)
        return
    with pytest.raises(SettingsError, match=f"{section}.{key}: write it as") as refused:
        load({variable: value})

    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ALERT_MAIL", "a@example.org, nobody", "alerts.mail: write each as name@example.org"),
        ("SMTP_SENDER", "Ferries", "smtp.sender: write it as Ferries <tickets@example.org>"),
        ("SUPPORT_EMAIL", "nobody", "support.email: write it as name@example.org"),
        ("SUPPORT_PHONE", "0210", "support.phone: write it as +30 210 123 4567"),
        ("MARITIME_VESSELS_NMEA_TCP", "quay", "vessels.nmea_tcp: write each as host:port"),
        ("MARITIME_WEB_LANGUAGES", "en,xx", "web.languages: "),
        ("MARITIME_WARNINGS_KIND", "bad", "warnings.kind: "),
        ("MARITIME_AISSTREAM_BOXES", "[[[91, 0], [92, 1]]]", "aisstream.boxes: "),
        ("MARITIME_LIMITS_SIGN_IN", "[0, 6]", "limits.sign_in: "),
        ("MARITIME_LIMITS_SIGN_IN", "[8, 0]", "limits.sign_in: "),
        ("VAR_DIR", "a\0b", "paths.var_dir: it has a line end or another control character"),
        ("SMTP_PASSWORD", "word\n", "smtp.password: it has a line end"),
    ],
)
def test_a_text_that_cannot_be_meant_is_one_line(variable, value, words):
    with pytest.raises(SettingsError, match=re.escape(words)) as refused:
        load({variable: value})

    assert "\n" not in str(refused.value)


def test_a_key_may_be_any_text():
    """Whatever signs goes on signing."""
    assert load({"SECRET_KEY": "a key\n"}).secrets.key == "a key\n"


def test_other_programs_variables_do_not_matter():
    assert load({"PATH": "/usr/bin", "LANG": "C", "PORTO": "x"}) == load({})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[web]", "[wep]", "unknown section [wep]"),
        ("trust_proxy", "trusted_proxy", "unknown setting web.trusted_proxy"),
        ("port = 8080", 'port = "8080"', "web.port: Expected `int`, got `str`"),
        ("sign_in = [8, 6.0]", "sign_in = [8]", "limits.sign_in"),
        ("look_up = [40, 40.0]", "look_ups = [40, 40.0]", "unknown setting limits.look_ups"),
        ("max_legs = 6", "max_legs = 6.5", "bookings.max_legs"),
        ("batch_ms = 100", "batch_ms = true", "vessels.batch_ms"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path, old, new, words):
    text = DEFAULT_FILE.read_text()
    assert old in text
    file = written(tmp_path, text.replace(old, new, 1))
    line = next(
        number
        for number, row in enumerate(file.read_text().splitlines(), 1)
        if row.startswith(new[:12])
    )

    with pytest.raises(SettingsError) as refused:
        load({}, file)

    assert words in str(refused.value)
    assert f"settings.toml, line {line}:" in str(refused.value)


def test_a_missing_setting_is_named(tmp_path):
    text = re.sub(r"(?m)^connections = .*\n", "", DEFAULT_FILE.read_text())

    with pytest.raises(SettingsError, match=r"setting database\.connections is missing"):
        load({}, written(tmp_path, text))


def test_a_file_that_is_no_toml_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"settings\.toml: .*line 1"):
        load({}, written(tmp_path, "port 8080"))


@pytest.mark.parametrize(("section", "key"), sorted(settings._SECRET_KEYS))
def test_a_secret_has_no_place_in_the_file(tmp_path, section, key):
    text = DEFAULT_FILE.read_text()
    head, header, rest = text.partition(f"\n[{section}]")
    value = '["whsec_x"]' if key == "webhook_secrets" else '"s3cret"'
    lines = [
        f"{key} = {value}" if line.split("=")[0].strip() == key else line
        for line in rest.splitlines()
    ]

    with pytest.raises(SettingsError, match=rf"line \d+: {section}\.{key} is a secret") as refused:
        load({}, written(tmp_path, head + header + "\n".join(lines)))

    assert "s3cret" not in str(refused.value)
    assert "whsec_x" not in str(refused.value)


def test_remote_operators_come_from_the_file(tmp_path):
    more = '\n[[operators]]\ncode = "NDL"\nname = "Nordlicht Line"\nbase_url = "http://localhost:1/ndl"\n'

    told = load({}, written(tmp_path, DEFAULT_FILE.read_text() + more))

    assert [(operator.code, operator.deadline_seconds) for operator in told.operators] == [
        ("NDL", 4.0)
    ]
    with pytest.raises(SettingsError, match="colour"):
        load({}, written(tmp_path, DEFAULT_FILE.read_text() + more + 'colour = "red"\n'))


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        load({}).web.port = 1  # type: ignore[misc]  # the point of the test


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


def test_an_operators_key_comes_from_the_environment_only(tmp_path):
    entry = (
        '\n[[operators]]\ncode = "XYZ"\nname = "Xyz Line"\nbase_url = "https://xyz.example/api"\n'
    )
    file = tmp_path / "settings.toml"
    file.write_text(DEFAULT_FILE.read_text() + entry)

    assert load({"OPERATOR_KEY_XYZ": "told"}, file).operators[0].api_key == "told"

    file.write_text(DEFAULT_FILE.read_text() + entry + 'api_key = "written"\n')
    with pytest.raises(SettingsError, match="api_key is a secret"):
        load({}, file)


def test_every_setting_is_read_somewhere():
    """A name that nothing reads is a promise to whoever runs the service."""
    source = "\n".join(
        path.read_text()
        for path in (DEFAULT_FILE.parent / "maritime_app").rglob("*.py")
        if path.parent.name != "settings"
    )
    unread = [
        f"{section.name}.{field.name}"
        for section in msgspec.structs.fields(Settings)
        if isinstance(section.type, type) and issubclass(section.type, Section)
        for field in msgspec.structs.fields(section.type)
        if f"{section.name}.{field.name}" not in UNDER_WAY
        and not re.search(rf"\.{field.name}\b|'{field.name}'|\"{field.name}\"", source)
    ]
    assert unread == []
