"""The week's digest in Slack: owing it when its hour comes, writing it, previewing and stopping it."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from slack_bolt import App

from bot import digesting
from bot.digesting import Reader
from bot.domain import Actor, Delivery, PersonId
from bot.slack import blocks, digest_view, failures, home, posting
from bot.slack.blocks import Message
from bot.slack.connection import Slack
from bot.slack.letters import Draft
from bot.slack.payloads import Command, Press
from bot.slack.posting import Target
from bot.slack.pressing import on_press
from bot.wiring import Books

log = structlog.get_logger()
_PATIENCE = timedelta(hours=1)  # for Slack to tell who is in the leaders' groups
_STOPPED = "Stopped: no digest comes any more. *Start the Digest* on my Home brings it back."
_RESUMED = "The digest comes again, with the next week."
_PREVIEW = "A preview, as it would be told now. Nobody else sees it."


def register(app: App, slack: Slack) -> None:
    """The digest's buttons, in its message and on the Home."""
    app.action(digest_view.PREVIEW)(on_press(slack, preview))
    app.action(digest_view.STOP)(on_press(slack, _say(digesting.stop, _STOPPED)))
    app.action(digest_view.RESUME)(on_press(slack, _say(digesting.resume, _RESUMED)))


def owe_when_due(slack: Slack) -> None:
    """Puts the digest into the outbox once its hour has come; costs nothing in between."""
    week = digesting.week_due(slack.bot.organisation, slack.bot.now())
    key = f"digest:{week}"
    if week is None or key in slack.kept:
        return
    leaders = _leaders(slack, week)
    if leaders is not None and digesting.owe(slack.bot, week, leaders):
        slack.kept.add(key)


def _leaders(slack: Slack, week: str) -> frozenset[PersonId] | None:
    """Who leads, by name or by group; None while Slack may yet tell who is in the groups."""
    organisation = slack.bot.organisation
    leaders = slack.people.among(organisation.leaders)
    if leaders is not None or organisation.digest.channel:
        return leaders or frozenset()
    if slack.bot.now() - digesting.moment_of(organisation, week) < _PATIENCE:
        return None
    log.warning("leaders_groups_unknown", note="the digest goes to those named one by one; see `signpost doctor`")
    return slack.people.among([one for one in organisation.leaders if not one.startswith("@")])


def draft(slack: Slack, delivery: Delivery) -> Draft:
    """The message of a digest's delivery."""
    reader, organisation = Reader.read(delivery.about), slack.bot.organisation
    told = digesting.digest_for(slack.bot, reader)
    if told is None:
        return Draft(blocks.note(""), nobody="the digest was stopped")
    message = digest_view.message(told, home.dashboard(slack.bot))
    if reader.person:
        return Draft(message, (Target(person=reader.person),))
    owner = (Target(person=organisation.owner),) if organisation.owner else ()  # where the channel is gone
    return Draft(message, (Target(organisation.digest.channel), *owner))


def preview(slack: Slack, press: Press) -> None:
    """Sends the digest as it is now to whoever pressed, by direct message. Raises NotAllowed."""
    message = preview_message(slack, slack.people.actor(press.user))
    with posting.slack_errors():
        channel = posting.direct_message(slack.client, press.user)
        slack.client.chat_postMessage(channel=channel, text=message.text, blocks=list(message.blocks))


def show(slack: Slack, asked: Command) -> None:
    """The same where `/signpost digest` was typed, to that person alone; or why not."""
    try:
        message = preview_message(slack, slack.people.actor(asked.user))
    except Exception as error:  # noqa: BLE001  Whatever it is, whoever typed it hears of it.
        message = blocks.note(failures.explain(error, "command"))
    posting.respond(asked.place.response_url or "", message)


def preview_message(slack: Slack, actor: Actor) -> Message:
    """The digest as it is now. Raises NotAllowed."""
    told = digesting.preview(slack.bot, actor)
    return digest_view.message(told, home.dashboard(slack.bot), _PREVIEW, stoppable=False)


def _say(what: Callable[[Books, Actor], None], told: str) -> Callable[[Slack, Press], None]:
    def work(slack: Slack, press: Press) -> None:
        what(slack.bot, slack.people.actor(press.user))
        person: PersonId = press.user
        if press.in_home:
            home.refresh(slack, {person})
        elif press.channel:
            posting.whisper(slack.client, press.channel, person, blocks.note(told), press.thread_ts)

    return work
