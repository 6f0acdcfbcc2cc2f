"""A small library, enough for questions that it answers and questions that it does not."""

from pathlib import Path

SKILLS = {
    "marketing/campaign-brief": (
        "Turns a campaign goal into a one-page brief. Use when planning a campaign, a launch or a promotion.",
        "# Campaign brief\n\n## Inputs\n\n- The goal and its number\n- The audience\n\n## Steps\n\n1. Name the goal."
        " 2. Name the audience. 3. Draft the message of the campaign.\n",
        [
            "how do I plan a spring promotion?",
            "I need a one-pager for the product launch campaign",
            "what helps me brief an agency on a campaign?",
        ],
    ),
    "marketing/webinar-to-blog": (
        "Turns a webinar recording or transcript into a blog post. Use when repurposing a webinar, talk or podcast.",
        "# Webinar to blog post\n\n## Inputs\n\n- The transcript of the recording\n\n## Steps\n\n1. Cut the transcript"
        " into themes. 2. Write the post in our voice.\n",
        [
            "which tool turns a webinar recording into an article?",
            "how can I reuse our talk as a blog post?",
            "we recorded a session, I want text for the blog",
        ],
    ),
    "operations/meeting-notes": (
        "Turns meeting notes into decisions, owners and due dates. Use after a meeting, call or workshop.",
        "# Meeting notes\n\n## Inputs\n\n- Raw notes or a transcript of the meeting\n\n## Steps\n\n1. List decisions."
        " 2. List open tasks with owners.\n",
        [
            "how do I get action items out of a call?",
            "what summarises our weekly meeting?",
            "who does what after the workshop?",
        ],
    ),
}
NOTES = {
    "hubspot": "tool: HubSpot\nring: adopt\nowner: U0ADA\nreviewed: 2026-10-01\nreview_every: 90d\n"
    "use_for: CRM, marketing e-mail, contact lists",
    "mailchimp": "tool: Mailchimp\nring: hold\nowner: U0SOFIA\nreviewed: 2026-01-01\nreview_every: 90d\n"
    "use_for: newsletters to subscribers, mailing lists",
    "figma": "tool: Figma\nring: trial\nowner: U0SOFIA\nreviewed: 2026-10-01\nreview_every: 90d\n"
    "use_for: interface design, mock-ups and prototypes of screens",
}
ORGANISATION = """
name = "Acme"
owner = "U0ADA"
deputy = "U0BEN"
leaders = ["@leadership"]
escalation_channel = "C0AIOPS"
time_zone = "Europe/Berlin"

[teams.marketing]
group = "@marketing"
headcount = 4

[teams.product]
group = "@product"
headcount = 1
"""


def write(root: Path, organisation: str = ORGANISATION) -> Path:
    """Writes it under `root`, which is made."""
    for layer_and_name, (description, body, questions) in SKILLS.items():
        folder = root / "skills" / layer_and_name
        folder.mkdir(parents=True)
        meta = (
            'metadata:\n  signpost.owner: "U0SOFIA"\n  signpost.reviewed: "2026-10-01"\n  signpost.review-every: "90d"'
        )
        head = f"---\nname: {folder.name}\ndescription: {description}\n{meta}\n---\n"
        (folder / "SKILL.md").write_text(head + body, encoding="utf-8")
        (folder / "QUESTIONS.md").write_text("".join(f"- {q}\n" for q in questions), encoding="utf-8")
    (root / "knowledge" / "tools").mkdir(parents=True)
    for name, head in NOTES.items():
        (root / "knowledge" / "tools" / f"{name}.md").write_text(f"---\n{head}\n---\nGood at what it is for.\n")
    (root / "knowledge" / "organisation.toml").write_text(organisation, encoding="utf-8")
    return root
