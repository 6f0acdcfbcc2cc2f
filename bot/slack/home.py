"""The App Home: what one person sees there, published when it is opened and when it changes."""

from collections.abc import Iterable, Sequence

import structlog
from slack_bolt import App
from slack_sdk import WebClient

from bot import answering, curating, digesting, reporting
from bot.domain import Actor, AskedQuestion, Escalation, PersonId, Role
from bot.reasoning import authority
from bot.slack import home_view, leader_view, letters, posting
from bot.slack.connection import Slack
from bot.slack.home_view import Case, Home
from bot.slack.leader_view import Overview
from bot.slack.payloads import Json, Press
from bot.slack.posting import NoSuchPlace, TryLater
from bot.slack.pressing import on_press
from bot.wiring import Bot

log = structlog.get_logger()
_LINKS = 5  # conversations linked to; each costs a call of Slack
PROMPTS = (
    ("Find a tool", "Which tool should I use to turn a webinar recording into a blog post?"),
    ("Check a connection", "Does HubSpot work with Mailchimp?"),
    ("Check a rule", "May I paste customer data into an AI assistant?"),
)


def register(app: App, slack: Slack) -> None:
    """The Home's own listeners; its case buttons are those of the card."""

    def opened(event: Json) -> None:
        person = PersonId(str(event.get("user") or ""))
        if event.get("tab") == "messages":
            slack.chores.submit(_suggest, slack, str(event.get("channel") or ""))
        elif person:
            slack.homes.opened(person)
            slack.chores.submit(publish, slack, person)

    app.event("app_home_opened")(opened)
    app.action(home_view.ERASE)(on_press(slack, erase))
    app.action(leader_view.CHARTS)(on_press(slack, show_charts))
    app.action(leader_view.DASHBOARD)(lambda ack: ack())


def erase(slack: Slack, press: Press) -> None:
    """Takes out what this person asked, and shows that it is gone."""
    slack.homes.opened(press.user)
    publish(slack, press.user, deleted=answering.erase(slack.bot, press.user))


def refresh(slack: Slack, people: Iterable[PersonId]) -> None:
    """Publishes the Homes that these people have opened, soon, and once for many changes."""
    for person in people:
        if slack.homes.want(person):
            slack.chores.submit(publish, slack, person)


def publish(slack: Slack, person: PersonId, deleted: int | None = None) -> None:
    """Shows this person their Home as things stand."""
    with slack.homes.begin(person):
        view = home_view.view(gather(slack, person, deleted))
        try:
            with posting.slack_errors():
                slack.client.views_publish(user_id=person, view=view)
        except (TryLater, NoSuchPlace) as failure:
            log.warning("home_not_published", person=person, reason=str(failure))


def gather(slack: Slack, person: PersonId, deleted: int | None = None) -> Home:
    """What may be shown to this person, by their roles."""
    bot, actor = slack.bot, slack.people.actor(person)
    roles = authority.roles(bot.organisation, actor)
    waiting = [Case(c.escalation, c.asked) for c in curating.open_cases(bot, actor)]
    cases = waiting if waiting or Role.OWNER in roles else None
    mine = reporting.my_questions(bot, actor, home_view.MINE)
    escalations = _escalations(slack, mine)
    people = [bot.organisation.owner, *map(authority.addressee, mine), *(e.decided_by for e in escalations.values())]
    shown = (cases or [])[: home_view.CASES]
    return Home(
        now=bot.now(),
        names=slack.people.names([*people, *(c.asked.question.asker for c in shown)]),
        owner=bot.organisation.owner,
        mine=mine,
        escalations=escalations,
        links=_links(slack, mine),
        cases=cases,
        overview=overview(slack, actor) if roles & {Role.LEADER, Role.OWNER} else None,
        deleted=deleted,
    )


def overview(slack: Slack, actor: Actor) -> Overview:
    """What leaders and the owner see of everyone. Raises NotAllowed."""
    bot = slack.bot
    week, longer = reporting.overview(bot, actor)
    return Overview(
        week=week,
        longer=longer,
        plan=bot.organisation.digest,
        time_zone=bot.organisation.time_zone,
        stopped=digesting.is_stopped(bot, actor),
        dashboard=dashboard(bot),
    )


def dashboard(bot: Bot) -> str:
    """The dashboard's address; empty where none is set."""
    return bot.settings.web_url


def show_charts(slack: Slack, press: Press) -> None:
    """Sends the pictures to whoever pressed, by direct message: a Home takes neither charts nor tables."""
    pictures = leader_view.pictures_message(overview(slack, slack.people.actor(press.user)))
    with posting.slack_errors():
        channel = posting.direct_message(slack.client, press.user)
        slack.client.chat_postMessage(channel=channel, text=pictures.text, blocks=list(pictures.blocks))


def _escalations(slack: Slack, mine: Sequence[AskedQuestion]) -> dict[str, Escalation]:
    ids = {a.id: a.answer.escalation_id for a in mine if a.answer and a.answer.escalation_id}
    return {question: curating.case(slack.bot, id).escalation for question, id in ids.items()}


def _links(slack: Slack, mine: Sequence[AskedQuestion]) -> dict[str, str]:
    linked = [a for a in mine if a.withdrawn_at is None][:_LINKS]
    found = {a.id: letters.permalink(slack, a.question.place) for a in linked}
    return {question: link for question, link in found.items() if link}


def _suggest(slack: Slack, channel: str) -> None:
    """Four or fewer questions to begin with. Without a thread: with one, Slack drops them silently."""
    client: WebClient = slack.quick
    prompts = [{"title": title, "message": message} for title, message in PROMPTS]
    try:
        with posting.slack_errors():
            client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)
    except (TryLater, NoSuchPlace) as refused:
        log.info("prompts_not_set", reason=str(refused))
