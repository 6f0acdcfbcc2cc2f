"""Opening what an answer names: the whole skill, note or rule in a modal, ready to be copied."""

import re

from slack_bolt import App

from bot import answering
from bot.domain import ItemId
from bot.slack import blocks, posting, views
from bot.slack.connection import Slack
from bot.slack.payloads import Press
from bot.slack.pressing import on_press


def register(app: App, slack: Slack) -> None:
    """The buttons that open an entry."""
    app.action(re.compile(rf"^{blocks.OPEN_ENTRY}(:\d+)?$"))(on_press(slack, open_entry))


def open_entry(slack: Slack, press: Press) -> None:
    """Shows it to whoever pressed, if they may see it. Raises NotFound."""
    item = answering.entry(slack.bot, ItemId(press.value), slack.people.actor(press.user))
    owner = blocks.who(item.owner, slack.people.names([item.owner]))
    with posting.slack_errors():
        slack.client.views_open(trigger_id=press.trigger_id, view=views.entry(item, owner))
