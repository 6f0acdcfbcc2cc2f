"""A real browser on the dashboard: signed in, drawn, and with nothing to complain about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.domain import PersonId
from tests.web.conftest import Site

PATIENCE = 60_000  # milliseconds, on a busy machine


@contextmanager
def looking(browser: Browser, site: Site, person: PersonId, **device: Any) -> Iterator[Page]:
    """A page of `person`'s; at its end nothing may have been refused or reported by the browser."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **device})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    # An answer that is an error is one of the pages; that the browser mentions it is no complaint.
    page.on("console", lambda said: None if "status of 4" in said.text else complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith(site.address) else None)
    page.goto(site.house.link(person))
    yield page
    context.close()
    assert complaints == []


def drawn(page: Page) -> Page:
    """The page once every picture is there."""
    page.wait_for_selector("html[data-drawn]")
    return page


def serious(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds that keeps people out: rule and place."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in {"serious", "critical"}]
