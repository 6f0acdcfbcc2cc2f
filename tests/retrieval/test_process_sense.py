"""Process or technology, against requests that nothing was fitted to."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from bot.domain import Diagnosis, Kind
from bot.retrieval import process_learning, process_lessons
from bot.retrieval.embedding import Embedder
from bot.retrieval.index import VectorIndex
from bot.retrieval.process_sense import ProcessSense

GOLD = Path(__file__).parents[1] / "gold" / "process" / "requests.csv"
KINDS = {"process": Kind.PROCESS, "tool": Kind.WHICH, "mixed": Kind.MIXED, "neither": Kind.OTHER}
Rows = Sequence[Mapping[str, str]]


@pytest.fixture(scope="module")
def sense(embedder: Embedder, memory_index: VectorIndex) -> ProcessSense:
    return process_lessons.sense(embedder, memory_index)


def rows(part: str) -> Rows:
    with GOLD.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["part"] == part]


def macro_f1(gold: Rows, found: Sequence[Diagnosis]) -> float:
    return float(f1_score([KINDS[row["kind"]] for row in gold], [one.kind for one in found], average="macro"))


# Both floors are short of the target of 0.85; docs/process-or-technology.md says what was reached and why.
@pytest.mark.parametrize(("part", "floor"), [("dev", 0.78), ("held_out", 0.72)])
def test_the_four_kinds_are_told_apart_no_worse_than_was_reached(sense: ProcessSense, part: str, floor: float) -> None:
    gold = rows(part)
    assert macro_f1(gold, [sense.diagnose(row["question"]) for row in gold]) >= floor


def test_what_the_owner_overruled_is_told_like_it_until_that_is_taken_back(
    embedder: Embedder, memory_index: VectorIndex
) -> None:
    sense = process_lessons.sense(embedder, memory_index)
    text = "each quote waits for a signature of two directors who are never there"
    like = "every quote waits for the signature of two directors who are never here"
    before = sense.diagnose(like).kind
    assert before is Kind.PROCESS
    sense.learn([(text, Kind.WHICH)])
    assert sense.diagnose(text).kind is Kind.WHICH
    assert sense.diagnose(like).kind is Kind.WHICH
    assert sense.diagnose("nobody feels in charge of the shared inbox").kind is Kind.PROCESS
    sense.learn(())
    assert sense.diagnose(like).kind is before


def test_no_request_to_learn_from_is_one_to_measure_with() -> None:
    measured = {row["question"].lower() for part in ("dev", "held_out") for row in rows(part)}
    assert not measured & {one.text.lower() for one in process_learning.requests()}


def test_every_kind_is_learnt_from_many_requests() -> None:
    kinds = [one.kind for one in process_learning.requests()]
    assert all(kinds.count(kind) >= 100 for kind in KINDS.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=200) | st.sampled_from([row["question"] for row in rows("dev")]))
def test_the_blocking_step_is_always_the_askers_own_words(sense: ProcessSense, text: str) -> None:
    found = sense.diagnose(text)
    assert found.blocking_step in text
    assert bool(found.blocking_step) == (found.kind in {Kind.PROCESS, Kind.MIXED})
