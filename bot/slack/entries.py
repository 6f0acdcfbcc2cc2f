"""Opening what an answer names: the whole skill, note or rule in a modal, ready to be copied."""

import re

from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from bot import answering
from bot.domain import PersonId
from bot.errors import NotAllowed, NotFound
from bot.slack import blocks, failures, home, payloads, posting, views
from bot.slack.connection import Slack
from bot.slack.payloads import Json, Press
from bot.slack.pressing import on_press


def register(app: App, slack: Slack) -> None:
    """The buttons that open an entry, and the one that says it fits."""

    def fits(ack: Ack, body: Json, view: Json) -> BoltResponse:
        return ack(response_action="update", view=_chosen(slack, PersonId(str(body["user"]["id"])), view))

    app.action(re.compile(rf"^{blocks.OPEN_ENTRY}(:\d+)?$"))(on_press(slack, open_entry))
    app.view(views.FITS_VIEW)(fits)


def open_entry(slack: Slack, press: Press) -> None:
    """Shows it to whoever pressed, if they may see it; whoever asked can say that it fits. Raises NotFound."""
    question, item_id = payloads.read_choice(press.value)
    actor = slack.people.actor(press.user)
    item = answering.entry(slack.bot, item_id, actor)
    owner = blocks.who(item.owner, slack.people.names([item.owner]))
    choice = press.value if question and answering.was_asked_by(slack.bot, question, actor) else ""
    with posting.slack_errors():
        slack.client.views_open(trigger_id=press.trigger_id, view=views.entry(item, owner, choice))


def _chosen(slack: Slack, person: PersonId, view: Json) -> views.View:
    question, item = payloads.read_choice(str(view.get("private_metadata") or ""))
    try:
        if question is None:
            raise NotFound("I no longer know what this was about. Please ask again.")
        answering.choose(slack.bot, question, slack.people.actor(person), item)
    except (NotAllowed, NotFound) as refusal:
        return views.notice("Not Done", failures.explain(refusal, "submission"))
    home.refresh(slack, {person})
    return views.notice("Thanks", "I remember that this fits: whoever asks the like is shown it first.")
