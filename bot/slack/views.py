"""Modals: what the owner fills in to decide a case, and what the asker fills in to share a question. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.domain import EVERYONE, Item, ItemKind, Rule
from bot.reasoning import freshness, wording
from bot.slack import escaping, kit, payloads
from bot.slack.kit import Block
from bot.slack.payloads import Origin

View = dict[str, Any]

ANSWER_VIEW = "answer_case"
POINT_VIEW = "point_case"
DISMISS_VIEW = "dismiss_case"
SHARE_VIEW = "share_question"
FITS_VIEW = "entry_fits"

# The blocks whose values come back, and under which an error is shown.
ANSWER, QUESTION, SCOPE, REVIEW = "answer", "question", "scope", "review"
ENTRY, REASON, WORDS = "entry", "reason", "words"

_REVIEW = timedelta(days=90)
_VALUE = 150  # characters of an option's value


def answer(origin: Origin, words: str, prefill: str, teams: Sequence[str], today: date) -> View:
    """The owner's answer. `words` is what was asked, `prefill` the same where others may read it too."""
    private = "" if prefill else "This was asked in private: word it so that it gives nobody away."
    inputs = [
        kit.text_input("Answer", ANSWER, placeholder="Write it as you would say it to the next person who asks."),
        kit.text_input(
            "The question, as others may ask it",
            QUESTION,
            initial=prefill,
            hint=private or "Others find the answer by these words.",
        ),
        *_scope(teams),
        kit.date_input(
            "Look at this again on", REVIEW, today + _REVIEW, hint="After that day I say that it is overdue."
        ),
    ]
    return modal(ANSWER_VIEW, "Answer", "Save Answer", origin, [*_asked(words), *inputs])


def _scope(teams: Sequence[str]) -> list[Block]:
    if not teams:
        return []
    everyone = kit.option("Everyone", EVERYONE)
    options = [everyone, *(kit.option(team, team) for team in teams if len(team) <= _VALUE)]
    hint = "An answer for some teams is given in direct messages to their members only."
    return [kit.multi_select("Who may see it", SCOPE, options, [everyone], hint)]


def point(origin: Origin, words: str, entries: Mapping[str, str]) -> View:
    """What is in the library already: id → title, the likeliest first."""
    options = [kit.option(title, id) for id, title in entries.items() if len(id) <= _VALUE]
    if not options:
        return notice(
            "Nothing There Yet",
            "The library is empty, so there is nothing to point at. Write an answer instead.",
        )
    menu = kit.select("Entry", ENTRY, options, placeholder="Choose what answers it", hint="The likeliest come first.")
    return modal(POINT_VIEW, "Point to an Answer", "Point to It", origin, [*_asked(words), menu])


def dismiss(origin: Origin, words: str) -> View:
    """Why there will be no answer."""
    reason = kit.text_input("Reason", REASON, hint="The person who asked is told this, in these words.")
    return modal(DISMISS_VIEW, "Dismiss", "Dismiss", origin, [*_asked(words), reason])


def share(origin: Origin, words: str, readers: str) -> View:
    """The asker lets the owner see a question asked in private. `readers` (mrkdwn) says who will read it."""
    told = kit.section(f"{readers} will read these words and your name. Nobody else will.")
    field = kit.text_input("Your question", WORDS, initial=words, hint="Change it as you like before you send it.")
    return modal(SHARE_VIEW, "Ask the Owner", "Send", origin, [told, field])


_KINDS = {ItemKind.SKILL: "Skill", ItemKind.TOOL: "Tool Note", ItemKind.RULE: "Rule", ItemKind.ANSWER: "Answer"}
_CHUNK = 2900  # characters of one preformatted block
_CHUNKS = 40  # of them: Slack takes 250 KB a view


def entry(item: Item, owner: str, choice: str = "") -> View:
    """A whole entry, its text as it is, so that it can be copied. `owner` is a name (mrkdwn), or empty.

    With a `choice`, whoever asked can say that this is the one of several that fits.
    """
    kind = wording.kind_of(item)
    parts: list[Block] = [kit.section(f"*{escaping.line(wording.title_of(item), 500)}*")]
    if kind is not ItemKind.ANSWER:
        parts.append(kit.section(escaping.mrkdwn(wording.summary_of(item), 2000)))
    known = [owner and f"Owner: {owner}", _reviewed(item), escaping.line(item.path, 300)]
    parts.append(kit.context(" · ".join(part for part in known if part)))
    chunks = list(_chunks(wording.full_text(item)))
    parts += [kit.preformatted(chunk) for chunk in chunks[:_CHUNKS]]
    if len(chunks) > _CHUNKS:
        parts.append(kit.context("It goes on: see the file."))
    view = notice(_KINDS[kind], "") | {"blocks": parts}
    if choice:
        view |= {"callback_id": FITS_VIEW, "submit": kit.plain("This Fits", 24), "private_metadata": choice}
    return view


def _reviewed(item: Item) -> str:
    on = freshness.reviewed_on(item)
    return f"{'decided' if isinstance(item, Rule) else 'reviewed'} {kit.day(on)}" if on else ""


def _chunks(text: str) -> Iterator[str]:
    """Whole lines together, as many as fit; a line longer than that is cut up."""
    chunk = ""
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _CHUNK):
            piece = line[start : start + _CHUNK]
            if len(chunk) + len(piece) > _CHUNK:
                yield chunk
                chunk = ""
            chunk += piece
    if chunk.strip():
        yield chunk


def notice(title: str, text: str) -> View:
    """One sentence (mrkdwn) and a way out."""
    return {
        "type": "modal",
        "title": kit.plain(title, 24),
        "close": kit.plain("Close", 24),
        "blocks": [kit.section(text)],
    }


def _asked(words: str) -> list[Block]:
    if not words:
        return []
    return [kit.section("*The question*\n" + kit.quote(escaping.mrkdwn(words, 2500)))]


def modal(callback_id: str, title: str, submit: str, origin: Origin, blocks: Sequence[Block]) -> View:
    """A form; what it is about travels with it."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": payloads.write_origin(origin),
        "title": kit.plain(title, 24),
        "submit": kit.plain(submit, 24),
        "close": kit.plain("Cancel", 24),
        "blocks": list(blocks),
    }
