"""`signpost demo` as a person uses it: in a real browser, switching between asker, owner and leader."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import ROOT, prepare

ASKED = "@signpost who waters the plants on floor two?"
IN_OTHER_WORDS = "@signpost the plants on floor two look thirsty, who waters them?"
ANSWERED = "Omar from operations waters them. Write to him if one dies."
PATIENCE = 20_000  # milliseconds, on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo as a process of its own; the one line it prints."""
    data = prepare(tmp_path_factory.mktemp("demo"))
    command = [sys.executable, "-m", "bot.cli.main", "demo", "--no-open", "--port", "0"]
    environment = {**os.environ, "DATA_DIR": str(data)}
    with (data / "log").open("w") as log:
        demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        assert demo.stdout
        line = demo.stdout.readline().strip()
        assert line.startswith("http://127.0.0.1:"), (data / "log").read_text()
        yield line
        demo.terminate()
        assert demo.wait(timeout=40) == 0


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(address)
    yield page
    context.close()


def _become(page: Page, person: str) -> None:
    page.get_by_test_id("persona").click()
    page.get_by_test_id(f"persona-{person}").click()


def _ask(page: Page, channel: str, text: str) -> None:
    page.get_by_test_id(f"channel-{channel}").click()
    composer = page.get_by_test_id("composer")
    composer.fill(text)
    composer.press("Enter")


def _bot_replies(page: Page) -> Locator:
    return page.get_by_test_id("thread").locator('[data-testid="message"][data-user="U0SIGNPOST"]')


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_an_answer_begins_with_the_recommendation_and_ends_with_its_sources(page: Page) -> None:
    _ask(page, "C0MARKETING", "@signpost write a campaign brief for the launch")
    reply = _bot_replies(page).first
    expect(reply).to_contain_text("Use the skill “Campaign brief”")
    expect(reply).to_contain_text("Sofia Rossi")
    expect(reply).to_contain_text("reviewed")
    _picture(page, "asker-answer")


def test_what_is_broken_in_the_process_comes_before_the_tool(page: Page) -> None:
    step = "the finished clips wait for weeks as nobody in marketing feels responsible for releasing them"
    _ask(page, "C0MARKETING", f"@signpost automatic captions for our webinar recording please. {step}")
    reply = _bot_replies(page).first
    expect(reply).to_contain_text(f"The process holds you up here, before any tool does: “{step}”.")
    expect(reply).to_contain_text("It is for the owner of the team marketing to change: Sofia Rossi.")
    _picture(page, "asker-process")


def test_the_loop(page: Page) -> None:
    _ask(page, "C0GENERAL", ASKED)
    expect(_bot_replies(page)).to_contain_text("I don't know this yet.")
    expect(_bot_replies(page)).to_contain_text("Ada Okafor")
    _picture(page, "asker-unknown")

    _become(page, "U0ADA")
    page.get_by_test_id("channel-C0AIOPS").click()
    card = page.get_by_test_id("message").filter(has_text="Maya Lindqvist ask")
    expect(card).to_contain_text("plants")
    _picture(page, "owner-card")
    page.locator('[data-action-id="answer_case"]').last.click()
    modal = page.get_by_test_id("modal")
    modal.locator('textarea[data-block-id="answer"]').fill(ANSWERED)
    _picture(page, "owner-modal")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_be_hidden()
    expect(card).to_contain_text("Ada Okafor answered this")
    _picture(page, "owner-card-decided")

    _become(page, "U0MAYA")
    page.get_by_test_id("channel-C0GENERAL").click()
    page.get_by_text("2 replies").click()
    expect(_bot_replies(page).last).to_contain_text("Omar from operations")
    _picture(page, "asker-outcome")

    _become(page, "U0TOMAS")
    _ask(page, "C0GENERAL", IN_OTHER_WORDS)
    expect(_bot_replies(page).last).to_contain_text("Omar from operations")
    expect(_bot_replies(page).last).to_contain_text("Ada Okafor answered “who waters the plants on floor two?” on")
    _picture(page, "second-asker")

    for person, words in (
        ("U0MAYA", "Answered by Ada"),
        ("U0TOMAS", "look thirsty"),
        ("U0LENA", "The last seven days"),
    ):
        _become(page, person)
        _open_home(page)
        expect(page.get_by_test_id("home")).to_contain_text(words)
        _picture(page, f"home-{person}")
    expect(page.get_by_test_id("home")).not_to_contain_text("plants")
    _become(page, "U0ADA")
    _open_home(page)
    expect(page.get_by_test_id("home")).to_contain_text("Nothing waits for you")
    _picture(page, "home-U0ADA")


def _open_home(page: Page) -> None:
    page.get_by_text("Signpost", exact=True).first.click()
    page.get_by_test_id("tab-home").click()
