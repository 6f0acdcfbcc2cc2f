"""The words of an answer when no language model is set: the recommendation first, everything else quoted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.domain import (
    Candidate,
    CuratedAnswer,
    Edge,
    Evidence,
    Item,
    ItemKind,
    Kind,
    Passage,
    PassageKind,
    Ring,
    Rule,
    Section,
    Skill,
    ToolNote,
    Wording,
)
from bot.reasoning import freshness

_LIKELY = 0.5  # from here on the first of several is named in the first line
_QUOTE = 280  # characters of a quotation: what is read at a glance
_START = re.compile(
    r"(?i)\b(?:inputs?|what you need|have ready|collect|before you start|gather|how we use|get started)\b"
)
_STEPS = re.compile(r"(?i)\b(?:steps?|how to|process|workflow|method)\b")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.+?)\s*$")
_KINDS = {
    ItemKind.SKILL: ("skill", "skills"),
    ItemKind.TOOL: ("tool note", "tool notes"),
    ItemKind.RULE: ("rule", "rules"),
    ItemKind.ANSWER: ("earlier answer", "earlier answers"),
    ItemKind.TEST: ("test card", "test cards"),
}


@dataclass(frozen=True)
class Found:
    """A candidate with the item it stands for."""

    candidate: Candidate
    item: Item


def answered(found: Found, tools: Sequence[ToolNote], today: date, kind: Kind = Kind.WHICH) -> Wording:
    """One recommendation. `tools` are the notes of the tools that a skill names.

    Where leave is asked for, or a connection, a tool is not recommended: what is known of it is laid out.
    """
    item = found.item
    if isinstance(item, ToolNote) and kind is Kind.PERMISSION and item.data:
        facts = tuple(f"{name} data: {decision}" for name, decision in item.data.items())
        return Wording(f"What may go into {item.title}:", start=facts, watch_out=tuple(_doubts(item, today)))
    if isinstance(item, ToolNote) and kind is Kind.COMPATIBILITY and item.works_with:
        known = tuple(map(_connection, item.works_with))
        return Wording(
            f"What is known of {item.title} and other tools:", start=known, watch_out=tuple(_doubts(item, today))
        )
    return Wording(
        headline=_headline(item, today),
        why=_why(found),
        start=tuple(_start(item, tools)),
        watch_out=tuple(_watch_out(item, tools, today)),
    )


def _connection(edge: Edge) -> str:
    """One tool it works with, in a line."""
    verb = {"works": "works", "partial": "partly works", "broken": "does not work at the moment"}.get(
        edge.status, edge.status
    )
    named = edge.target_tool.removeprefix("tool:")
    return ": ".join(part for part in (f"{named}: {verb}, {edge.via}", shortened(edge.depth, 160)) if part)


OR_NEITHER = "Open the one that fits and say so. If neither does, say more or ask the owner."


def tentative(options: Sequence[Found], today: date, confidence: float = 0.0) -> Wording:
    """Up to three candidates, and a question back. `options` is not empty; `confidence` is in the first, 0–1."""
    several = len(options) > 1
    headline = "I'm not sure. These come closest:" if several else "I'm not sure. This comes closest:"
    if confidence >= _LIKELY:
        headline = f"Probably {name_of(options[0].item)}, but I'm not sure."
    return Wording(
        headline=headline,
        options=tuple(f"{name_of(o.item)}: {first_sentence(summary_of(o.item))}" for o in options),
        watch_out=tuple(line for o in options for line in _doubts(o.item, today)),
        ask=(
            "Which one fits? Open it and say so. If none does,"
            if several
            else "Does it fit? Open it and say so. If not,"
        )
        + " say more or ask the owner.",
    )


class Handover(Enum):
    """What becomes of a question that the bot cannot answer, as its asker is told."""

    DONE = "I have asked the AI ops owner. The answer will come here."
    NOT_HERE = "I have asked the AI ops owner. Ask again later: once there is an answer, I give it."
    WITH_LEAVE = "You asked in private, so nobody else has seen it. Shall I ask the AI ops owner?"
    NOBODY = "I would ask the AI ops owner, but nobody is named as one yet. Your question is kept."


def handed_over(handover: Handover, *, to_its_owner: bool) -> str:
    """What becomes of it; `to_its_owner`: the tool's or rule's own owner is asked, not the AI ops owner."""
    return handover.value.replace("the AI ops owner", "its owner") if to_its_owner else handover.value


def unresolved(items: Iterable[Item], nearest: Found | None, handover: Handover, reason: str = "") -> Wording:
    """A plain "I don't know", what was looked at, and who will answer.

    `reason` is set when the search itself was hampered.
    """
    why = reason or f"I looked at {_counted(items)} and found nothing that I would stand behind."
    if nearest and not reason:
        why += f" The nearest was {name_of(nearest.item)}, which does not seem to be it."
    return Wording(headline="I don't know this yet.", why=why, ask=handover.value)


def out_of_scope() -> Wording:
    """For thanks, greetings and "what can you do?"."""
    return Wording(
        headline="Ask me which tool or skill to use, whether two tools work together, or whether something is allowed.",
        start=("For example: “which tool turns a webinar recording into a blog post?”",),
    )


def as_text(wording: Wording) -> str:
    """The parts one under the other, for a terminal or a notification."""
    lines = [wording.headline, " ".join(wording.said) or wording.why]
    lines += [f"{i}. {option}" for i, option in enumerate(wording.options, 1)]
    lines += [f"- {step}" for step in wording.start]
    lines += [f"Watch out: {warning}" for warning in wording.watch_out]
    return "\n".join(line for line in [*lines, wording.ask] if line)


def evidence_of(found: Found, version: str, today: date) -> Evidence:
    """The source as it stands today."""
    item = found.item
    return Evidence(
        id=item.id,
        kind=kind_of(item),
        title=title_of(item),
        layer=freshness.layer_of(item),
        owner=freshness.owner_of(item),
        reviewed=freshness.reviewed_on(item),
        overdue_days=freshness.overdue_days(item, today),
        quote=_why(found),
        link=item.vendor if isinstance(item, ToolNote) else item.path,
        version=version,
    )


def kind_of(item: Item) -> ItemKind:
    """Which of the four kinds an item is: the word before the colon of its id."""
    return ItemKind(item.id.split(":", 1)[0])


def title_of(item: Item) -> str:
    """An item's name for people."""
    return item.question if isinstance(item, CuratedAnswer) else item.title


def name_of(item: Item) -> str:
    """The title with what it is: “Campaign brief” (marketing skill)."""
    if isinstance(item, Skill):
        return f"“{item.title}” ({item.layer.replace('/', ' › ')} skill)" if item.layer else f"“{item.title}” (skill)"
    if isinstance(item, Rule):
        return f"the rule “{item.title}”"
    if isinstance(item, CuratedAnswer):
        return f"the answer to “{item.question}”"
    return item.title


def summary_of(item: Item) -> str:
    """What an item says of itself in a line or two."""
    match item:
        case Skill():
            return item.description
        case ToolNote():
            return item.use_for or (item.sections[0].text if item.sections else "")
        case Rule():
            return item.decision
        case CuratedAnswer():
            return item.text


def full_text(item: Item) -> str:
    """All that an item says, as Markdown; of a skill also what it inherits."""
    if isinstance(item, Rule | CuratedAnswer):
        return item.text
    parts = (f"{'#' * s.level} {s.heading}\n\n{s.text}" if s.level else s.text for s in item.sections)
    return "\n\n".join(part.strip() for part in parts)


def _headline(item: Item, today: date) -> str:
    if isinstance(item, Rule) and freshness.overdue_days(item, today):
        return f"Ask before you rely on it: the rule “{item.title}” has expired."
    match item:
        case Skill():
            return f"Use the skill {name_of(item).removesuffix(' skill)') + ')' if item.layer else f'“{item.title}”'}."
        case ToolNote():
            return (
                f"{item.title} would fit, but it is on hold here." if item.ring is Ring.HOLD else f"Use {item.title}."
            )
        case Rule():
            return f"{item.decision[:1].upper()}{item.decision[1:].rstrip('.')}. ({item.title})"
        case CuratedAnswer():
            return first_sentence(item.text)


def _why(found: Found) -> str:
    item = found.item
    if isinstance(item, CuratedAnswer):
        return item.text[len(first_sentence(item.text)) :].strip()
    return shortened(_telling(found.candidate.passages) or summary_of(item))


def _telling(passages: Sequence[Passage]) -> str:
    """The best passage that is the source's own words: never a past question, which is somebody's."""
    quotable = (p.text for p in passages if p.kind in {PassageKind.DESCRIPTION, PassageKind.BODY})
    return next((_plain(text) for text in quotable if len(text) > 40), "")


def _start(item: Item, tools: Sequence[ToolNote]) -> Iterable[str]:
    if isinstance(item, Skill):
        yield "Open the skill, paste all of it into your AI assistant, and say what you need."
        ready = [_opening(line) for line in _bullets(item.sections, _START)]
        if ready:
            yield "Have ready: " + "; ".join(ready) + "."
        goes_with = [tool.title for tool in tools if tool.ring is not Ring.HOLD]
        if goes_with:
            yield f"Goes with {_listed(goes_with)}."
    elif isinstance(item, ToolNote):
        yield from _bullets(item.sections, _START) or _bullets(item.sections, _STEPS)


def _bullets(sections: Sequence[Section], heading: re.Pattern[str], most: int = 3) -> list[str]:
    for section in sections:
        if heading.search(section.heading):
            lines = [_plain(m[1]).rstrip(".;") for line in section.text.splitlines() if (m := _BULLET.match(line))]
            return [shortened(line, 120) for line in lines[:most]]
    return []


def _watch_out(item: Item, tools: Sequence[ToolNote], today: date) -> Iterable[str]:
    yield from _doubts(item, today)
    if isinstance(item, ToolNote):
        customer = item.data.get("customer", "allowed")
        if customer.lower() != "allowed":
            yield f"Customer data: {customer}."
        for edge in item.works_with:
            if edge.status == "broken":
                yield f"It does not work with {edge.target_tool.removeprefix('tool:')} at the moment."
    held = [tool.title for tool in tools if tool.ring is Ring.HOLD]
    if held:
        yield f"{_listed(held)}, which it names, {'is' if len(held) == 1 else 'are'} on hold here."


def _doubts(item: Item, today: date) -> Iterable[str]:
    """What speaks against relying on an item at all."""
    if isinstance(item, ToolNote) and item.ring is Ring.HOLD:
        yield f"{item.title} is on hold here."
    if isinstance(item, ToolNote) and item.ring in {Ring.TRIAL, Ring.ASSESS}:
        yield f"{item.title} is in the {item.ring} ring: agreed for trying, not yet for daily work."
    if late := freshness.overdue_days(item, today):
        days = "1 day" if late == 1 else f"{late} days"
        name = name_of(item)[:1].upper() + name_of(item)[1:]
        yield f"{name} expired {days} ago." if isinstance(item, Rule) else f"{name} is overdue for review by {days}."


def _counted(items: Iterable[Item]) -> str:
    counts = dict.fromkeys(ItemKind, 0)
    for item in items:
        counts[kind_of(item)] += 1
    parts = [f"{n} {_KINDS[kind][0 if n == 1 else 1]}" for kind, n in counts.items() if n]
    return _listed(parts) or "an empty library"


def _listed(names: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _opening(line: str) -> str:
    """The first clause of a line, begun in lower case unless it is a name."""
    clause = re.split(r"[.:;?!](?:\s|$)", line, maxsplit=1)[0]
    return clause[:1].lower() + clause[1:] if clause[1:2].islower() or clause[1:2] == " " else clause


def first_sentence(text: str) -> str:
    """A text up to the end of its first sentence or line."""
    line = text.strip().split("\n", 1)[0]
    ended = re.match(r".+?[.!?](?=\s|$)", line)
    return ended.group() if ended else line


def _plain(text: str) -> str:
    """Markdown's emphasis, code marks and line breaks taken off."""
    return re.sub(r"\s+", " ", re.sub(r"[*_`]{1,3}(\S(?:.*?\S)?)[*_`]{1,3}", r"\1", text)).strip().lstrip("-*#> ")


def shortened(text: str, most: int = _QUOTE) -> str:
    """Plain words of a text, cut at a sentence or a word."""
    text = _plain(text)
    if len(text) <= most:
        return text
    cut = text[:most]
    sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    return cut[: sentence + 1] if sentence > most // 2 else cut[: cut.rfind(" ")].rstrip(",;:") + " …"
