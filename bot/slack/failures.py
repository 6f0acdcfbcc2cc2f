"""What a person is told when something fails: always a sentence, never a traceback, never silence."""

from uuid import uuid4

import structlog
from slack_bolt import BoltRequest
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.domain import PersonId
from bot.errors import SignpostError
from bot.slack import blocks, escaping, payloads, posting, views
from bot.slack.connection import Slack
from bot.slack.payloads import Json
from bot.slack.posting import NoSuchPlace, TryLater

log = structlog.get_logger()
_LAST_RETRY = 3  # after this redelivery Slack gives up


def explain(error: Exception, what: str) -> str:
    """The sentence (mrkdwn) for a person. What nobody expected is logged under the reference it names."""
    if isinstance(error, SignpostError):
        log.info("refused", what=what, kind=type(error).__name__, reason=str(error))
        return escaping.sentence(str(error))
    if isinstance(error, TryLater | NoSuchPlace):
        log.warning("slack_refused", what=what, reason=str(error))
        return "Slack did not take that just now. Please try again."
    reference = uuid4().hex[:8]
    log.error("failed", what=what, reference=reference, exc_info=error)
    again = "Please try again; if it stays, tell the AI ops owner"
    return f"Something went wrong on my side. {again}: reference {reference}."


def handle(slack: Slack, error: Exception, request: BoltRequest) -> BoltResponse | None:
    """Bolt's one error handler. None leaves the request unacknowledged, so that Slack sends it again."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200)
    body = request.body
    text = explain(error, str(body.get("type") or body.get("command") or "request"))
    if body.get("type") == "event_callback":
        if _retries(request) >= _LAST_RETRY:
            tell(slack, body, text)
        return None
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "update", "view": views.notice("Not Done", text)})
    if body.get("command"):
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
    slack.presses.submit(tell, slack, body, text)
    return BoltResponse(status=200)


def tell(slack: Slack, body: Json, text: str) -> None:
    """One sentence to whoever caused this, where they are, and to nobody else."""
    person = payloads.user_of(body)
    if person is None:
        return
    try:
        _whisper(slack, body, person, text)
    except (TryLater, NoSuchPlace) as failure:
        log.warning("could_not_tell", person=person, reason=str(failure), text=text)


def _whisper(slack: Slack, body: Json, person: PersonId, text: str) -> None:
    message, event = blocks.note(text), body.get("event") or {}
    if (body.get("view") or {}).get("type") == "home":
        with posting.slack_errors():
            slack.client.views_open(trigger_id=str(body.get("trigger_id")), view=views.notice("Signpost", text))
    elif (body.get("container") or {}).get("is_ephemeral") and body.get("response_url"):
        posting.respond(str(body["response_url"]), message)
    else:
        channel = event.get("channel") or (body.get("channel") or {}).get("id") or ""
        spoken = event or body.get("message") or {}
        posting.whisper(slack.client, str(channel), person, message, spoken.get("thread_ts"))


def _retries(request: BoltRequest) -> int:
    # A first Socket Mode delivery carries a 0: what counts is the number, not that there is one.
    number = (request.headers.get("x-slack-retry-num") or ["0"])[0]
    return int(number) if str(number).isdigit() else 0
