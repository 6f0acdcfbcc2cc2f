"""A report with something in every picture, and what must never be seen of it."""

from datetime import UTC, date, datetime, timedelta

from bot.domain import Grade, ItemId, Ladder, RecordedValue, Ring, Spread, State, TeamName
from bot.measures.report import (
    Cell,
    Closed,
    Depth,
    Figure,
    Funnel,
    Gap,
    GapState,
    ItemUse,
    KindShare,
    Mandate,
    RadarTool,
    Report,
    StopItem,
    TeamRow,
    Unit,
    ValueCell,
    Week,
)

FIRST = date(2026, 1, 5)
OUTCOMES = ("conversion", "retention", "pipeline", "hours", "quality")
TEAMS = ("marketing", "product", "operations", "sales", "customer success", "other")
TITLES = (
    "Campaign brief",
    "Meeting notes",
    "HubSpot",
    "Mailchimp",
    "Figma",
    "Launch checklist",
    "Translate a contract",
)


def report(weeks: int = 8, team: TeamName | None = None, people: int | None = 143) -> Report:
    """Every part filled, some of it not shown."""
    start = datetime.combine(FIRST, datetime.min.time(), UTC)
    return Report(
        start=start,
        end=start + timedelta(weeks=weeks),
        before=start - timedelta(weeks=weeks),
        at=None,
        team=team,
        time_zone="Europe/Berlin",
        names_people=False,
        people=people,
        figures=_figures(),
        states=dict(zip(State, (118, 300, 22, 61, 47, 6), strict=True)),
        weeks=tuple(_week(n) for n in range(weeks)),
        promise=Ladder(),
        funnel=Funnel(143, 88, 61, 29),
        teams=tuple(_team(name, n, weeks) for n, name in enumerate(TEAMS)),
        depth=Depth(57, 71, 44, 18, 10),
        gaps=_gaps(),
        smaller_gaps=4,
        radar=_radar(),
        use=tuple(
            ItemUse(
                ItemId(f"skill:{n}"), title, 90 - 11 * n, 31 - 4 * n, 40 - 5 * n, ("marketing",) * (n % 2),
                n == 2, n == 4,
            )
            for n, title in enumerate(TITLES)
        ),
        kinds=tuple(KindShare(name, 60 - 5 * n, 10 + 2 * n, 6, 44 - 7 * n) for n, name in enumerate(TEAMS)),
        value_map=tuple(ValueCell(name, grade, _values(name, grade)) for name in OUTCOMES for grade in Grade),
        not_mapped=(ItemId("skill:a"), ItemId("skill:b")),
        stop=(
            StopItem(ItemId("tool:x"), "Old newsletter tool", 41, 19),
            StopItem(ItemId("skill:y"), "Quarterly deck", 17, None),
        ),
        mandate=(
            Mandate("signpost", "Unanswered questions", True, True, None, None, 7, 11.5, False),
            Mandate("layer:marketing", "marketing", True, True, None, None, 0, None, False),
            Mandate("tool:figma", "Figma", False, False, None, None, 2, 30.0, True),
        ),
        closed=(
            Closed(ItemId("answer:1"), "Translate a contract", FIRST + timedelta(days=40), 9, 14),
            Closed(ItemId("answer:2"), "Photos for the summer party", FIRST + timedelta(days=33), None, 3),
        ),
    )  # fmt: skip


def _figures() -> dict[str, Figure]:
    count, share, seconds, hours = Unit.COUNT, Unit.SHARE, Unit.SECONDS, Unit.HOURS
    rows = (
        ("questions", 554, 554, 431, 431, count), ("askers", 143, 143, 120, 120, count),
        ("returning_askers", 88, 143, 61, 120, count), ("adoption_7", 0.31, 200, 0.27, 200, share),
        ("adoption_28", 0.585, 200, 0.44, 200, share), ("self_serve_rate", 0.224, 526, 0.19, 410, share),
        ("unrated_share", 0.57, 526, 0.61, 410, share), ("failed_share", 0.089, 526, 0.12, 410, share),
        ("escalation_rate", 0.15, 554, 0.21, 431, share), ("reask_rate", 0.031, 554, None, 0, share),
        ("stale_answer_rate", 0.06, 532, 0.06, 420, share), ("reuse_rate", None, 0, None, 0, share),
        ("first_answer_p50", 1.2, 540, 1.3, 420, seconds), ("first_answer_p90", 3.9, 540, 4.4, 420, seconds),
        ("owner_answer_p50", 5.1, 61, 7.9, 70, hours), ("owner_answer_p90", 14.0, 61, 21.0, 70, hours),
        ("breadth", 2.7, 143, 2.2, 120, Unit.PER_PERSON),
    )  # fmt: skip
    return {key: Figure(value, n, before, n_before, unit) for key, value, n, before, n_before, unit in rows}


def _week(n: int) -> Week:
    states = {
        State.CONFIRMED: 9 + 2 * n,
        State.UNRATED: 30 + 3 * n,
        State.ESCALATED: max(0, n - 4),
        State.ANSWERED_BY_OWNER: 9 - n % 3,
        State.FAILED: 8 - n % 4,
        State.WITHDRAWN: n % 2,
    }
    return Week(
        FIRST + timedelta(weeks=n), 7, 38 + 5 * n, 20 + 4 * n, sum(states.values()) + 1, states, 1,
        Spread(1.4 - 0.03 * n, 4.6 - 0.1 * n, 50 + n), Spread(8.0 - 0.5 * n, 22.0 - 1.2 * n, 7),
    )  # fmt: skip


def _team(name: str, n: int, weeks: int) -> TeamRow:
    headcount = None if name == "other" else 60 - 9 * n
    cells = []
    for week in range(weeks):
        people = 6 + (week * (5 - n) + 3 * n) % 23 if (week + n) % 7 else None
        cells.append(Cell(FIRST + timedelta(weeks=week), people, people / headcount if people and headcount else None))
    return TeamRow(
        name, headcount, tuple(cells), 12, 25, 0.2 if headcount else None, 0.61 - 0.08 * n if headcount else None
    )


def _values(outcome: str, grade: Grade) -> tuple[RecordedValue, ...]:
    if (outcome, grade) == ("hours", Grade.CLAIMED):
        return (RecordedValue("skill:1", "hours", grade, 40, "h/month", "survey of May", FIRST),)
    if (outcome, grade) == ("conversion", Grade.MEASURED):
        return (RecordedValue("skill:2", "conversion", grade, 2.1, "points", "A/B test, 8,000 visits", FIRST),)
    return ()


def _gaps() -> tuple[Gap, ...]:
    names = (
        "contract, translate, Portuguese",
        "photographer, party",
        "expense tool, receipts",
        "brand voice in German",
    )
    return tuple(
        Gap(
            f"gap:{n}", name, ItemId("skill:1"), 23 - 5 * n if n < 3 else None, 30 - 6 * n if n < 3 else None,
            FIRST + timedelta(days=n), FIRST + timedelta(days=30 + n), list(GapState)[n], "", None,
            ("marketing",) if n < 2 else (),
            (RecordedValue(f"gap:{n}", "hours", Grade.OBSERVED, 4, "h", "time sheet", FIRST),) if n == 0 else (),
        )
        for n, name in enumerate(names)
    )  # fmt: skip


def _radar() -> tuple[RadarTool, ...]:
    adopt, trial, assess, hold = Ring
    tools = {
        "HubSpot": adopt, "Mailchimp": adopt, "Figma": trial, "ChatGPT": trial, "Claude": adopt, "Jira": assess,
        "Notion": trial, "Canva": assess, "Zapier": hold, "Old newsletter tool": hold,
    }  # fmt: skip
    return tuple(
        RadarTool(
            ItemId(f"tool:{n}"), name, ring, assess if n == 2 else ring, n == 2, 60 - 6 * n, 20, n != 8,
            12 if n == 3 else 0,
        )
        for n, (name, ring) in enumerate(tools.items())
    )  # fmt: skip
