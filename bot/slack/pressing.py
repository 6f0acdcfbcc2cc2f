"""Buttons: acknowledged first, worked on after, and what fails is told to whoever pressed."""

from collections.abc import Callable

from slack_bolt import Ack

from bot.slack import failures, payloads
from bot.slack.connection import Slack
from bot.slack.payloads import Json, Press

Work = Callable[[Slack, Press], None]


def on_press(slack: Slack, work: Work) -> Callable[..., None]:
    """A listener for `app.action`."""

    def listener(ack: Ack, body: Json) -> None:
        ack()
        slack.presses.submit(_do, slack, body, work)

    return listener


def _do(slack: Slack, body: Json, work: Work) -> None:
    try:
        work(slack, payloads.press(body))
    except Exception as error:  # noqa: BLE001  Whatever it is, whoever pressed hears of it.
        failures.tell(slack, body, failures.explain(error, "press"))
