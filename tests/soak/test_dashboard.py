"""Every page of the dashboard and every filter, in a real browser: at a desk, on a phone, in the dark, on paper."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from bot.domain import PersonId
from bot.web.charts import album
from bot.workspace import Workspace
from tests.conftest import ROOT
from tests.web import example
from tests.web.conftest import ADA, LENA, MAYA, Site, books, dashboard, workspace
from tests.web.looking import drawn, looking, serious
from tests.web.test_privacy import FIRST, PERSON, enter, said, small_teams

__all__ = ["books", "dashboard", "small_teams", "workspace"]
pytestmark = pytest.mark.soak
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "dark": {"color_scheme": "dark"},
    "still": {"reduced_motion": "reduce"},
}
PAGES = [
    (LENA, "/"), (LENA, "/numbers"), (LENA, "/mine"), (ADA, "/?view=owner"), (ADA, "/waiting"), (MAYA, "/mine"),
    (LENA, "/?weeks=4"), (LENA, "/?weeks=52&team=product"), (LENA, "/?from=2026-01-05&to=2026-03-01"),
    (LENA, "/waiting"), (LENA, "/nowhere"), (LENA, "/?weeks=x"), (None, "/sign-in"),
]  # fmt: skip


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("person", "path"), PAGES)
def test_every_page_fits_reads_and_keeps_nobody_out(
    browser: Browser, dashboard: Site, person: PersonId | None, path: str, device: str
) -> None:
    with looking(browser, dashboard, person or LENA, **DEVICES[device]) as page:
        if person is None:
            page.context.clear_cookies()
        page.goto(dashboard.address + path)
        if page.locator(".drawing").count():
            drawn(page)
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
        _picture(page, f"{device}-{(person or 'nobody')}-{path.strip('/?').replace('=', '-') or 'dashboard'}")


def test_it_prints(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA, viewport={"width": 794, "height": 1123}) as page:
        drawn(page).emulate_media(media="print")
        expect(page.get_by_role("navigation")).to_be_hidden()
        expect(page.locator(".drawing svg").first).to_be_visible()
        _picture(page, "print")
        text = "".join(part.extract_text() for part in PdfReader(io.BytesIO(page.pdf())).pages)
        assert "Adoption by team and week" in text


def test_the_pdf_has_every_picture_in_real_text(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        body = client.get("/dashboard.pdf").content
    pages = PdfReader(io.BytesIO(body)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for _, pictures in album.sections(example.report()):
        for picture in pictures:
            assert f"{picture.title} ({picture.n})" in text
    assert "customer success" in text and "promised: 16 h" in text
    assert len(body) < 600_000


@pytest.mark.parametrize("team", ["", "team-1", "team-11"])
@pytest.mark.parametrize(("first", "length"), [(0, 80), (30, 14), (70, 1)])
def test_nobody_is_named_on_paper(small_teams: Site, first: int, length: int, team: str) -> None:
    start = FIRST + timedelta(days=first)
    chosen = {"from": str(start), "to": str(start + timedelta(days=length - 1)), "team": team}
    with small_teams.browser() as client:
        enter(small_teams, client)
        body = client.get("/dashboard.pdf", params=chosen).content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    assert "Signpost: Made up" in text
    assert PERSON.findall(text) == [] and said(text) == []


def test_the_keyboard_reaches_everything_in_order(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA) as page:
        drawn(page)
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        summary = page.locator("#weeks summary").first
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#weeks table")).to_be_visible()
        page.keyboard.press("Tab")  # into the table, which scrolls
        assert page.evaluate("document.activeElement.className") == "scroll"


def test_a_pointer_over_a_picture_is_told_the_number(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA) as page:
        drawn(page)
        page.locator("#funnel .mark-rect path").first.hover()
        expect(page.locator("#vg-tooltip-element")).to_contain_text("143")


def test_without_script_every_number_is_there(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA, java_script_enabled=False) as page:
        page.locator("#weeks summary").first.click()
        expect(page.locator("#weeks table")).to_contain_text("73")


def test_the_first_paint_waits_for_no_chart(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA) as page:
        drawn(page)
        paints = []
        for _ in range(5):
            page.reload()
            drawn(page)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        print(f"first paint: {sorted(paints)} ms")
        assert sorted(paints)[2] < 1000  # 200 on a machine with nothing else to do; measured there, not here


def test_the_command_serves_it_until_told_to_stop(workspace: Workspace, free_port: int, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_CLIENT_ID": workspace.seed.client_id,
        "SLACK_CLIENT_SECRET": workspace.seed.client_secret,
        "WEB_URL": f"http://127.0.0.1:{free_port}",
    }
    command = [sys.executable, "-m", "bot.cli.main", "web", "--port", str(free_port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as web:
        assert web.stdout and web.stdout.readline() == "ready\n"
        with httpx.Client(base_url=environment["WEB_URL"], follow_redirects=True, timeout=60) as client:
            assert client.get("/health").text == "ok"
            asked = client.get("/sign-in/slack", follow_redirects=False).headers["location"]
            back = httpx.get(f"{asked}&user={LENA}").headers["location"]
            assert "Active and returning askers" in client.get(back).text
        web.terminate()
        assert web.wait(timeout=30) == 0
