"""The process first, in the asker's own words; a tool second or not at all."""

import pytest

from bot.domain import Diagnosis, Kind, PersonId, Team, TeamName, Verdict, Wording
from bot.reasoning import consulting
from bot.reasoning.clauses import clauses, marked
from bot.reasoning.consulting import StepKind

STEP = "legal answers after three weeks"
MIXED = Diagnosis(Kind.MIXED, 0.95, STEP)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("each quote needs four signatures", StepKind.APPROVAL),
        ("nobody feels in charge of the shared inbox", StepKind.UNCLEAR_OWNER),
        ("the panel sits twice a year", StepKind.MEETING),
        ("tickets bounce between second and third level", StepKind.HANDOFF),
        ("it lies there for a week", StepKind.WAITING),
    ],
)
def test_the_sort_of_step_is_told_from_its_words(step: str, kind: StepKind) -> None:
    assert consulting.step_kind(step) is kind


def test_the_process_comes_before_the_tool() -> None:
    words = consulting.process_first(Wording("Use Otter.", start=("Press record.",)), Verdict.ANSWERED, MIXED, None)
    assert words.headline == f"The process holds you up here, before any tool does: “{STEP}”."
    lines = words.start
    assert lines.index("For what is left to do yourself: Use Otter.") < lines.index("Press record.")
    assert lines[0].startswith("What helps:")


def test_the_step_is_its_teams_where_it_names_one_alone() -> None:
    teams = {
        TeamName("legal"): Team(TeamName("legal"), owner=PersonId("U1")),
        TeamName("sales"): Team(TeamName("sales"), owner=PersonId("U2")),
        TeamName("support"): Team(TeamName("support")),
    }
    assert consulting.team_of(STEP, teams) == "legal"
    assert consulting.team_of("legal and sales blame each other", teams) is None
    assert consulting.team_of("support sits on it", teams) == "support"  # and nobody is named as its owner


def test_what_is_only_likely_is_not_said() -> None:
    assert consulting.is_process(MIXED)
    assert not consulting.is_process(Diagnosis(Kind.PROCESS, consulting.SURE - 0.01, STEP))
    assert not consulting.is_process(Diagnosis(Kind.WHICH, 0.1))


def test_a_marked_request_says_its_kind_and_where_its_marks_stand() -> None:
    one = marked("{captions for a film}? and [comms sits on it]")
    assert (one.text, one.kind) == ("captions for a film? and comms sits on it", Kind.MIXED)
    assert [one.text[a:b] for a, b in one.blocking] == ["comms sits on it"]


@pytest.mark.parametrize("line", ["[open", "closed]", "[crossed}"])
def test_a_mark_that_does_not_close_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="mark"):
        marked(line)


def test_clauses_stand_in_their_text_in_order() -> None:
    text = "OCR for waybills? also: nobody signs them, because who should"
    parts = [text[a:b] for a, b in clauses(text)]
    assert parts[0] == "OCR for waybills"
    assert parts[-1] == "because who should"
