"""What each picture shows, in the words printed under it, and how it can mislead. Keys are those of Report."""

from typing import NamedTuple


class Definition(NamedTuple):
    title: str
    text: str  # the definition
    caution: str  # one sentence: how this can mislead


PRIVACY = (
    "Leaders see teams, never people. A cell of fewer than five people is folded into “other”, together with the next"
    " smallest where it could be worked out from the rest; what is still fewer than five is not shown. No message's"
    " words appear here."
)

DEFINITIONS: dict[str, Definition] = {
    "questions": Definition(
        "Questions",
        "One asker's need. Follow-ups in its thread belong to it; small talk, help and tests do not count.",
        "More questions can mean more trust or more confusion: read it beside the self-serve and failed shares.",
    ),
    "askers": Definition(
        "Askers",
        "Distinct people who asked at least one question in the period.",
        "Longer periods have more askers by their length alone; people who were erased count as one.",
    ),
    "returning_askers": Definition(
        "Returning askers",
        "People who asked in at least 2 of the last 4 weeks: the four times seven days that end with the period.",
        "Somebody who was served well once may have no reason to come back soon.",
    ),
    "adoption_7": Definition(
        "Adoption, 7 days",
        "Distinct askers of the last 7 days ÷ headcount, over the teams whose headcount is known.",
        "The headcount is the one in organisation.toml today, also for earlier weeks; holidays lower it.",
    ),
    "adoption_28": Definition(
        "Adoption, 28 days",
        "Distinct askers of the last 28 days ÷ headcount, over the teams whose headcount is known.",
        "Asking once is enough to count; depth says how often.",
    ),
    "self_serve_rate": Definition(
        "Self-serve rate",
        "Confirmed without a person ÷ all decided questions. Unrated is never added to confirmed; questions that"
        " still wait for the owner and withdrawn ones are not decided.",
        "Most people press nothing, so the true rate lies between this and this plus the unrated share.",
    ),
    "unrated_share": Definition(
        "Unrated share",
        "Decided questions whose asker said neither yes nor no ÷ all decided questions.",
        "Unrated is not success and not failure: nobody knows.",
    ),
    "failed_share": Definition(
        "Failed",
        "Decided questions whose asker said no, or asked the same again within 7 days ÷ all decided questions.",
        "People who are helped badly often leave without a word, so this is a lower bound.",
    ),
    "escalation_rate": Definition(
        "Escalation rate",
        "Questions that went to the owner ÷ all questions.",
        "Low can mean that the library is good, or that people gave up before asking the owner.",
    ),
    "reask_rate": Definition(
        "Re-ask rate",
        "Questions that the same person asked again, in the same words, within 7 days of the answer ÷ all questions.",
        "Only the same words are seen; somebody who rewords the question is missed.",
    ),
    "stale_answer_rate": Definition(
        "Stale answers",
        "Answers that used an overdue source ÷ all answers.",
        "Overdue means that nobody looked in time, not that the source is wrong.",
    ),
    "reuse_rate": Definition(
        "Re-use",
        "Owner's answers served again at least once in the period ÷ all owner's answers that were in use in it.",
        "New answers have had less time to be served again.",
    ),
    "first_answer": Definition(
        "Time to first answer",
        "From the question to the bot's first answer in Slack: half of all are faster than p50, nine in ten than p90"
        " (seconds). Questions from a terminal have no delivery and do not count.",
        "A fast answer is not yet a right one.",
    ),
    "owner_answer": Definition(
        "Time to the owner's answer",
        "Working hours from asking the owner to the owner's answer, p50 and p90, by the week of the question. The bot's"
        " reply never stops this clock. The line is the promise of organisation.toml (ladder).",
        "Questions still waiting have no time yet, so a backlog makes recent weeks look better than they are.",
    ),
    "breadth": Definition(
        "Breadth",
        "Distinct skills, tools and topics that an asker was pointed to or asked about, the mean over askers.",
        "It grows with the number of questions; compare periods of the same length.",
    ),
    "weeks": Definition(
        "Active and returning askers",
        "Distinct askers each week, and people who asked in at least 2 of the 4 weeks that end with it. No line is"
        " drawn through fewer than four weeks.",
        "The first and the last week may be only part of a week.",
    ),
    "funnel": Definition(
        "From asking to helped",
        "Distinct people: asked → returned (asked in at least 2 of 4 weeks that end in the period) → was pointed to a"
        " skill → said that a skill helped. Each stage is among the one before.",
        "Helped people who never press a button are missing at the end.",
    ),
    "outcomes": Definition(
        "What became of the questions",
        "Each question of a week by its state as of the report: confirmed, unrated, waiting for the owner, answered by"
        " the owner, failed, withdrawn.",
        "States change when people press later: a past week may differ in a later report; a report “as of” a moment"
        " does not.",
    ),
    "teams": Definition(
        "Adoption by team and week",
        "Distinct askers of a team in a week ÷ its headcount. A person in two teams counts in both. Cells of fewer than"
        " five people are in “other”.",
        "A team is the one that the asker was in when asking; small teams may never show.",
    ),
    "depth": Definition(
        "Depth",
        "People by questions in the last 28 days: none 0, light 1–2, moderate 3–7, heavy 8 or more.",
        "More is not better: a heavy asker may be one whom the library serves badly.",
    ),
    "gaps": Definition(
        "Gaps",
        "Unresolved and failed questions grouped by meaning, ranked by distinct askers before volume before recency;"
        " one person's repeats count once. Open, being drafted, published, or declined with a reason.",
        "Grouping is done by a machine: one gap may be two, and two may be one.",
    ),
    "radar": Definition(
        "Tool radar",
        "Tools by ring, with the questions in which each was recommended or among the sources, and what moved since"
        " the start of the period.",
        "Many questions about a tool can mean that it is liked or that it is hard.",
    ),
    "use": Definition(
        "Skill and tool use",
        "How often each was recommended, confirmed useful, and in which teams; stale where its review is overdue,"
        " orphaned where nobody owns it.",
        "Recommended is not used: only a confirmation says that it helped.",
    ),
    "kinds": Definition(
        "Process or technology",
        "Share, by team, of questions whose breakdown is in the process, in part (mixed) or whole.",
        "The kind is decided by the bot from the question's words and can be wrong.",
    ),
    "value_map": Definition(
        "Value",
        "Outcome × evidence: claimed, observed, measured, each figure with a source and a date. Grades are never added."
        " Nothing recorded is “not mapped”, never zero.",
        "What is easy to measure is recorded more often than what matters.",
    ),
    "stop": Definition(
        "Stop list",
        "What costs questions and brings nothing: recommended in the period, never confirmed, no value recorded; most"
        " failed first.",
        "Something rarely confirmed may still be needed; look before you stop it.",
    ),
    "mandate": Definition(
        "Mandate",
        "Each layer and tool has one owner and a deputy; none is red, and so is an open item that waits longer than"
        " the ladder allows.",
        "An owner on holiday looks like one who does not care.",
    ),
    "closed": Definition(
        "What changed because you asked",
        "The owner's answers of the period, how many people asked, and how often each was served again since.",
        "Being served again is not yet being helpful.",
    ),
}
