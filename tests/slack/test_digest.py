"""The week's digest in Slack: once, whatever Slack or a second process does; previewed; stopped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.digesting import moment_of
from bot.domain import Delivery, DeliveryId, DeliveryKind, PersonId
from bot.slack import app, connection, digest, digest_view, running
from bot.slack.connection import Identity
from bot.slack.posting import Target
from bot.store import database
from bot.wiring import Bot
from bot.workspace import Timing, Workspace
from tests.measures import history
from tests.slack import library
from tests.slack.conftest import World, connected, said, settings, until

ADA, BEN, LENA, MAYA = "U0ADA", "U0BEN", "U0LENA", "U0MAYA"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEADERS = 'leaders = ["U0BEN", "@leadership"]\n'


def plan_of_now(channel: str = "") -> str:
    """A table that makes the digest due within this hour."""
    now = datetime.now(UTC)
    return f'\n[digest]\nday = "{DAYS[now.weekday()]}"\nhour = {now.hour}\nchannel = "{channel}"\n'


def organisation(channel: str = "") -> str:
    head, teams = library.ORGANISATION.split("\n[teams", 1)
    head = head.replace('leaders = ["@leadership"]\n', LEADERS).replace("Europe/Berlin", "UTC")
    return f"{head}{plan_of_now(channel)}\n[teams{teams}"


def write_history(url: str, count: int = 500, people: int = 40) -> None:
    """Ten weeks of questions, up to yesterday."""
    database.migrate(url)
    rows = database.connect(url)
    start = datetime.now(UTC) - timedelta(days=71)
    history.write(rows, history.generate(count, people, start, 70, teams=3))
    rows.close()


@pytest.fixture(scope="module")
def digest_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library.write(tmp_path_factory.mktemp("library") / "acme", organisation())


@pytest.fixture(scope="module")
def bot(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, digest_library: Path) -> Iterator[Bot]:
    made = settings(workspace, tmp_path_factory.mktemp("bot") / "data", digest_library)
    write_history(made.database)
    with wiring.connect(made) as connected_bot:
        yield connected_bot


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with Workspace(timing=Timing(retries=(0.0, 0.3, 0.6))) as started:
        # The first digest arrives, and Slack's word that it did is lost.
        started.faults.add("chat.postMessage", "lost")
        yield started


@pytest.fixture(scope="module")
def two(workspace: Workspace, bot: Bot) -> Iterator[World]:
    """Two doors of the same rows, as two processes have them."""
    with connected(workspace, bot, running.serve_socket) as world, connected(workspace, bot, running.serve_socket):
        yield world


def digests(world: World, user: str) -> list[dict[str, Any]]:
    return [m for m in world.dms(user) if "The week in short" in m["text"] and "A preview" not in said(m["blocks"])]


def test_every_leader_gets_it_once_though_a_response_is_lost_and_two_doors_are_open(two: World) -> None:
    for leader in (BEN, LENA):
        until(lambda who=leader: digests(two, who), f"the digest of {leader}")
    with two.bot.database.reading() as session:
        told = session.connection().exec_driver_sql("SELECT count(*) FROM deliveries WHERE kind = 'digest'").scalar()
    assert told == 2
    until(lambda: _all_told(two.bot), "both deliveries to be marked")
    assert [len(digests(two, leader)) for leader in (BEN, LENA, ADA, MAYA)] == [1, 1, 0, 0]


def _all_told(bot: Bot) -> bool:
    with bot.database.reading() as session:
        open_ones = "SELECT count(*) FROM deliveries WHERE kind = 'digest' AND delivered_at IS NULL"
        return session.connection().exec_driver_sql(open_ones).scalar() == 0


def test_it_says_three_sentences_shows_one_chart_and_the_same_numbers_in_words(two: World) -> None:
    message = until(lambda: digests(two, LENA), "the digest")[0]
    charts = [block for block in message["blocks"] if block["type"] == "data_visualization"]
    assert len(charts) == 1
    shown = said(message["blocks"])
    for sentence in ("people asked", "decided questions", "went to the owner"):
        assert sentence in shown
        assert sentence in message["text"]
    series = {one["name"]: [point["value"] for point in one["data"]] for one in charts[0]["chart"]["series"]}
    for week, confirmed in enumerate(series["Confirmed"]):
        assert f"{confirmed} confirmed, {series['Answered by owner'][week]} answered by owner" in shown
    assert "What changed because people asked" in shown
    assert "What needs a decision" in shown


def test_nobody_is_named_and_no_message_is_quoted(two: World) -> None:
    message = until(lambda: digests(two, LENA), "the digest")[0]
    everything = message["text"] + said(message["blocks"])
    assert "how do we handle" not in everything
    assert not {"invoices", "refunds", "payroll", "parking", "visas"} & set(everything.lower().split())
    assert "<@" not in everything


def test_leaders_and_the_owner_preview_it_by_command_and_others_are_told_why_not(two: World) -> None:
    assert two.workspace.command(ADA, "C0GENERAL", "/signpost", "digest")
    shown = until(lambda: two.whispers(ADA), "the preview")[-1]
    assert "A preview" in said(shown["blocks"])
    assert "people asked" in said(shown["blocks"])
    assert two.workspace.command(MAYA, "C0GENERAL", "/signpost", "Digest")
    refused = until(lambda: two.whispers(MAYA), "the refusal")[-1]
    assert "Only leaders and the AI ops owner" in said(refused["blocks"])


def test_a_leader_stops_it_from_its_message(two: World) -> None:
    message = until(lambda: digests(two, LENA), "the digest")[0]
    channel = two.workspace.dm_channel(LENA)
    assert two.workspace.press(LENA, channel, message["ts"], digest_view.STOP)
    until(lambda: any("Stopped" in said(m["blocks"]) for m in two.whispers(LENA)), "the word that it is stopped")


def test_who_leads_is_waited_for_an_hour_and_then_those_named_one_by_one_get_it(two: World) -> None:
    slack = connection.connect(two.bot, app.client(two.bot.settings), Identity("T0ACME", "U0SIGNPOST", "B0SIGNPOST"))
    moment = moment_of(two.bot.organisation, "2026-W40")
    for waited, leaders in ((timedelta(minutes=59), None), (timedelta(hours=1), {BEN})):
        late = replace(slack, bot=replace(two.bot, now=lambda at=moment + waited: at))
        assert digest._leaders(late, "2026-W40") == leaders
    slack.people.refresh(now=True)
    assert digest._leaders(slack, "2026-W40") == {BEN, LENA}


def test_a_channel_gets_it_instead_and_the_owner_where_the_channel_is_gone(two: World, digest_library: Path) -> None:
    file = digest_library / "knowledge" / "organisation.toml"
    file.write_text(organisation("C0MARKETING"), encoding="utf-8")
    two.bot.knowledge.refresh()
    assert two.bot.organisation.digest.channel == "C0MARKETING"
    slack = connection.connect(two.bot, app.client(two.bot.settings), Identity("T0ACME", "U0SIGNPOST", "B0SIGNPOST"))
    owed = Delivery(DeliveryId("d"), DeliveryKind.DIGEST, "2026-W47", datetime.now(UTC))
    assert digest.draft(slack, owed).targets == (Target("C0MARKETING"), Target(person=PersonId(ADA)))
