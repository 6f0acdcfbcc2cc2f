"""The listeners on a process card, and the shortcut by which the owner says what kind a question was."""

from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from bot import mending
from bot.domain import LIVE, CardState, PersonId, ProcessCardId, QuestionId
from bot.errors import AlreadyDecided, BadInput, NotAllowed, NotFound
from bot.slack import failures, payloads, posting, process_cards, views
from bot.slack.connection import Slack
from bot.slack.payloads import Json, Origin, Press
from bot.slack.pressing import Work, on_press

SHORTCUT = "change_kind"


def register(app: App, slack: Slack) -> None:
    """Buttons, modals and the shortcut."""

    def declined(ack: Ack, body: Json, view: Json) -> BoltResponse:
        try:
            card, reason = ProcessCardId(payloads.read_origin(view).about), payloads.field_text(view, views.REASON)
            mending.decide(slack.bot, card, slack.people.actor(_user(body)), CardState.DECLINED, reason)
        except BadInput as wrong:
            return ack(response_action="errors", errors={views.REASON: str(wrong)})
        except (AlreadyDecided, NotAllowed, NotFound) as refusal:
            return _refused(ack, refusal)
        slack.wake.set()
        return ack()

    def shortcut(ack: Ack, body: Json) -> None:
        ack()
        slack.presses.submit(_open_overrule, slack, body)

    def overruled(ack: Ack, body: Json, view: Json) -> BoltResponse:
        question, kind = QuestionId(payloads.read_origin(view).about), process_cards.chosen_kind(view)
        try:
            changed = mending.overrule(slack.bot, question, slack.people.actor(_user(body)), kind)
        except (NotAllowed, NotFound) as refusal:
            return _refused(ack, refusal)
        slack.wake.set()
        said = (
            "The numbers count it so, and I take the like for this from now on." if changed else "It was that already."
        )
        return ack(response_action="update", view=views.notice("Change the Kind", said))

    for action, state in (
        (process_cards.MEND_STEP, CardState.BEING_MENDED),
        (process_cards.STEP_MENDED, CardState.MENDED),
    ):
        app.action(action)(on_press(slack, _deciding(state)))
    app.action(process_cards.DECLINE_STEP)(on_press(slack, _open_decline))
    app.view(process_cards.DECLINE_VIEW)(declined)
    app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(shortcut)
    app.view(process_cards.OVERRULE_VIEW)(overruled)


def _deciding(state: CardState) -> Work:
    def work(slack: Slack, press: Press) -> None:
        mending.decide(slack.bot, ProcessCardId(press.value), slack.people.actor(press.user), state)
        slack.wake.set()

    return work


def _open_decline(slack: Slack, press: Press) -> None:
    """For those who may, and while there is something to decline."""
    card = mending.card(slack.bot, ProcessCardId(press.value))
    mending.require_card_owner(slack.bot, card, slack.people.actor(press.user))
    closed = views.notice("Already Closed", "Somebody has closed this already: see the card.")
    view = process_cards.decline(Origin(card.id)) if card.state in LIVE else closed
    with posting.slack_errors():
        slack.client.views_open(trigger_id=press.trigger_id, view=view)


def _open_overrule(slack: Slack, body: Json) -> None:
    message, channel, person = body.get("message") or {}, body.get("channel") or {}, _user(body)
    ts = str(message.get("ts") or body.get("message_ts") or "")
    try:
        question = mending.question_told_as(slack.bot, str(channel.get("id")), ts, slack.people.actor(person))
        view = process_cards.overrule(question, mending.kind_of(slack.bot, question))
    except (NotAllowed, NotFound) as refusal:
        view = views.notice("Change the Kind", failures.explain(refusal, "shortcut"))
    with posting.slack_errors():
        slack.client.views_open(trigger_id=str(body.get("trigger_id")), view=view)


def _refused(ack: Ack, refusal: Exception) -> BoltResponse:
    return ack(response_action="update", view=views.notice("Not Done", failures.explain(refusal, "submission")))


def _user(body: Json) -> PersonId:
    return PersonId(str(body["user"]["id"]))
