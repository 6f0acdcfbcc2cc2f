"""The dashboard in a real browser, once through. Each page and filter, on each device: tests/soak/test_dashboard.py."""

from playwright.sync_api import Browser, expect

from tests.web.conftest import LENA, Site
from tests.web.looking import drawn, looking, serious


def test_a_leader_looks_filters_and_signs_out(browser: Browser, dashboard: Site) -> None:
    with looking(browser, dashboard, LENA) as page:
        drawn(page)
        assert page.locator(".drawing svg").count() == page.locator(".drawing").count() == 12
        assert serious(page) == []
        page.get_by_label("Team", exact=False).and_(page.locator("select")).select_option("marketing")
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(f"{dashboard.address}/?weeks=8&team=marketing&from=&to=")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{dashboard.address}/sign-in")
