"""The environment, read once, with all its faults reported together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"
LOCAL_EMBEDDINGS = ("local", "small", "minilm", "mpnet", "mpnet-plain")  # models that run here
ENCODING = "utf-8-sig"  # of .env: some editors put a mark before UTF-8


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default. Secrets are left out of `repr`."""

    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_client_id: str = ""
    slack_client_secret: str = field(default="", repr=False)
    slack_api_url: str = SLACK_API
    web_url: str = ""
    database_url: str = field(default="", repr=False)
    chroma_url: str = ""
    library_dir: Path = Path()
    data_dir: Path = Path(".signpost")
    embeddings: str = "local"
    model_file: Path | None = None
    chat_model: str = ""
    chat_timeout: int = 10
    chat_tokens_a_day: int = 2_000_000
    owner: str = ""
    workers: int = 8
    log_level: str = "info"

    @property
    def database(self) -> str:
        """DATABASE_URL, or the SQLite file under DATA_DIR."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'signpost.sqlite3').resolve()}"

    @property
    def index_location(self) -> str | Path:
        """CHROMA_URL, or the folder under DATA_DIR."""
        return self.chroma_url or self.data_dir / "index"

    @property
    def model_cache(self) -> Path:
        """Where the prepared embedding model is kept."""
        return self.data_dir / "models"

    @property
    def fits(self) -> Path:
        """Where the weights of the ranking are kept that were fitted to the library."""
        return self.data_dir / "fitted.json"

    @property
    def lessons(self) -> Path:
        """Where is kept what was learnt of process and technology with an embedding model that is not shipped."""
        return self.data_dir / "process.safetensors"


def load(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Settings from the environment, over those of `env_file`. Raises SettingsError naming every fault."""
    process = os.environ if environment is None else environment
    values = {**_written_in(env_file), **process}
    faults: list[str] = []
    settings = Settings(
        slack_bot_token=_token(values, "SLACK_BOT_TOKEN", "xoxb-", faults),
        slack_app_token=_token(values, "SLACK_APP_TOKEN", "xapp-", faults),
        slack_signing_secret=_text(values, "SLACK_SIGNING_SECRET", faults),
        slack_client_id=_text(values, "SLACK_CLIENT_ID", faults),
        slack_client_secret=_text(values, "SLACK_CLIENT_SECRET", faults),
        slack_api_url=_http(values, "SLACK_API_URL", SLACK_API, faults),
        web_url=_http(values, "WEB_URL", "", faults).rstrip("/"),
        database_url=_database(values, faults),
        chroma_url=_http(values, "CHROMA_URL", "", faults),
        library_dir=_folder(values, "LIBRARY_DIR", faults),
        data_dir=Path(values.get("DATA_DIR", "").strip() or ".signpost"),
        embeddings=_embeddings(values, faults),
        model_file=_file(values, "MODEL_FILE", faults),
        chat_model=_chat_model(values, faults),
        chat_timeout=_count(values, "CHAT_TIMEOUT", 10, 120, faults),
        chat_tokens_a_day=_count(values, "CHAT_TOKENS_A_DAY", 2_000_000, 10_000_000_000, faults),
        owner=_text(values, "OWNER", faults),
        workers=_count(values, "WORKERS", 8, 64, faults),
        log_level=_choice(values, "LOG_LEVEL", ("info", "debug", "warning", "error"), faults),
    )
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _written_in(env_file: Path) -> dict[str, str]:
    """What the file sets; nothing where there is none. Raises SettingsError when it is not text."""
    try:
        found = {k: v for k, v in dotenv_values(env_file, encoding=ENCODING).items() if v is not None}
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read ({error.strerror}): make it readable, or remove it.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file} is not UTF-8 text: save it as UTF-8 in your editor.") from error
    if any("\0" in part for item in found.items() for part in item):
        raise SettingsError(f"{env_file} is not UTF-8 text: save it as UTF-8 in your editor.")
    return found


def require_slack(settings: Settings, *, http: bool) -> None:
    """Raises SettingsError unless what this way of connecting needs is set."""
    needed = {"SLACK_BOT_TOKEN": settings.slack_bot_token}
    if http:
        needed["SLACK_SIGNING_SECRET"] = settings.slack_signing_secret
    else:
        needed["SLACK_APP_TOKEN"] = settings.slack_app_token
    _require(needed, "Connect it to Slack")


def require_web(settings: Settings) -> None:
    """Raises SettingsError unless what signing in to the dashboard needs is set."""
    needed = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "WEB_URL": settings.web_url,
    }
    _require(needed, "The dashboard")


def _require(needed: Mapping[str, str], section: str) -> None:
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SettingsError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set: copy .env.example to .env"
            f" and fill it in (README, “{section}”), or try Signpost without Slack by `signpost demo`."
        )


def is_text(value: str) -> bool:
    """Whether an argument or a variable was UTF-8; Python keeps other bytes as halves of letters."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_folder(path: Path) -> bool:
    """Whether it is a folder; False also for a name that no folder can have."""
    try:
        return path.is_dir()
    except OSError:
        return False


def make_data_dir(settings: Settings) -> None:
    """Makes DATA_DIR where it is missing. Raises SettingsError."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"DATA_DIR names {settings.data_dir}, which cannot be made a folder ({error.strerror}):"
            " name one that you may write to."
        ) from error


def _text(values: Mapping[str, str], name: str, faults: list[str]) -> str:
    value = values.get(name, "").strip()
    if not is_text(value):
        faults.append(f"{name} is not UTF-8 text: type it again.")
    return value


def _token(values: Mapping[str, str], name: str, prefix: str, faults: list[str]) -> str:
    value = values.get(name, "").strip()
    if value and not value.startswith(prefix):
        faults.append(f"{name} should begin with {prefix}: it looks as if another token was pasted.")
    elif not _fits_in_a_header(value):
        faults.append(f"{name} holds a space, a line break or a letter that no token has: copy it again.")
    return value


def _http(values: Mapping[str, str], name: str, default: str, faults: list[str]) -> str:
    value = values.get(name, "").strip() or default
    if not value:
        return ""
    if not _is_http(value):
        faults.append(f"{name} should be an http or https address, such as {default or 'http://localhost:8000'}.")
    return value if name != "SLACK_API_URL" or value.endswith("/") else value + "/"


def _is_http(value: str) -> bool:
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").encode("idna")  # as whoever looks it up does
        return parts.scheme in {"http", "https"} and bool(host) and parts.port != 0 and _fits_in_a_header(value)
    except ValueError:  # brackets without an end, a port that is no number
        return False


def _fits_in_a_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def _database(values: Mapping[str, str], faults: list[str]) -> str:
    value = values.get("DATABASE_URL", "").strip()
    known = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
    if value and not value.startswith(known):
        faults.append("DATABASE_URL should begin with postgresql:// or sqlite:/// (or be left out).")
    return value


def _folder(values: Mapping[str, str], name: str, faults: list[str]) -> Path:
    path = Path(values.get(name, "").strip() or ".")
    if not is_folder(path):
        faults.append(f"{name} names {path}, which is not a folder.")
    return path


def _file(values: Mapping[str, str], name: str, faults: list[str]) -> Path | None:
    value = values.get(name, "").strip()
    if value and not _exists(Path(value)):
        faults.append(f"{name} names {value}, which does not exist.")
    return Path(value) if value else None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, or below what may not be entered
        return False


def _chat_model(values: Mapping[str, str], faults: list[str]) -> str:
    value = values.get("CHAT_MODEL", "").strip()
    if value and ":" not in value:
        faults.append("CHAT_MODEL should be provider:model, such as openai:some-model (or be left out).")
    return value


def _embeddings(values: Mapping[str, str], faults: list[str]) -> str:
    value = values.get("EMBEDDINGS", "").strip() or LOCAL_EMBEDDINGS[0]
    if value.endswith(".safetensors"):
        if not _exists(Path(value)):
            faults.append(f"EMBEDDINGS names {value}, which does not exist.")
    elif value not in LOCAL_EMBEDDINGS and ":" not in value:
        faults.append(
            f"EMBEDDINGS should be {', '.join(LOCAL_EMBEDDINGS)}, a .safetensors file that `signpost teach` made,"
            " or provider:model, such as openai:some-model (or be left out)."
        )
    return value


def _count(values: Mapping[str, str], name: str, default: int, most: int, faults: list[str]) -> int:
    value = values.get(name, "").strip()
    # More digits than any limit has are not even read: int() refuses thousands of them.
    if value and not (value.isdecimal() and len(value) < 20 and 1 <= int(value) <= most):
        faults.append(f"{name} should be a number from 1 to {most}.")
        return default
    return int(value) if value else default


def _choice(values: Mapping[str, str], name: str, choices: tuple[str, ...], faults: list[str]) -> str:
    value = values.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        faults.append(f"{name} should be one of {', '.join(choices)}.")
    return value
