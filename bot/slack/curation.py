"""The listeners under an answer and on the owner's card: feedback, "Ask the Owner", deciding a case."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from slack_bolt import Ack, App
from slack_bolt.response import BoltResponse

from bot import answering, curating
from bot.curating import Case
from bot.domain import (
    EVERYONE,
    Escalation,
    EscalationId,
    EscalationState,
    Helpfulness,
    ItemId,
    PersonId,
    QuestionId,
)
from bot.errors import AlreadyDecided, BadField, BadInput, NotAllowed, NotFound
from bot.reasoning import authority, visibility
from bot.slack import blocks, cards, escaping, failures, home, kit, letters, payloads, posting, views
from bot.slack.blocks import Message
from bot.slack.connection import Slack
from bot.slack.payloads import Json, Origin, Press
from bot.slack.posting import NoSuchPlace, TryLater
from bot.slack.pressing import Work, on_press
from bot.slack.views import View

_ENTRIES = 100


def register(app: App, slack: Slack) -> None:
    """Every button and modal of answers and cards."""
    presses: dict[str, Work] = {
        blocks.FEEDBACK: feedback,
        blocks.ASK_OWNER: ask_owner,
        cards.ANSWER_CASE: lambda s, p: _open_case(s, p, _answer_view),
        cards.POINT_CASE: lambda s, p: _open_case(s, p, _point_view),
        cards.DISMISS_CASE: lambda s, p: _open_case(s, p, _dismiss_view),
    }
    for action, work in presses.items():
        app.action(re.compile(rf"^{action}(:\d+)?$"))(on_press(slack, work))
    submissions: dict[str, tuple[str, Callable[[Slack, PersonId, Json], View | None]]] = {
        views.ANSWER_VIEW: (views.ANSWER, _save_answer),
        views.POINT_VIEW: (views.ENTRY, _save_point),
        views.DISMISS_VIEW: (views.REASON, _save_dismissal),
        views.SHARE_VIEW: (views.WORDS, _save_share),
    }
    for callback_id, (field, save) in submissions.items():
        app.view(callback_id)(_on_submit(slack, field, save))


def _on_submit(
    slack: Slack, field: str, save: Callable[[Slack, PersonId, Json], View | None]
) -> Callable[..., BoltResponse]:
    """Decides, then closes the modal or says in it what is wrong: under the field where it is the field's."""

    def listener(ack: Ack, body: Json, view: Json) -> BoltResponse:
        try:
            done = save(slack, PersonId(str(body["user"]["id"])), view)
        except BadField as wrong:
            return ack(response_action="errors", errors={wrong.field: str(wrong)})
        except BadInput as wrong:
            return ack(response_action="errors", errors={field: str(wrong)})
        except (AlreadyDecided, NotAllowed, NotFound) as refusal:
            text = failures.explain(refusal, "submission")
            return ack(response_action="update", view=views.notice("Not Done", text))
        slack.wake.set()
        return ack(response_action="update", view=done) if done else ack()

    return listener


# ---------------------------------------------------------------- under an answer


def feedback(slack: Slack, press: Press) -> None:
    """The thumbs. Slack shows by itself which one is down; only a "no" is answered: by a way to a person."""
    question_id, value = payloads.read_feedback(press.value)
    asked = answering.give_feedback(slack.bot, question_id, slack.people.actor(press.user), value)
    escalated = asked.answer is not None and asked.answer.escalation_id is not None
    if value is Helpfulness.NOT_HELPFUL and not escalated:
        owner = authority.addressee(asked) or slack.bot.organisation.owner
        _reply(slack, press, blocks.offer_owner(question_id, owner, slack.people.names([owner])))
    home.refresh(slack, {press.user})


def ask_owner(slack: Slack, press: Press) -> None:
    """To the owner at once where it was asked in public; else a modal asks which words the owner may see."""
    actor = slack.people.actor(press.user)
    escalation = curating.escalate(slack.bot, QuestionId(press.value), actor)
    if escalation.state is EscalationState.WITHHELD:
        _open(
            slack,
            press,
            _share_view(slack, curating.case(slack.bot, escalation.id), _origin(press, escalation)),
        )
        return
    slack.wake.set()
    if escalation.state is not EscalationState.OPEN:
        _reply(slack, press, blocks.note(_how_decided(slack, escalation)))
        return
    _show_asked(slack, press, curating.case(slack.bot, escalation.id))
    home.refresh(slack, {press.user})


def _show_asked(slack: Slack, press: Press, case: Case) -> None:
    """The button gives way to "Asked Ada", in the answer and where it was pressed."""
    told = blocks.note(f"Asked {_owner(slack, case)}. The answer will come here.")
    if press.ephemeral and press.response_url:
        own = _answer_now(slack, case) if case.asked.delivered_as == "response_url" else None
        posting.respond(press.response_url, own or told, replace=True)
    try:
        _update_answer(slack, case, None if press.ephemeral else press.channel, press.message_ts)
    except (TryLater, NoSuchPlace):
        _reply(slack, press, told)  # It is asked, whatever the message looks like.


def _update_answer(slack: Slack, case: Case, channel: str | None, ts: str | None) -> None:
    """Shows in the answer's message that the owner was asked."""
    delivered = case.asked.delivered_as or ""
    if ":" in delivered:
        channel, _, ts = delivered.partition(":")
    message = _answer_now(slack, case)
    if channel and ts and message:
        posting.update(slack.client, channel, ts, message)


def _answer_now(slack: Slack, case: Case) -> Message | None:
    asked = case.asked
    return letters.answer_message(slack, asked, asked.answer, asked_owner=True) if asked.answer else None


def _share_view(slack: Slack, case: Case, origin: Origin) -> View:
    owner = _owner(slack, case)
    # Whoever asks need not be in that channel, and would see nothing but its id.
    in_channel = slack.bot.organisation.escalation_channel and authority.addressee(case.asked) is None
    readers = f"{owner} and the colleagues who answer with them" if in_channel else owner
    return views.share(origin, case.asked.question.text, readers)


def _save_share(slack: Slack, person: PersonId, view: Json) -> View:
    origin = payloads.read_origin(view)
    words = payloads.field_text(view, views.WORDS)
    escalation = curating.share(slack.bot, EscalationId(origin.about), slack.people.actor(person), words)
    slack.presses.submit(_show_shared, slack, origin)
    home.refresh(slack, {person})
    if escalation.state is not EscalationState.OPEN:
        return views.notice("Ask the Owner", _how_decided(slack, escalation))
    owner = _owner(slack, curating.case(slack.bot, escalation.id))
    return views.notice("Asked", f"I've asked {owner}. The answer will come to you.")


def _show_shared(slack: Slack, origin: Origin) -> None:
    case = curating.case(slack.bot, EscalationId(origin.about))
    try:
        _update_answer(slack, case, origin.channel, origin.message_ts)
    except (TryLater, NoSuchPlace) as failure:
        failures.log.info("answer_not_updated", reason=str(failure))  # The modal has said it already.


# ---------------------------------------------------------------- the owner's card


def _open_case(slack: Slack, press: Press, build: Callable[[Slack, Case, Origin], View]) -> None:
    """Opens a case's modal, for those who may decide it and while there is something to decide."""
    case = curating.case(slack.bot, EscalationId(press.value))
    authority.require_decider(slack.bot.organisation, slack.people.actor(press.user), case.asked)
    if case.escalation.state is EscalationState.OPEN:
        view = build(slack, case, _origin(press, case.escalation))
    else:
        view = views.notice("Already Decided", _how_decided(slack, case.escalation))
    _open(slack, press, view)


def _answer_view(slack: Slack, case: Case, origin: Origin) -> View:
    # Others will read the wording, so what was shared from a private place is not put into it.
    public = case.escalation.shared_text if visibility.shareable(case.asked.question) is not None else ""
    teams = list(slack.bot.organisation.teams)
    return views.answer(origin, _words(case), public, teams, slack.bot.today())


def _point_view(slack: Slack, case: Case, origin: Origin) -> View:
    entries = curating.existing(slack.bot, case.escalation.id, limit=_ENTRIES)
    return views.point(origin, _words(case), {e.id: e.title for e in entries})


def _dismiss_view(_: Slack, case: Case, origin: Origin) -> View:
    return views.dismiss(origin, _words(case))


def _save_answer(slack: Slack, person: PersonId, view: Json) -> None:
    chosen = payloads.field_choices(view, views.SCOPE)
    curating.answer(
        slack.bot,
        payloads.escalation_of(view),
        slack.people.actor(person),
        payloads.field_text(view, views.ANSWER),
        payloads.field_text(view, views.QUESTION),
        scope=_scope(chosen),
        review_every=_until(payloads.field_text(view, views.REVIEW), slack.bot.today()),
    )


def _scope(chosen: list[str]) -> Sequence[str]:
    if EVERYONE in chosen and len(chosen) > 1:
        raise BadField(views.SCOPE, "Choose Everyone, or the teams alone.")
    return chosen or (EVERYONE,)


def _until(chosen: str, today: date) -> timedelta:
    try:
        until = date.fromisoformat(chosen) - today
    except ValueError:
        raise BadField(views.REVIEW, "Please choose a day.") from None
    if until < timedelta(days=1):
        raise BadField(views.REVIEW, "Please choose a day after today.")
    return until


def _save_point(slack: Slack, person: PersonId, view: Json) -> None:
    entry = ItemId(payloads.field_text(view, views.ENTRY))
    curating.point_to(slack.bot, payloads.escalation_of(view), slack.people.actor(person), entry)


def _save_dismissal(slack: Slack, person: PersonId, view: Json) -> None:
    reason = payloads.field_text(view, views.REASON)
    curating.dismiss(slack.bot, payloads.escalation_of(view), slack.people.actor(person), reason)


# ---------------------------------------------------------------- small things


def _words(case: Case) -> str:
    return case.escalation.shared_text


def _owner(slack: Slack, case: Case) -> str:
    owner = authority.addressee(case.asked) or slack.bot.organisation.owner
    return blocks.owner_name(owner, slack.people.names([owner]))


def _how_decided(slack: Slack, escalation: Escalation) -> str:
    by = blocks.who(escalation.decided_by, slack.people.names([escalation.decided_by])) or "Somebody"
    on = f" on {kit.day_of(escalation.decided_at)}" if escalation.decided_at else ""
    because = f"\n{kit.quote(escaping.mrkdwn(escalation.dismissed_because, 2000))}"
    return {
        EscalationState.ANSWERED: f"{by} answered this{on}.",
        EscalationState.POINTED: f"{by} pointed to an existing answer{on}.",
        EscalationState.DISMISSED: f"{by} dismissed this{on}:{because}",
        EscalationState.WITHHELD: "The person who asked has not let the owner see this question.",
        EscalationState.OPEN: "This waits for the owner.",
    }[escalation.state]


def _origin(press: Press, escalation: Escalation) -> Origin:
    if press.ephemeral or press.in_home:
        return Origin(escalation.id)
    return Origin(escalation.id, press.channel, press.message_ts, press.thread_ts)


def _open(slack: Slack, press: Press, view: View) -> None:
    with posting.slack_errors():
        slack.client.views_open(trigger_id=press.trigger_id, view=view)


def _reply(slack: Slack, press: Press, message: Message) -> None:
    """To whoever pressed, where they pressed."""
    if press.ephemeral and press.response_url:
        posting.respond(press.response_url, message)
    elif press.channel:
        posting.whisper(slack.client, press.channel, press.user, message, press.thread_ts)
