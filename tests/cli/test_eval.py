"""`signpost eval` as people and other programs meet it."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.measures import resampling
from tests.conftest import Signpost
from tests.evaluating.conftest import CASES, HISTORY, TOOLS, write

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'both' [bold]where[/bold]?"
KEYS = {
    "known", "unknown", "top_1", "recall_3", "recall_5", "mrr", "answered_precision", "coverage_at_90", "auroc_known",
    "auroc_right", "calibration_error", "refusal_precision", "refusal_recall", "small_talk_recall", "small_talk_false",
    "of_known", "of_unknown", "worst", "entries", "past_questions", "embedder", "reliability", "at_90_precision",
    "stolen",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals are tested elsewhere; here they only cost time."""
    monkeypatch.setattr(resampling, "RESAMPLES", 10)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A library, questions and history, by option."""
    place = tmp_path / "given"
    library = write(place / "library", TOOLS | {"evil": "</title><img src=x onerror=alert(2)>"})
    questions, history = place / "questions.csv", place / "history.csv"
    rows = [(case.question, "|".join(case.expected)) for case in CASES] + [(HOSTILE, "tool:hubspot")]
    _write(questions, ("question", "expected"), rows)
    _write(history, ("question", "resolved_by"), [(one.question, one.resolved_by) for one in HISTORY])
    return {"--library": str(library), "--questions": str(questions), "--history": str(history)}


def _write(path: Path, names: tuple[str, str], rows: list[tuple[str, str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([names, *rows])


def _words(files: dict[str, str]) -> list[str]:
    return [word for pair in files.items() for word in pair]


class Page(HTMLParser):
    """What a browser would make of it: elements, and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))


def test_the_figures_have_the_agreed_names(signpost: Signpost, files: dict[str, str]) -> None:
    found = json.loads(signpost("eval", *_words(files), "--json").out)
    assert set(found) == KEYS
    assert set(found["top_1"]) == {"value", "low", "high"}
    assert (found["known"], found["unknown"], found["entries"], found["past_questions"]) == (6, 1, 6, 9)
    assert sum(one["count"] for one in found["reliability"]) == 7
    assert {"question", "expected", "candidates", "confidence", "verdict", "reason"} <= set(found["worst"][0])


@pytest.mark.soak
def test_one_run_holds_the_yardstick_hiding_learning_and_a_second_embedder(
    signpost: Signpost, files: dict[str, str]
) -> None:
    words = ("--plain", "--hide", "2", "--learning-curve", "--compare-embeddings", "minilm")
    found = json.loads(signpost("eval", *_words(files), *words, "--json").out)
    assert set(found) == KEYS | {"plain", "hidden", "learning_curve", "embeddings"}
    assert {"top_1", "recall_3", "auroc_known", "removed_top_1", "removed_recall_3", "knowing"} == set(found["plain"])
    assert (found["hidden"]["draws"], found["plain"]["knowing"]["draws"]) == (2, 1)
    assert [one["past_questions"] for one in found["learning_curve"]] == [0, 1, 2, 5]
    assert (found["embeddings"]["before"], found["embeddings"]["after"]) == ("small", "minilm")
    names = [one["name"] for one in found["embeddings"]["compared"]]
    assert names[0] == "Right one first" and found["embeddings"]["figures"]["known"] == 6
    printed = signpost("eval", *_words(files), *words)
    assert printed.code == 0 and "Side by side" in printed.out and "errors removed" in printed.out


def test_a_run_compares_with_its_own_rows_without_a_difference(
    signpost: Signpost, files: dict[str, str], tmp_path: Path
) -> None:
    rows = str(tmp_path / "rows.jsonl")
    assert signpost("eval", *_words(files), "--out", rows).code == 0
    found = json.loads(signpost("eval", *_words(files), "--compare", rows, "--json").out)
    assert {(one["gained"], one["lost"]) for one in found["compared"]} == {(0, 0)}
    assert found["compared_figures"][0]["name"] == "Mean reciprocal rank"


def test_the_report_needs_nothing_else_and_obeys_nobody(
    signpost: Signpost, files: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    assert signpost("eval", *_words(files), "--report", str(path)).code == 0
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(tags)
    assert not re.search(r"https?:|url\(|@import", text)
    assert not [name for _, names in page.elements for name in names if name.startswith("on")]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    for heading in (
        "Is the confidence borne out?",
        "at what risk?",
        "Beside a plain look-up",
        "What are past questions",
    ):
        assert heading in text


def test_every_picture_of_the_report_is_told_in_words(
    signpost: Signpost, files: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    signpost("eval", *_words(files), "--report", str(path))
    text = path.read_text(encoding="utf-8")
    elements = Page(text).elements
    ids = {names["id"] for _, names in elements if "id" in names}
    pictures = [names for tag, names in elements if tag == "svg" and names.get("role") == "img"]
    assert len(pictures) == 3
    for picture in pictures:
        assert set((picture["aria-labelledby"] or "").split()) <= ids
    assert re.search(r"<desc[^>]*>[^<]*of \d+ questions at \d+% sure, \d+% right", text)
    assert all("scope" in names for tag, names in elements if tag == "th")


def test_the_report_fits_a_phone(signpost: Signpost, files: dict[str, str], tmp_path: Path, browser: Browser) -> None:
    path = tmp_path / "report.html"
    signpost("eval", *_words(files), "--report", str(path))
    page = browser.new_page(viewport={"width": 360, "height": 700})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_role("img").count() == 3
    assert faults == []
    page.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Give --questions FILE.csv, or --replay"),
        (("--replay", "--questions", "x.csv", "--plain"), "leave out --questions and --plain"),
        (("--replay",), "signpost migrate"),
        (("--questions", "tests/gold/starter.csv", "--days", "7"), "--days goes with --replay"),
        (("--questions", "tests/gold/starter.csv", "--learning-curve"), "--learning-curve needs --history"),
        (("--questions", "tests/gold/starter.csv", "--compare", "README.md"), "cannot be read as the rows"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_sentence(
    signpost: Signpost, words: tuple[str, ...], sentence: str
) -> None:
    ended = signpost("eval", *words)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err and len(ended.err.strip().splitlines()) == 1


def test_a_report_that_cannot_be_written_is_said(signpost: Signpost, files: dict[str, str]) -> None:
    ended = signpost("eval", *_words(files), "--report", "README.md/report.html")
    assert ended.code == 2 and "cannot be written" in ended.err
