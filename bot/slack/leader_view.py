"""What leaders and the owner see on the Home: key figures, weeks and teams; and the same as native charts. Pure.

A Home takes neither charts nor tables (they are for messages), so its pictures are text of equal width; *Show the
Charts* sends the native ones by direct message.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import DigestPlan, State
from bot.measures.definitions import DEFINITIONS, PRIVACY
from bot.measures.digest import FEW, day, whole_weeks
from bot.measures.report import Figure, Report, TeamRow, Week
from bot.slack import digest_view, escaping, kit, pictures, value_view
from bot.slack.blocks import Message
from bot.slack.kit import Block

CHARTS, DASHBOARD = "show_charts", "open_dashboard"
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_BAR = 16  # characters of the longest bar
_TEAMS = 20
_NO_WEEK = "A week is shown once it is over, and if five people or more asked in it."
_CUT = (State.CONFIRMED, State.ANSWERED_BY_OWNER, State.FAILED, State.UNRATED, State.ESCALATED)


@dataclass(frozen=True)
class Overview:
    """All that is shown. `longer` holds whole weeks before this one, and the teams' 28 days."""

    week: Report
    longer: Report
    plan: DigestPlan
    time_zone: str
    stopped: bool
    dashboard: str = ""  # its address, where there is one

    @property
    def weeks(self) -> list[Week]:
        """Whole weeks that may be shown, oldest first."""
        return [week for week in whole_weeks(self.longer.weeks) if week.active is not None]


def section(overview: Overview) -> list[Block]:
    """The leaders' part of the Home."""
    return [
        kit.header("The last seven days"),
        *_figures(overview.week),
        kit.section("*Week by week*"),
        *(_weeks(overview.weeks) or [kit.context(_NO_WEEK)]),
        *_teams(overview.longer),
        kit.context(PRIVACY),
        kit.context(_digest_line(overview)),
        kit.actions(*_buttons(overview), block_id="leader"),
        kit.divider(),
    ]


# ---------------------------------------------------------------- key figures


def _figures(week: Report) -> list[Block]:
    if week.people is None:
        return [kit.section(FEW)]
    if not week.people:
        empty = "Nobody has asked anything in the last seven days. Mention @Signpost in a channel to begin."
        return [kit.section(empty)]
    shown = [_people(week), *(_share(week, key) for key in _SHARES), *(_hours(week, key) for key in _TIMES)]
    return [kit.fields(shown[:10]), kit.context(_definition("self_serve_rate"), _definition("unrated_share"))]


_SHARES = ("self_serve_rate", "unrated_share", "failed_share", "escalation_rate", "adoption_7", "adoption_28")
_TIMES = {"first_answer_p50": "First answer, half within", "owner_answer_p50": "Owner's answer, half within"}
_OF = {"escalation_rate": "questions", "adoption_7": "people", "adoption_28": "people"}


def _people(week: Report) -> str:
    askers, questions = week.figures["askers"], week.figures["questions"]
    before = "" if askers.before is None else f"\nbefore: {askers.before:.0f} asked {questions.before:.0f}"
    return f"*People and questions*\n{askers.value:.0f} asked {questions.value:.0f}{before}"


def _share(week: Report, key: str) -> str:
    figure = week.figures[key]
    name = f"*{DEFINITIONS[key].title}*\n"
    if figure.value is None:
        return name + "nothing to count yet"
    before = "" if figure.before is None else f"\nbefore: {figure.before:.0%} of {figure.n_before}"
    return f"{name}{figure.value:.0%} of {figure.n} {_OF.get(key, 'decided')}{before}"


def _hours(week: Report, key: str) -> str:
    figure = week.figures[key]
    name = f"*{_TIMES[key]}*\n"
    if figure.value is None:
        return name + "none yet"
    before = "" if figure.before is None else f"\nbefore: {_time(figure, figure.before)} (n = {figure.n_before})"
    return f"{name}{_time(figure, figure.value)} (n = {figure.n}){before}"


def _time(figure: Figure, value: float) -> str:
    return f"{value:.1f} {'s' if figure.unit.value == 'seconds' else figure.unit.value}"


def _definition(key: str) -> str:
    return f"*{DEFINITIONS[key].title}:* {DEFINITIONS[key].text}"


# ---------------------------------------------------------------- weeks and teams, as text


def _weeks(weeks: Sequence[Week]) -> list[Block]:
    if not weeks:
        return []
    most = max([1, *(week.active or 0 for week in weeks)])
    head = f"{'from':>6}  {'asked':>5} {'back':>4}  people"
    bars = ["█" * round(_BAR * (week.active or 0) / most) for week in weeks]
    active = [
        f"{day(week.start):>6}  {week.active:>5} {_or_dash(week.returning):>4}  {bar}"
        for week, bar in zip(weeks, bars, strict=True)
    ]
    names = " ".join(f"{name:>9}" for name in ("confirmed", "by owner", "failed", "unrated", "waiting"))
    states = [f"{day(w.start):>6} " + " ".join(f"{(w.states or {}).get(state, 0):>9}" for state in _CUT) for w in weeks]
    return [
        kit.preformatted("\n".join([head, *active])),
        kit.preformatted("\n".join([f"{'from':>6} {names}", *states])),
        kit.context("*asked:* people of that week · *back:* asked in 2 of the 4 weeks up to it · below: its questions"),
    ]


def _teams(longer: Report) -> list[Block]:
    rows = longer.teams[:_TEAMS]
    if not rows:
        return []
    width = max(len("team"), *(len(row.name[:24]) for row in rows))
    head = f"{'team':<{width}}  {'people':>6}  {'of':>5}  adoption"
    lines = [
        f"{row.name[:24]:<{width}}  {_or_dash(row.people_28):>6}  {_or_dash(row.headcount):>5}"
        f"  {_percent(row.adoption_28):>8}"
        for row in rows
    ]
    return [kit.section("*By team, the last 28 days*"), kit.preformatted("\n".join([head, *lines]))]


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


# ---------------------------------------------------------------- the digest, the buttons


def _digest_line(overview: Overview) -> str:
    plan = overview.plan
    if plan.off:
        return "The week's digest is switched off in organisation.toml."
    to = f"to <#{plan.channel}>" if plan.channel else "to leaders by direct message"
    when = f"on {_DAYS[plan.day]} at {plan.hour:02}:00 ({escaping.line(overview.time_zone, 60)})"
    return f"The week's digest goes {to} {when}." + (" *It is stopped.*" if overview.stopped else "")


def _buttons(overview: Overview) -> list[Block]:
    switch = (
        kit.button("Start the Digest", digest_view.RESUME)
        if overview.stopped
        else kit.button("Stop the Digest", digest_view.STOP, confirm=digest_view.sure())
    )
    link = overview.dashboard
    return [
        *([kit.button("Open the Dashboard", DASHBOARD, style="primary") | {"url": link}] if link else []),
        kit.button("Show the Charts", CHARTS),
        kit.button("Record a Value", value_view.RECORD),
        kit.button("Preview the Digest", digest_view.PREVIEW),
        *([] if overview.plan.off else [switch]),
    ]


# ---------------------------------------------------------------- native charts, in a message


def pictures_message(overview: Overview) -> Message:
    """Weekly active askers and outcomes as charts, teams as a table, each with its numbers in words."""
    weeks, title = overview.weeks, "Signpost in pictures: the last eight weeks"
    blocks: list[Block] = [kit.header(title)]
    if len(weeks) >= 4:
        blocks += [_active(weeks), digest_view.outcomes(weeks)]
    else:
        blocks.append(kit.section("Fewer than four whole weeks can be shown yet, so no trend is drawn."))
    if weeks:
        words = "In numbers, from each Monday:\n" + "\n".join(map(digest_view.in_words, weeks))
        blocks.append(kit.context(words))
    if overview.longer.teams:
        blocks += [_table(overview.longer.teams)]
    blocks.append(kit.context(f"{PRIVACY} {_definition('weeks')} {DEFINITIONS['outcomes'].caution}"))
    told = "; ".join(map(digest_view.in_words, weeks)) or _NO_WEEK
    return Message(escaping.line(f"{title}. {told}", 3000), blocks)


def _active(weeks: Sequence[Week]) -> Block:
    series = {"Active": [week.active or 0 for week in weeks]}
    if all(week.returning is not None for week in weeks):
        series["Returning"] = [week.returning or 0 for week in weeks]
    return pictures.lines(DEFINITIONS["weeks"].title, [day(week.start) for week in weeks], series, "Week", "People")


def _table(teams: Sequence[TeamRow]) -> Block:
    rows = [
        (
            row.name[:60],
            *map(_or_dash, (row.people_28, row.headcount)),
            *map(_percent, (row.adoption_28, row.adoption_7)),
        )
        for row in teams[:_TEAMS]
    ]
    head = ["Team", "People, 28 days", "Headcount", "Adoption, 28 days", "Adoption, 7 days"]
    return pictures.table("Adoption by team; teams of fewer than five askers are in “other”", head, rows)
