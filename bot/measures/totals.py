"""The numbers of a period as totals, for `signpost stats` and App Home; definitions in MEASURES. Pure."""

from dataclasses import replace

import numpy as np

from bot.domain import AdoptionStats, ItemId, Kind, Organisation, Spread
from bot.measures import strip, teams
from bot.measures.eventlog import KINDS, NONE
from bot.measures.privacy import View
from bot.measures.scope import Scope


def totals(scope: Scope, organisation: Organisation) -> AdoptionStats:
    """Counts everything of the scope, however few; teams of few askers are in "other" whoever looks."""
    everything = replace(scope, view=View(names_people=True))
    figures = strip.figures(everything, organisation)
    value = {key: figure.value for key, figure in figures.items()}
    n = {key: figure.n for key, figure in figures.items()}
    kinds = scope.facts.kind[scope.rows]
    items = scope.facts.item[scope.rows]
    places, counts = np.unique(items[items != NONE], return_counts=True)
    recommended = {scope.item(place): n for place, n in zip(places.tolist(), counts.tolist(), strict=True)}
    return AdoptionStats(
        questions=n["questions"],
        askers=n["askers"],
        returning_askers=int(value["returning_askers"] or 0),
        states=strip.states(scope),
        self_serve_rate=value["self_serve_rate"],
        unrated_share=value["unrated_share"],
        escalation_rate=value["escalation_rate"],
        time_to_first_answer=_spread(value, n, "first_answer"),
        time_to_owner_answer=_spread(value, n, "owner_answer"),
        by_team=teams.questions(replace(scope, view=View()), organisation),
        by_kind={kind: int((kinds == KINDS.index(kind)).sum()) for kind in Kind if (kinds == KINDS.index(kind)).any()},
        skills=_of(recommended, "skill:"),
        tools=_of(recommended, "tool:"),
    )


def _spread(value: dict[str, float | None], n: dict[str, int], key: str) -> Spread:
    return Spread(value[f"{key}_p50"], value[f"{key}_p90"], n[f"{key}_p50"])


def _of(recommended: dict[ItemId, int], prefix: str) -> dict[ItemId, int]:
    return {id: count for id, count in recommended.items() if id.startswith(prefix)}
