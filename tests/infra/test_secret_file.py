"""A secret in a file: generated once, whoever asks first, and readable by its owner alone."""

from concurrent.futures import ThreadPoolExecutor

from maritime_app.infra.secret_file import secret_in


def test_it_works(tmp_path):
    path = tmp_path / "keys" / "web"

    secret = secret_in(path)

    assert len(secret) == 64  # 48 bytes in base64
    assert secret_in(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_all_who_come_at_once_get_the_same(tmp_path):
    path = tmp_path / "web"

    with ThreadPoolExecutor(32) as pool:
        secrets = set(pool.map(lambda _: secret_in(path), range(64)))

    assert len(secrets) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["web"]


def test_two_files_hold_two_secrets(tmp_path):
    assert secret_in(tmp_path / "one") != secret_in(tmp_path / "two")


def test_what_an_administrator_wrote_is_taken_as_it_is(tmp_path):
    (tmp_path / "web").write_text("written by hand\n")

    assert secret_in(tmp_path / "web") == "written by hand"
