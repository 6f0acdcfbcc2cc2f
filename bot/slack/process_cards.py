"""The process card and its modals: a bottleneck, without anybody's words. Pure."""

from bot.domain import LIVE, CardState, Kind, ProcessCard, QuestionId
from bot.reasoning import consulting
from bot.slack import blocks, escaping, kit, payloads, views
from bot.slack.blocks import Message, Names
from bot.slack.kit import Block
from bot.slack.payloads import Origin
from bot.slack.views import View

MEND_STEP = "mend_step"
STEP_MENDED = "step_mended"
DECLINE_STEP = "decline_step"
DECLINE_VIEW = "decline_step"
OVERRULE_VIEW = "overrule_kind"
KIND = "kind"
# What each kind is called where people choose among them.
KINDS = {
    Kind.PROCESS: "A process to mend",
    Kind.MIXED: "A process to mend, and a tool to pick",
    Kind.WHICH: "Which tool or skill",
    Kind.HOWTO: "How to do something",
    Kind.COMPATIBILITY: "Do tools work together",
    Kind.PERMISSION: "Is it allowed",
    Kind.OTHER: "Something else",
}


def card(card: ProcessCard, owner: str | None, names: Names) -> Message:
    """A bottleneck for the owner of the step: what sort of step, whose, how many met it, what helps there."""
    step = card.step.value
    where = f"in the team {card.team}" if card.team else "in a process whose owner nobody has named yet"
    title = f"{card.askers} people in 30 days are held up by the same step: {step}, {where}."
    told = f"For {blocks.who(owner, names)}: " if owner else ""
    parts = [kit.section(f"*{blocks.line(title)}*"), kit.section(told + blocks.line(consulting.helps(card.step)))]
    parts.append(
        kit.context("Nobody's words are shown, only what sort of step it is. Mending it helps more than a tool.")
    )
    parts += [_record(card, names)] if card.state is not CardState.OPEN else []
    parts += [_row(card)] if card.state in LIVE else []
    return Message(blocks.notification(title), parts)


def _row(card: ProcessCard) -> Block:
    begun = card.state is CardState.BEING_MENDED
    mend = [] if begun else [kit.button("We Are Mending It", MEND_STEP, card.id, style="primary")]
    done = kit.button("Mended", STEP_MENDED, card.id, style="primary" if begun else None)
    return kit.actions(*mend, done, kit.button("Decline with Reason", DECLINE_STEP, card.id), block_id="process_card")


def _record(card: ProcessCard, names: Names) -> Block:
    on = f" on {kit.day_of(card.decided_at)}" if card.decided_at else ""
    said = {
        CardState.BEING_MENDED: "is seeing to it that this is mended",
        CardState.MENDED: "says that this is mended",
        CardState.DECLINED: "declined this",
    }[card.state]
    reason = f"\n{kit.quote(escaping.mrkdwn(card.declined_because, 2500))}" if card.declined_because else ""
    return kit.section(f"*{blocks.who(card.decided_by, names)} {said}{on}.*{reason}")


def decline(origin: Origin) -> View:
    """Why a bottleneck stays as it is."""
    reason = kit.text_input("Reason", views.REASON, hint="It stands on the card, for whoever comes later.")
    return views.modal(DECLINE_VIEW, "Decline", "Decline", origin, [reason])


def overrule(question: QuestionId, now: Kind) -> View:
    """Which kind of question it was."""
    options = {kind: kit.option(label, kind.value) for kind, label in KINDS.items()}
    menu = kit.select(
        "What was it really about?",
        KIND,
        list(options.values()),
        hint="The numbers follow, and I take questions like it for this from now on.",
    )
    menu["element"]["initial_option"] = options[now]
    return views.modal(OVERRULE_VIEW, "Change the Kind", "Save", Origin(question), [menu])


def chosen_kind(view: payloads.Json) -> Kind:
    """What was chosen in `overrule`."""
    return Kind(payloads.field_text(view, KIND))
