"""The page of the local workspace in a real browser: it shows what happens and runs nothing anybody wrote."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.workspace import Workspace, default_seed

from .conftest import Connections

SCRIPT = "<img src=x onerror=\"document.title='run'\">"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    seed = default_seed()
    names = {"U0TOMAS": f"Tomás {SCRIPT}"}
    people = tuple(replace(user, real_name=names.get(user.id, user.real_name)) for user in seed.users)
    with Workspace(replace(seed, users=people)) as running:
        yield running


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about."""
    return []


@pytest.fixture
def page(browser: Browser, workspace: Workspace, faults: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    opened.goto(f"{workspace.base_url}/#user=U0MAYA&channel=C0MARKETING")
    yield opened
    context.close()


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def hostile_blocks() -> list[dict[str, Any]]:
    """One word that must stay a word, in every kind of block that shows text."""
    cells = [[{"type": "raw_text", "text": SCRIPT}], [{"type": "raw_text", "text": SCRIPT}]]
    chart = {"type": "pie", "segments": [{"label": "<b>x</b>", "value": 1}]}
    return [
        {"type": "header", "text": text(SCRIPT)},
        {"type": "section", "text": {"type": "mrkdwn", "text": SCRIPT}, "fields": [text(SCRIPT)]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<javascript:document.title='run'|press me>"}},
        {"type": "context", "elements": [text(SCRIPT)]},
        {"type": "markdown", "text": f"{SCRIPT} [press me](javascript:document.title='run')"},
        {"type": "table", "rows": cells},
        {"type": "data_visualization", "title": "<b>x</b>", "chart": chart},
        {"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": text("<b>Go</b>")}]},
    ]


def test_a_message_is_written_sent_with_enter_and_seen(page: Page, faults: list[str]) -> None:
    page.get_by_test_id("composer").fill("The autumn report is out")
    page.get_by_test_id("composer").press("Enter")

    message = page.locator("#messages").get_by_test_id("message")
    expect(message).to_have_count(1)
    expect(message).to_contain_text("The autumn report is out")
    expect(message).to_have_attribute("data-user", "U0MAYA")
    assert faults == []


def test_an_example_of_an_empty_channel_fills_the_composer(page: Page) -> None:
    page.get_by_test_id("example").first.click()

    assert page.get_by_test_id("composer").input_value().startswith("@signpost ")


def test_nothing_that_people_or_the_bot_write_becomes_markup(
    page: Page, workspace: Workspace, client: WebClient, faults: list[str]
) -> None:
    workspace.say("U0TOMAS", "C0MARKETING", SCRIPT.replace("<", "&lt;").replace(">", "&gt;"))
    client.chat_postMessage(channel="C0MARKETING", text="blocks", blocks=hostile_blocks())

    messages = page.locator("#messages").get_by_test_id("message")
    expect(messages).to_have_count(2)
    expect(messages.nth(0)).to_contain_text(SCRIPT)
    expect(messages.nth(0).locator(".message-name")).to_have_text(f"Tomás {SCRIPT}")
    expect(messages.nth(1).locator(".header")).to_have_text(SCRIPT)
    expect(messages.nth(1).locator(".markdown")).to_contain_text(SCRIPT)
    assert page.locator("#app img, #app b").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.title() != "run"
    assert faults == []


def test_another_person_takes_the_seat_and_sees_other_channels(page: Page) -> None:
    expect(page.get_by_test_id("channel-C0AIOPS")).to_have_count(0)

    page.get_by_test_id("persona").click()
    page.get_by_test_id("persona-U0ADA").click()

    expect(page.get_by_test_id("channel-C0AIOPS")).to_be_visible()
    expect(page.get_by_test_id("persona")).to_contain_text("Ada")
    assert "user=U0ADA" in page.url


def test_a_permalink_opens_the_thread_and_marks_the_reply(page: Page, workspace: Workspace, client: WebClient) -> None:
    question = workspace.say("U0MAYA", "C0MARKETING", "Which tool?")
    answer = client.chat_postMessage(channel="C0MARKETING", thread_ts=question, text="This one")["ts"]

    page.goto(f"{workspace.base_url}/archives/C0MARKETING/p{answer.replace('.', '')}")

    reply = page.get_by_test_id("thread").locator(f'[data-ts="{answer}"]')
    expect(reply).to_be_visible()
    expect(reply).to_have_class("message highlight")


def test_the_page_says_when_nobody_answers(page: Page) -> None:
    expect(page.get_by_test_id("connection")).to_have_text("Signpost is not connected")
    expect(page.locator(".offline")).to_be_visible()


def test_a_phone_has_room_for_the_page(page: Page, client: WebClient) -> None:
    client.chat_postMessage(channel="C0MARKETING", text="blocks", blocks=hostile_blocks())
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".chart")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#scroll").evaluate("node => node.scrollWidth - node.clientWidth") == 0
    page.get_by_label("Channels", exact=True).first.click()
    expect(page.get_by_test_id("channel-C0GENERAL")).to_be_in_viewport()


def form() -> dict[str, Any]:
    answer = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    date = {"type": "datepicker", "action_id": "day", "initial_date": "2027-02-01"}
    blocks = [
        {"type": "input", "block_id": "answer", "label": text("Your answer"), "element": answer},
        {"type": "input", "block_id": "review", "label": text("Review on"), "element": date},
    ]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text("Answer"),
        "submit": text("Send"),
        "blocks": blocks,
    }


def test_a_modal_opens_shows_its_errors_and_hands_over_what_was_entered(
    page: Page, app: App, connect: Connections, client: WebClient
) -> None:
    entered: list[Any] = []

    @app.action("go")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.view("form")
    def take(ack: Ack, view: dict[str, Any]) -> None:
        entered.append(view["state"]["values"])
        if len(entered) == 1:
            ack(response_action="errors", errors={"answer": "Please name the tool."})
        else:
            ack()

    connect.socket(app)
    button = {"type": "button", "action_id": "go", "text": text("Answer")}
    client.chat_postMessage(channel="C0MARKETING", text="card", blocks=[{"type": "actions", "elements": [button]}])
    page.locator('[data-action-id="go"]').click()

    modal = page.get_by_test_id("modal")
    answer = modal.get_by_label("Your answer")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_text("Please fill in this field.")).to_be_visible()
    assert entered == []
    answer.fill("That one")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_text("Please name the tool.")).to_be_visible()
    expect(answer).to_be_focused()
    answer.fill("Dovetail")
    page.get_by_test_id("modal-submit").click()

    expect(modal).to_be_hidden()
    assert entered[1]["answer"]["text"]["value"] == "Dovetail"
    assert entered[1]["review"]["day"]["selected_date"] == "2027-02-01"


def test_whoever_is_no_member_reads_along_and_cannot_write(page: Page) -> None:
    page.get_by_test_id("channel-C0PRODUCT").click()

    expect(page.get_by_test_id("read-only")).to_contain_text("Maya Lindqvist is not a member of #product")
    expect(page.get_by_test_id("composer")).to_be_hidden()
