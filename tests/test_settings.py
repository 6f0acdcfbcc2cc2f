from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError

NO_FILE = Path("does-not-exist.env")


def test_everything_has_a_default() -> None:
    found = settings.load({}, NO_FILE)
    assert found.slack_api_url == "https://slack.com/api/"
    assert found.embeddings == "local"
    assert found.database.startswith("sqlite:///")


def test_all_faults_are_reported_together_by_name() -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "xapp-1",
        "SLACK_API_URL": "ftp://here",
        "DATABASE_URL": "mysql://x",
        "LIBRARY_DIR": "no-such-folder",
        "EMBEDDINGS": "nonsense",
        "WORKERS": "many",
        "LOG_LEVEL": "loud",
    }
    with pytest.raises(SettingsError) as caught:
        settings.load(wrong, NO_FILE)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(wrong)
    assert all(any(name in line for line in lines) for name in wrong)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OWNER=U0FILE\nLOG_LEVEL=debug\n", encoding="utf-8")
    found = settings.load({"OWNER": "U0ENV"}, file)
    assert (found.owner, found.log_level) == ("U0ENV", "debug")


@pytest.mark.parametrize("text", ["OWNER=Zoë".encode("latin-1"), "OWNER=U0ADA".encode("utf-16"), b"OWNER=\0U0ADA"])
def test_a_file_that_is_not_utf_8_is_said(tmp_path: Path, text: bytes) -> None:
    (tmp_path / ".env").write_bytes(text)
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8 text: save it as UTF-8"):
        settings.load({}, tmp_path / ".env")


def test_the_mark_that_some_editors_put_before_utf_8_is_no_letter(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OWNER=U0ADA", encoding="utf-8-sig")
    assert settings.load({}, tmp_path / ".env").owner == "U0ADA"


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-very-secret",
        "SLACK_SIGNING_SECRET": "signing-secret",
        "DATABASE_URL": "postgresql://user:dbsecret@host/x",
    }
    assert "secret" not in repr(settings.load(environment, NO_FILE)).replace("slack_signing_secret", "")


def test_what_a_way_of_connecting_needs_is_named() -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN and SLACK_APP_TOKEN"):
        settings.require_slack(settings.load({}, NO_FILE), http=False)
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        settings.require_slack(settings.load({"SLACK_BOT_TOKEN": "xoxb-1"}, NO_FILE), http=True)
    with pytest.raises(SettingsError, match="SLACK_CLIENT_ID and SLACK_CLIENT_SECRET and WEB_URL are not set"):
        settings.require_web(settings.load({"SLACK_BOT_TOKEN": "xoxb-1"}, NO_FILE))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "http://["),
        ("SLACK_API_URL", "http://x:abc"),
        ("SLACK_API_URL", "http://x:70000"),
        ("SLACK_API_URL", "http://x/a b"),
        ("SLACK_API_URL", f"http://{'x' * 300}/"),
        ("CHROMA_URL", "http://["),
        ("CHROMA_URL", "http://x:abc"),
        ("SLACK_BOT_TOKEN", "xoxb-1\n2"),
        ("SLACK_BOT_TOKEN", "xoxb-…   bot token"),
        ("SLACK_APP_TOKEN", "xapp-é"),
        ("SLACK_SIGNING_SECRET", "\udcff"),
        ("OWNER", "\udcff"),
        ("WORKERS", "²"),
        ("WORKERS", "9" * 5000),
        ("LIBRARY_DIR", "x" * 5000),
        ("MODEL_FILE", "x" * 5000),
    ],
    ids=lambda value: value[:20].encode("ascii", "replace").decode(),
)
def test_a_value_that_cannot_be_used_is_one_fault(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as told:
        settings.load({name: value}, NO_FILE)
    assert str(told.value).startswith(f"{name} ")
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize("address", ["http://[::1]:8000", "https://slack.example/api", "http://localhost:8000"])
def test_an_address_is_taken(address: str) -> None:
    found = settings.load({"SLACK_API_URL": address, "CHROMA_URL": address}, NO_FILE)
    assert (found.slack_api_url, found.chroma_url) == (f"{address}/", address)


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300, "/proc/nowhere"])
def test_a_data_dir_that_cannot_be_made_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    found = settings.load({"DATA_DIR": str(tmp_path / name)}, NO_FILE)
    with pytest.raises(SettingsError, match="which cannot be made a folder"):
        settings.make_data_dir(found)


def test_every_setting_is_listed_in_the_example_file() -> None:
    example = Path(".env.example").read_text(encoding="utf-8")
    source = Path("bot/settings.py").read_text(encoding="utf-8")
    for name in settings.Settings.__dataclass_fields__:
        assert f'"{name.upper()}"' in source
        assert f"# {name.upper()}=" in example
