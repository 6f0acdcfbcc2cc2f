"""The listeners that take questions. Each is kept before it is acknowledged; answering comes after."""

from dataclasses import replace
from datetime import datetime

import structlog
from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from bot import answering, reporting
from bot.domain import Door, PersonId, Place, Question, Visibility
from bot.errors import AlreadyAsked
from bot.reasoning import authority, intent
from bot.slack import blocks, delivery, digest, payloads, posting, radar_view, valuing
from bot.slack.connection import Slack
from bot.slack.payloads import Json, Said

log = structlog.get_logger()
COMMAND = "/signpost"
SHORTCUT = "ask_signpost"
_WORK = {"digest": digest.show, "value": valuing.by_command}  # what `/signpost` does beside taking questions


def register(app: App, slack: Slack) -> None:
    """Mentions, messages, the command and the shortcut."""

    def spoken(body: Json) -> None:
        if said := payloads.said(body):
            hear(slack, said)

    def command(ack: Ack, body: Json) -> BoltResponse:
        asked = payloads.command(body)
        words = payloads.readable(asked.text, slack.identity.user).lower()
        if work := _WORK.get(words):
            slack.presses.submit(work, slack, asked)
            return ack()
        if words in {"", "help"}:
            shown = blocks.help_message()
            return ack(text=shown.text, blocks=list(shown.blocks), response_type="ephemeral")
        if words == "radar":
            slack.chores.submit(_show_radar, slack, asked.place)
            return ack()
        _take(slack, asked.source_key, asked.text, asked.user, asked.place)
        return ack()

    def shortcut(ack: Ack, body: Json) -> None:
        asked = payloads.shortcut(body)
        place = asked.place
        if slack.places.is_ext_shared(place.channel):
            place = replace(place, visibility=Visibility.PRIVATE)  # answered to whoever pressed, and to nobody else
        _take(slack, asked.source_key, asked.text, asked.user, place)
        ack()

    app.event("app_mention")(spoken)
    app.event("message")(spoken)
    app.command(COMMAND)(command)
    app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(shortcut)


def _show_radar(slack: Slack, place: Place) -> None:
    """To whoever asked for it, alone."""
    found = reporting.radar(slack.bot, slack.bot.knowledge.current().library)
    testers = [blip.test.tester for blips in found.rings.values() for blip in blips if blip.test]
    if place.response_url:
        posting.respond(place.response_url, radar_view.radar(found, slack.people.names(testers)))


def hear(slack: Slack, said: Said) -> None:
    """Takes the question in what somebody said, if it was said to the bot."""
    if _is_for_us(slack, said):
        _take(slack, said.source_key, said.text, said.user, said.place(_visibility(slack, said)))


def _take(slack: Slack, source_key: str, text: str, person: PersonId, place: Place) -> None:
    """Keeps the question, or raises so that Slack sends it again; then it is somebody's work."""
    if source_key in slack.kept:
        return  # A twin or a redelivery need not wait for the database to hear so.
    words = payloads.readable(text, slack.identity.user)
    question = question_of(slack, source_key, words, person, place, slack.bot.now())
    try:
        with slack.intake:
            question_id = answering.accept(slack.bot, question)
    except AlreadyAsked as twin:
        log.info("already_taken", question=twin.question_id)  # Whoever took it answers it, or the sweep does.
    else:
        delivery.take(slack, question_id)
    slack.kept.add(source_key)


def question_of(slack: Slack, key: str, text: str, person: PersonId, place: Place, at: datetime) -> Question:
    """What Slack told us, in our words. Teams are those last known: nothing here waits for Slack."""
    teams = authority.teams(slack.bot.organisation, slack.people.actor(person))
    return Question(key, text, person, at, Door.SLACK, place, teams)


def _is_for_us(slack: Slack, said: Said) -> bool:
    """Whether this was said to the bot: we speak when spoken to."""
    if said.visibility:
        slack.places.learn(said.channel, said.visibility, ext_shared=said.ext_shared)
    if said.ext_shared or slack.places.is_ext_shared(said.channel):
        return False  # People of another company read there; no setting allows such a channel yet.
    if (
        said.is_mention_event
        or said.visibility is Visibility.DIRECT
        or payloads.mentions(said.text, slack.identity.user)
    ):
        return True
    return said.is_reply and _goes_on(slack, said)


def _goes_on(slack: Slack, said: Said) -> bool:
    """Whether a reply without a mention adds to what its writer asked in that thread."""
    if intent.is_addressed_to_somebody_else(said.text, slack.identity.user) or intent.is_pleasantry(said.text):
        return False
    return answering.was_asked_here(slack.bot, said.thread_key, said.user)


def _visibility(slack: Slack, said: Said) -> Visibility:
    return said.visibility or slack.places.visibility(said.channel)
