"""Settings: defaults, and one clear error for each wrong value."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom import config
from orderloom.errors import ConfigError
from orderloom.services.connecting.secrets import new_key
from orderloom.texts import LOCALES, say


def test_an_empty_environment_is_a_whole_installation(tmp_path: Path) -> None:
    settings = config.load({"ORDERLOOM_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/orderloom.db"
    assert settings.owns_database
    assert (settings.port, settings.zone, settings.redis_url) == (8765, "Asia/Shanghai", None)


def test_empty_variables_count_as_unset() -> None:
    names = ("ORDERLOOM_PORT", "DATABASE_URL", "REDIS_URL", "ORDERLOOM_ZONE", "ORDERLOOM_HOST")
    assert config.load(dict.fromkeys(names, "")) == config.load({})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ORDERLOOM_PORT", "web", "config.port"),
        ("ORDERLOOM_PORT", "0", "config.port"),
        ("ORDERLOOM_PORT", "70000", "config.port"),
        ("ORDERLOOM_PORT", "８７６５", "config.port"),
        ("ORDERLOOM_WORKERS", "-1", "config.workers"),
        ("DATABASE_URL", "postgres", "config.database_url"),
        ("DATABASE_URL", "sqlite://", "config.database_memory"),
        ("DATABASE_URL", "sqlite:///:memory:", "config.database_memory"),
        ("REDIS_URL", "http://localhost", "config.redis_url"),
        ("REDIS_URL", "redis://localhost:port/0", "config.redis_url"),
        ("ORDERLOOM_ZONE", "Shanghai", "config.zone"),
        ("ORDERLOOM_ZONE", "../etc/passwd", "config.zone"),
        ("ORDERLOOM_LOG_LEVEL", "loud", "config.log_level"),
    ],
)
def test_a_wrong_value_names_the_variable_and_the_way_out(name: str, value: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load({name: value})
    assert (caught.value.code, caught.value.where) == (code, name)
    for locale in LOCALES:
        message, how = say(code, locale, {"where": name, **caught.value.params})
        assert message != code
        assert how
        assert "{" not in message + how


def test_the_old_spelling_of_postgresql_is_understood() -> None:
    given = config.load({"DATABASE_URL": "postgres://u@h/d"})
    assert given.database_url == "postgresql://u@h/d"


def test_secrets_do_not_show_in_the_settings(tmp_path: Path) -> None:
    key = new_key()
    settings = config.load(
        {
            "DATABASE_URL": "postgresql://u:hidden1@h/d",
            "REDIS_URL": "redis://:hidden2@h",
            "ORDERLOOM_SECRET_KEY": key,
        }
    )
    assert not {"hidden1", "hidden2", key} & set(str(settings).replace("@", ":").split(":"))
    assert "hidden" not in repr(settings)
    assert key not in repr(settings)


def test_keys_come_from_the_environment_or_the_file(tmp_path: Path) -> None:
    first, second = new_key(), new_key()
    named = config.load({"ORDERLOOM_SECRET_KEY": f"{first},{second}"})
    assert named.secret_keys() == (first, second)
    filed = config.load({"ORDERLOOM_HOME": str(tmp_path)})
    filed.secret_file.write_text(f"{second}\n{first}\n")
    assert filed.secret_keys() == (second, first)


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "密钥"])
def test_a_malformed_key_is_refused(tmp_path: Path, text: str) -> None:
    settings = config.load({"ORDERLOOM_HOME": str(tmp_path)})
    settings.secret_file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        settings.secret_keys()
    assert caught.value.where == str(settings.secret_file)


def test_without_a_broker_the_error_says_to_start_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load({"ORDERLOOM_HOME": str(tmp_path)}).broker_url()
    assert caught.value.code == "config.broker_missing"
