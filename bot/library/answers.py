"""knowledge/answers/<slug>.md: curated answers, read tolerantly and written strictly."""

import re
from datetime import timedelta
from pathlib import PurePosixPath

import yaml

from bot.domain import EVERYONE, CuratedAnswer, Finding, ItemId
from bot.errors import BadInput
from bot.library.fields import Fields
from bot.library.files import Source, printable
from bot.library.findings import Report
from bot.library.frontmatter import FENCE, parse_frontmatter
from bot.library.markdown import in_words

KEYS = ("question", "variants", "owner", "scope", "reviewed", "review_every", "sources")
_SCOPE = re.compile(r"(?im)^\W*scopes?\W*:")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def parse_answer(source: Source) -> tuple[CuratedAnswer, tuple[Finding, ...]]:
    """One answer. Always gives an answer, whatever the file holds."""
    report = Report(source.path)
    front = parse_frontmatter(source.text, report)
    fields = Fields(front.values, front.lines, report)
    stem = PurePosixPath(source.path).stem
    answer = CuratedAnswer(
        id=ItemId(f"answer:{stem}"),
        question=fields.text("question") or in_words(stem),
        text=front.body.strip(),
        owner=fields.text("owner"),
        variants=fields.texts("variants"),
        scope=_scope(fields, source.text),
        review=fields.review(),
        sources=fields.texts("sources"),
        path=source.path,
    )
    _check(answer, fields)
    return answer, source.findings + report.findings


def format_answer(answer: CuratedAnswer) -> str:
    """The file's text; `parse_answer` reads the same answer back.

    Raises BadInput when something is missing without which nobody could read or check the answer.
    """
    answer_path(answer)
    if not (answer.question.strip() and answer.text.strip() and answer.owner.strip() and answer.scope):
        raise BadInput(
            f"The answer {answer.id} needs a question, a text, an owner and a scope before it can be written."
        )
    lines = [
        f"question: {_quoted(answer.question)}",
        *_list("variants", answer.variants),
        f"owner: {_quoted(answer.owner)}",
        *_list("scope", answer.scope),
        *([f"reviewed: {answer.review.reviewed.isoformat()}"] if answer.review.reviewed else []),
        *([f"review_every: {_duration(answer.review.every)}"] if answer.review.every else []),
        *_list("sources", answer.sources),
    ]
    text = printable(answer.text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "\n".join([FENCE, *lines, FENCE, "", text, ""])


def answer_path(answer: CuratedAnswer) -> str:
    """Where the answer's file belongs under the root. Raises BadInput for an id that is no file name."""
    slug = answer.id.removeprefix("answer:")
    if not _SLUG.fullmatch(slug):
        raise BadInput(f"The answer's id {answer.id!r} cannot be a file name; use a-z, 0-9 and hyphens.")
    return f"knowledge/answers/{slug}.md"


def _scope(fields: Fields, text: str) -> tuple[str, ...]:
    """Who may see it; everyone when nothing is said, nobody when something is said that cannot be read.

    Somebody who wrote the word, however wrongly, meant to keep others out.
    """
    names, written = fields.names("scope"), len(_SCOPE.findall(text))
    if names and written <= 1:
        return names
    if not written and fields.values.get("scope", "") == "":
        return (EVERYONE,)
    mend = f"Write scope: {EVERYONE}, or team names with commas."
    fields.report.error(
        "scope-unreadable", "Who may see the answer cannot be read: nobody does.", mend, fields.line("scope")
    )
    return ()


def _check(answer: CuratedAnswer, fields: Fields) -> None:
    fields.check_keys(KEYS, "key-unknown", f"Known keys are: {', '.join(KEYS)}.")
    if not fields.text("question"):
        fields.report.error("question-missing", "The answer has no question.", "Add question: as people ask it.", 1)
    if not answer.text:
        fields.report.error("answer-empty", "The answer has no text.", "Write it below the frontmatter.", 1)


def _list(key: str, texts: tuple[str, ...]) -> list[str]:
    return [f"{key}:", *(f"  - {_quoted(text)}" for text in texts)] if texts else []


def _quoted(text: str) -> str:
    """One line of double-quoted YAML."""
    dumped: str = yaml.dump(printable(text).strip(), default_style='"', allow_unicode=True, width=float("inf"))
    return dumped.strip()


def _duration(every: timedelta) -> str:
    return f"{max(1, every.days)}d"
