"""Named reads and writes. Each takes an open session first, never commits, and returns no rows.

with database.transaction() as session:
    question_id = records.open_question(session, question, claimed_until=until)
"""

from sqlmodel import Session

from bot.domain import ERASED
from bot.store.bases import basis_of, export_bases, stood_on, tools_stood_on
from bot.store.curated import curated_answer, curated_answers, retire_answer, save_answer
from bot.store.deliveries import (
    begin_attempt,
    claim_delivery,
    deliveries_between,
    delivery_of,
    due_deliveries,
    extend_claim,
    give_up,
    mark_delivered,
    note_begun,
    owe,
    owe_reminder,
    postpone,
)
from bot.store.digests import anybody_asked_before, digest_owed, digest_stopped
from bot.store.erasing import erase_person, withdraw_question
from bot.store.escalations import (
    askers_of,
    decide_escalation,
    escalation,
    escalation_of,
    escalations_between,
    mark_announced,
    open_escalation,
    open_escalations,
    share_escalation,
)
from bot.store.events import erasures, events_between, knowledge_changed, knowledge_version, note
from bot.store.examples import add_examples, count_examples, erase_examples
from bot.store.exporting import export_answers, export_escalations, export_events, export_questions
from bot.store.feedback import confirmed, overrule_kind, overruled, record_choice, record_feedback
from bot.store.leases import acquire_lease, release_lease
from bot.store.listening import heard_until, mark_heard, places_asked_in
from bot.store.mending import (
    blocked_steps_between,
    decide_process_card,
    forget_blocked_step,
    note_blocked_step,
    process_card,
    process_card_announced,
)
from bot.store.questions import (
    asked,
    asked_by_source,
    earlier_answers,
    earlier_in_thread,
    open_question,
    question_told_as,
    questions_between,
    questions_of,
    recent,
    record_answer,
    reword_answer,
    thread_asker,
    words_of,
)
from bot.store.rings import note_rings, ringed
from bot.store.spending import spend_tokens, tokens_spent
from bot.store.valuing import record_value, recorded_values

__all__ = [
    "ERASED",
    "Session",
    "acquire_lease",
    "add_examples",
    "anybody_asked_before",
    "asked",
    "asked_by_source",
    "askers_of",
    "basis_of",
    "begin_attempt",
    "blocked_steps_between",
    "claim_delivery",
    "confirmed",
    "count_examples",
    "curated_answer",
    "curated_answers",
    "decide_escalation",
    "decide_process_card",
    "deliveries_between",
    "delivery_of",
    "digest_owed",
    "digest_stopped",
    "due_deliveries",
    "earlier_answers",
    "earlier_in_thread",
    "erase_examples",
    "erase_person",
    "erasures",
    "escalation",
    "escalation_of",
    "escalations_between",
    "events_between",
    "export_answers",
    "export_bases",
    "export_escalations",
    "export_events",
    "export_questions",
    "extend_claim",
    "forget_blocked_step",
    "give_up",
    "heard_until",
    "knowledge_changed",
    "knowledge_version",
    "mark_announced",
    "mark_delivered",
    "mark_heard",
    "note",
    "note_begun",
    "note_blocked_step",
    "note_rings",
    "open_escalation",
    "open_escalations",
    "open_question",
    "overrule_kind",
    "overruled",
    "owe",
    "owe_reminder",
    "places_asked_in",
    "postpone",
    "process_card",
    "process_card_announced",
    "question_told_as",
    "questions_between",
    "questions_of",
    "recent",
    "record_answer",
    "record_choice",
    "record_feedback",
    "record_value",
    "recorded_values",
    "release_lease",
    "retire_answer",
    "reword_answer",
    "ringed",
    "save_answer",
    "share_escalation",
    "spend_tokens",
    "stood_on",
    "thread_asker",
    "tokens_spent",
    "tools_stood_on",
    "withdraw_question",
    "words_of",
]
