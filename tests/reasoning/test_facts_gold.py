"""The two tables of tests/gold/facts: every row is a test, so that a failure names the question."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Decision, ItemId, Kind, Outcome
from bot.library import loading
from bot.reasoning import facts, inquiry, kinds
from bot.reasoning.facts import Ground

GOLD = Path(__file__).parent.parent / "gold" / "facts"
TODAY = date(2026, 11, 24)
VERDICTS = {
    Outcome.WORKS: "yes",
    Outcome.PARTLY: "partly",
    Outcome.BROKEN: "no",
    Outcome.RETEST: "needs_retest",
    Outcome.NOT_KNOWN: "not_known",
}


def rows(table: str, part: str) -> list[Any]:
    with (GOLD / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        wanted = [row for row in csv.DictReader(file) if row["part"] == part]
    return [pytest.param(row, id=row["question"][:60]) for row in wanted]


@pytest.fixture(scope="module")
def ground() -> Ground:
    library = loading.load(GOLD / "library")
    return facts.ground(library.tools, library.rules, library.organisation, TODAY)


@pytest.mark.parametrize("row", rows("compatibility", "dev"))
def test_compatibility(ground: Ground, row: dict[str, str]) -> None:
    assert _connected(ground, row) == _expected(row)


@pytest.mark.parametrize("row", rows("compatibility", "held_out"))
def test_compatibility_held_out(ground: Ground, row: dict[str, str]) -> None:
    assert _connected(ground, row) == _expected(row)


@pytest.mark.parametrize("row", rows("permission", "dev"))
def test_permission(ground: Ground, row: dict[str, str]) -> None:
    assert _ruled(ground, row) == _expected_ruling(row)


@pytest.mark.parametrize("row", rows("permission", "held_out"))
def test_permission_held_out(ground: Ground, row: dict[str, str]) -> None:
    assert _ruled(ground, row) == _expected_ruling(row)


def test_nothing_is_wrongly_allowed(ground: Ground) -> None:
    may = {Decision.ALLOWED, Decision.ALLOWED_IF}
    table = [param.values[0] for part in ("dev", "held_out") for param in rows("permission", part)]
    allowed = [row for row in table if facts.rule(ground, row["question"], _teams(row)).ruling.decision in may]
    assert len(table) >= 60
    assert [row["question"] for row in allowed if not row["verdict"].startswith("allowed")] == []


@pytest.mark.parametrize(("table", "kind"), [("compatibility", Kind.COMPATIBILITY), ("permission", Kind.PERMISSION)])
def test_the_kind_is_told_from_the_words(ground: Ground, table: str, kind: Kind) -> None:
    questions = [param.values[0]["question"] for param in rows(table, "dev")]
    assert [question for question in questions if _kind(ground, question) is not kind] == []


def _kind(ground: Ground, question: str) -> Kind:
    found = inquiry.named(question, ground.names)
    return kinds.kind_of(question, found, inquiry.data_in(question, found, ground.organisation.data_classes))


def _connected(ground: Ground, row: dict[str, str]) -> dict[str, object]:
    connected = facts.connect(ground, row["question"], _teams(row))
    if connected.finding is None:
        assert connected.unclear
        tools = {_short(tool) for tool in connected.unclear.tools}
        return _row("ask_back", "", "", set(), set(), tools)
    finding = connected.finding
    one_way = "partly" if finding.path else "not_known"
    listed = finding.outcome is Outcome.WORKS and connected.asked.asks in {inquiry.Asks.LIST, inquiry.Asks.ADVICE}
    return _row(
        "list" if listed else VERDICTS.get(finding.outcome, one_way),
        "" if listed else finding.outcome.value,
        ">".join(_short(tool) for tool in (*(way.start for way in finding.path[:1]), *(w.end for w in finding.path))),
        {f"{_short(edge.source_tool)}->{_short(edge.target_tool)}" for edge in finding.cites},
        {_short(tool) for tool in finding.excluded},
        {_short(tool) for mention in connected.asked.tools for tool in mention.tools},
    )


def _expected(row: dict[str, str]) -> dict[str, object]:
    sets = (_set(row[key]) for key in ("cites", "excluded", "tools"))
    return _row(row["verdict"], row["outcome"], row["path"], *sets)


def _row(
    verdict: str, outcome: str, path: str, cites: set[str], excluded: set[str], tools: set[str]
) -> dict[str, object]:
    return {
        "verdict": verdict,
        "outcome": outcome,
        "path": path,
        "cites": cites,
        "excluded": excluded,
        "tools": tools,
    }


def _ruled(ground: Ground, row: dict[str, str]) -> dict[str, object]:
    ruling = facts.rule(ground, row["question"], _teams(row)).ruling
    if ruling.decision is None:
        return {"verdict": "ask_back"}
    return {
        "verdict": ruling.decision.value.replace(" ", "_"),
        "first": ruling.ids[0] if ruling.ids else "",
        "rules": set(ruling.ids),
        "owner": ruling.owner or "",
        "date": ruling.decided.isoformat() if ruling.decided else "",
    }


def _expected_ruling(row: dict[str, str]) -> dict[str, object]:
    if row["verdict"] == "ask_back":
        return {"verdict": "ask_back"}
    return {
        "verdict": row["verdict"],
        "first": row["rule"].split("|")[0],
        "rules": _set(row["rule"]),
        "owner": row["owner"],
        "date": row["date"],
    }


def _teams(row: dict[str, str]) -> tuple[str, ...]:
    return (row["team"],) if row["team"] else ()


def _set(joined: str) -> set[str]:
    return set(filter(None, joined.split("|")))


def _short(tool: ItemId) -> str:
    return tool.removeprefix("tool:")
