"""Recording a value in Slack: the modal, from the Home or by `/signpost value`."""

from dataclasses import fields

from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from bot import valuing
from bot.domain import PersonId
from bot.errors import BadField, NotAllowed
from bot.slack import blocks, failures, payloads, posting, value_view, views
from bot.slack.connection import Slack
from bot.slack.payloads import Command, Json
from bot.slack.pressing import on_press
from bot.valuing import Form


def register(app: App, slack: Slack) -> None:
    """The button and the modal."""

    def submitted(ack: Ack, body: Json, view: Json) -> BoltResponse:
        actor = slack.people.actor(PersonId(str(body["user"]["id"])))
        try:
            value = valuing.record(slack.bot, actor, _form(view))
        except BadField as wrong:
            return ack(response_action="errors", errors={wrong.field: str(wrong)})
        except NotAllowed as refusal:
            text = failures.explain(refusal, "submission")
            return ack(response_action="update", view=views.notice("Not Done", text))
        return ack(response_action="update", view=value_view.done(value))

    app.action(value_view.RECORD)(on_press(slack, lambda slack, press: open_form(slack, press.user, press.trigger_id)))
    app.view(value_view.VALUE_VIEW)(submitted)


def by_command(slack: Slack, asked: Command) -> None:
    """Opens it for whoever typed the command, or says why not."""
    try:
        open_form(slack, asked.user, asked.trigger_id)
    except Exception as error:  # noqa: BLE001  Whatever it is, whoever typed it hears of it.
        posting.respond(asked.place.response_url or "", blocks.note(failures.explain(error, "command")))


def open_form(slack: Slack, person: PersonId, trigger_id: str) -> None:
    """Raises NotAllowed, TryLater, NoSuchPlace."""
    subjects = valuing.subjects(slack.bot, slack.people.actor(person))
    view = value_view.form(subjects, slack.bot.organisation.outcomes, slack.bot.today())
    with posting.slack_errors():
        slack.client.views_open(trigger_id=trigger_id, view=view)


def _form(view: Json) -> Form:
    # Each block is named as its field: an error is shown under it.
    return Form(**{field.name: payloads.field_text(view, field.name) for field in fields(Form)})
