"""Settings come from the environment alone; what cannot be meant is said in a sentence before it starts."""

import traceback

import pytest

from vsportal.settings import (
    ROOT,
    BucketAddress,
    Settings,
    SettingsError,
    bucket_address,
    from_environment,
)

NAMES = [
    "DEMO",
    "DATABASE_URL",
    "SECRET_KEY",
    "HTTPS",
    "SESSION_MINUTES",
    "TRUSTED_PROXIES",
    "TESTING",
    "FILES_URL",
]
SECRET = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_a_real_installation_does_not_start_without_a_secret() -> None:
    with pytest.raises(SettingsError, match="Set SECRET_KEY to at least 32 random characters, or DEMO=1"):
        from_environment()


def test_a_secret_that_is_too_short_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "short")

    with pytest.raises(SettingsError, match="SECRET_KEY"):
        from_environment()


def test_a_variable_left_over_from_tests_does_not_stand_in_for_the_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TESTING", "1")

    with pytest.raises(SettingsError, match="SECRET_KEY"):
        from_environment()


def test_the_demo_needs_nothing_and_keeps_to_its_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")

    settings = from_environment()

    assert settings.database == f"sqlite:///{ROOT / 'instance' / 'demo.db'}"
    assert settings.secret
    assert settings.over_https is False


def test_outside_the_demo_cookies_go_over_https_and_data_into_another_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)

    settings = from_environment()

    assert settings.over_https is True
    assert settings.secret == SECRET
    assert settings.database.endswith("vsportal.db")


def test_the_database_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://portal@db/portal")

    assert from_environment().database == "postgresql+psycopg://portal@db/portal"


@pytest.mark.parametrize(
    ("name", "value"), [("SESSION_MINUTES", "3"), ("SESSION_MINUTES", "soon"), ("TRUSTED_PROXIES", "99")]
)
def test_what_cannot_be_meant_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=rf"^{name}: .+\.$"):
        from_environment()


def test_settings_do_not_change_while_the_portal_runs() -> None:
    settings = Settings(testing=True)

    with pytest.raises(ValueError, match="frozen"):
        settings.demo = True  # type: ignore[misc]


@pytest.mark.parametrize(
    "url",
    [
        "https://qzkey:qzsecret@host/bucket",
        "s3://host/bucket",
        "s3://qzkey@host/bucket",
        "s3://qzkey:qzsecret@host",
        "s3://qzkey:qz/secret@host/bucket",
        "s3://qzkey:qzsecret@host/bucket/folder",
        "s3://qzkey:qzsecret@host:99999/bucket",
        "s3://qzkey:qzsecret@host/bucket?tls=maybe",
        "s3://qzkey:qzsecret@host/bucket?zone=1",
    ],
)
def test_a_bucket_that_cannot_be_meant_is_told_before_the_start_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("FILES_URL", url)

    with pytest.raises(SettingsError, match=r"^Set FILES_URL to s3://KEY:SECRET@host") as error:
        from_environment()

    told = "".join(traceback.format_exception(error.value))
    assert not any(word in told for word in ("qzkey", "qzsecret", "qz/secret"))


def test_a_bucket_is_asked_over_https_in_london_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("FILES_URL", "s3://qzkey:qz%2Fsecret%2B@host:9000/papers")
    bucket = from_environment().bucket

    assert bucket == BucketAddress("https://host:9000", "papers", "eu-west-2", "qzkey", "qz/secret+")
    assert bucket.tls
    assert not bucket_address("s3://k:s@host/papers?tls=0&region=eu-north-1").tls
    assert "qz" not in repr(bucket) + repr(from_environment())
