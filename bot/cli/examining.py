"""The doctor: each part looked at by itself, so that one fault does not hide the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.domain import Severity
from bot.errors import SignpostError
from bot.library import lint, loading
from bot.retrieval import embedding
from bot.retrieval.index import VectorIndex
from bot.settings import Settings, make_data_dir
from bot.slack import scopes
from bot.store import database


@dataclass(frozen=True)
class Check:
    """`passed` is None where there was nothing to check."""

    name: str
    passed: bool | None
    finding: str  # what was found, and what to do about it


def examine(settings: Settings) -> Iterator[Check]:
    """Looks at everything a running bot needs, one after the other; each fault says what to do."""
    for name, look in (
        ("Library", _library),
        ("Owner", _owner),
        ("Database", _database),
        ("Embedding model", _model),
        ("Index", _index),
        ("Slack bot token", _bot_token),
        ("Slack app token", _app_token),
        ("Slack signing secret", _signing_secret),
    ):
        yield _checked(name, look, settings)


Looked = tuple[bool | None, str]


def _checked(name: str, look: Callable[[Settings], Looked], settings: Settings) -> Check:
    try:
        passed, finding = look(settings)
    except SignpostError as error:
        passed, finding = False, str(error)
    return Check(name, passed, finding)


def _library(settings: Settings) -> Looked:
    library = loading.load(settings.library_dir)
    findings = lint.lint(library, settings.library_dir, datetime.now(UTC).date())
    errors = sum(f.severity is Severity.ERROR for f in findings)
    found = f"{len(library.skills)} skills, {len(library.tools)} tool notes, {len(library.rules)} rules"
    if not library.items():
        return False, f"{settings.library_dir} holds no skills/ or knowledge/: name the folder in LIBRARY_DIR."
    if errors:
        return False, f"{found}; {errors} errors: `signpost lint` says where and how to mend them."
    return True, f"{found}, {len(findings)} warnings."


def _owner(settings: Settings) -> Looked:
    owner = loading.load(settings.library_dir).organisation.owner or settings.owner
    if not owner:
        return False, "Nobody is named: set `owner` in knowledge/organisation.toml, or OWNER in .env."
    return True, f"{owner} gets what nobody knows."


def _database(settings: Settings) -> Looked:
    make_data_dir(settings)
    if not settings.database_url and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return None, "is not there yet: the bot makes it when it starts."
    if database.pending(settings.database):
        return False, "The schema is not up to date: run `signpost migrate`."
    kept = database.connect(settings.database)
    try:
        with kept.transaction():
            return True, "can be read and written."
    finally:
        kept.close()


def _model(settings: Settings) -> Looked:
    embedder = embedding.connect(settings.embeddings, settings.model_cache, model_file=settings.model_file)
    width = embedder.embed(["which tool?"]).shape[1]
    return True, f"{embedder.name} answers with {width} dimensions."


def _index(settings: Settings) -> Looked:
    embedder = embedding.connect(settings.embeddings, settings.model_cache, model_file=settings.model_file)
    index = VectorIndex.open(settings.index_location, embedder)
    try:
        if index.reason:
            return None, f"works from memory: {index.reason}"
        return True, "can be opened and finds what it holds."
    finally:
        index.close()


def _bot_token(settings: Settings) -> Looked:
    if not settings.slack_bot_token:
        return None, "SLACK_BOT_TOKEN is not set: needed for Slack, not for `signpost demo`."
    client = WebClient(settings.slack_bot_token, base_url=settings.slack_api_url, timeout=10)
    response = _called(settings, lambda: client.auth_test())
    if isinstance(response, str):
        return False, response
    missing = scopes.missing(scopes.granted_by(_header(response, "x-oauth-scopes")))
    if missing:
        lacking = "; ".join(f"{scope} (to {scopes.WHY.get(scope, 'do what manifest.json says')})" for scope in missing)
        return False, f"lacks {lacking}: update the app from manifest.json, then install it to the workspace again."
    return True, f"is {response['user']} in {response['team']}, with every scope of the manifest."


def _app_token(settings: Settings) -> Looked:
    if not settings.slack_app_token:
        return None, "SLACK_APP_TOKEN is not set: needed for Socket Mode, not for --http."
    client = WebClient(base_url=settings.slack_api_url, timeout=10)
    response = _called(settings, lambda: client.apps_connections_open(app_token=settings.slack_app_token))
    return (False, response) if isinstance(response, str) else (True, "opens Socket Mode connections.")


def _signing_secret(settings: Settings) -> Looked:
    if not settings.slack_signing_secret:
        return None, "SLACK_SIGNING_SECRET is not set: needed for --http only."
    return True, "is set; whether it is the right one shows with the first signed request."


def _called(settings: Settings, call: Callable[[], SlackResponse]) -> SlackResponse | str:
    """Slack's response, or the sentence that says why there is none."""
    try:
        return call()
    except SlackApiError as error:
        return _refused(str(error.response["error"]))
    except (SlackRequestError, OSError, HTTPException) as error:
        reason = " ".join(str(error).split())
        return f"Slack cannot be reached at {settings.slack_api_url} ({reason}): check the network and SLACK_API_URL."


def _refused(error: str) -> str:
    known = {
        "invalid_auth": "Slack refuses the token: copy it again from the app's settings.",
        "token_revoked": "the token was revoked: reinstall the app and copy the new one.",
        "account_inactive": "the app was removed from the workspace: install it again.",
        "missing_scope": "the token lacks connections:write: make an app-level token with that scope.",
    }
    return known.get(error, f"Slack answered {error}.")


def _header(response: SlackResponse, name: str) -> str:
    """A header's value, whatever its capitals; the SDK gives some as lists."""
    found = next((value for key, value in response.headers.items() if key.lower() == name), "")
    return found[0] if isinstance(found, list) else found
