"""What is on the pages, for whom."""

import csv
import io
import re
from html import unescape

import httpx
import pytest
import structlog

from bot import reporting
from bot.cli import terminal
from bot.measures.definitions import DEFINITIONS
from bot.web.charts import album
from bot.web.charts.picture import table
from bot.web.pages import as_csv
from tests.web import example
from tests.web.conftest import ADA, LENA, MAYA, Site


@pytest.mark.parametrize(
    ("person", "path", "code"),
    [
        (LENA, "/", 200), (LENA, "/numbers", 200), (LENA, "/mine", 200), (LENA, "/waiting", 403),
        (LENA, "/?view=owner", 403), (LENA, "/pictures/weeks.csv?view=owner", 403),
        (LENA, "/dashboard.pdf?view=owner", 403),
        (ADA, "/", 200), (ADA, "/?view=owner", 200), (ADA, "/waiting", 200), (ADA, "/mine", 200),
        (MAYA, "/mine", 200), (MAYA, "/numbers", 403), (MAYA, "/waiting", 403), (MAYA, "/?view=owner", 200),
        (MAYA, "/pictures/weeks.csv", 403), (MAYA, "/dashboard.pdf", 403),
    ],
)  # fmt: skip
def test_each_role_sees_its_pages_and_no_other(dashboard: Site, person: str, path: str, code: int) -> None:
    with dashboard.browser(person) as client:
        answer = client.get(path)
        assert answer.status_code == code
        if person == MAYA and code == 200:
            assert answer.url.path == "/mine"  # wherever she wanted to go


@pytest.mark.parametrize("path", ["/", "/numbers", "/mine", "/waiting", "/pictures/weeks.csv", "/dashboard.pdf"])
def test_nobody_sees_anything_without_signing_in(dashboard: Site, path: str) -> None:
    with dashboard.browser() as client:
        answer = client.get(path)
        assert answer.url.path == "/sign-in" or answer.status_code == 401
        assert "Self-serve" not in answer.text


def test_every_response_carries_the_security_headers(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        page = client.get("/")
        assets = re.findall(r'(?:src|href|data-library)="(/assets/[^"]+)"', page.text)
        for answer in (page, client.get("/nowhere"), client.get("/?weeks=x"), *map(client.get, assets)):
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
        assert page.headers["cache-control"] == "private, no-store"
        assert all("immutable" in client.get(asset).headers["cache-control"] for asset in assets)
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page.text)  # nothing from another host
        assert " style=" not in page.text and "onclick" not in page.text


def test_every_picture_is_there_with_its_numbers_its_definition_and_its_export(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        page = client.get("/").text
        assert page.count('<article class="picture"') == 15
        for _, pictures in album.sections(example.report()):
            for picture in pictures:
                article = page.split(f'id="{picture.key}"')[1].split("</article>")[0]
                for needed in ("<table>", "What is this?", f"/pictures/{picture.key}.csv", "n = "):
                    assert needed in article, (picture.key, needed)
                rows = list(csv.reader(io.StringIO(client.get(f"/pictures/{picture.key}.csv").text)))
                assert rows[0] == list(picture.table.columns) and len(rows) == len(picture.table.rows) + 1


def test_the_page_that_says_how_numbers_mislead_has_them_all(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        page = unescape(client.get("/numbers").text)
        for key, one in DEFINITIONS.items():
            assert f'id="{key}"' in page and one.title in page


def test_the_self_serve_rate_stands_beside_the_unrated_share(dashboard: Site) -> None:
    with dashboard.browser(LENA) as client:
        names = re.findall(r'<span class="name">([^<]+)', client.get("/").text)
        assert names.index("Unrated share") == names.index("Self-serve rate") + 1


def test_filters_reach_the_report(dashboard: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def report(books: object, period: reporting.Period, team: str | None, for_owner: bool) -> object:
        asked.append((period, team, for_owner))
        return example.report()

    monkeypatch.setattr(reporting, "report", report)
    with dashboard.browser(ADA) as client:
        asked.clear()
        client.get("/?weeks=4&team=marketing")
        page = client.get("/?from=2026-01-05&to=2026-03-01&team=&view=owner").text
        client.get("/pictures/weeks.csv?from=2026-01-05&to=2026-03-01")
    (first, team, _), (second, everyone, owner), (third, _, for_owner) = asked
    assert team == "marketing" and everyone is None and owner is True and for_owner is False
    assert first.start.weekday() == 0 and 21 <= (first.end - first.start).days <= 28
    assert (second.start.date().isoformat(), (second.end - second.start).days) == ("2026-01-05", 56)
    assert third == second
    assert 'href="/dashboard.pdf?from=2026-01-05&amp;to=2026-03-01&amp;view=owner"' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("weeks=5", "number of weeks"),
        ("weeks=<script>", "number of weeks"),
        ("team=nobody", "no such team"),
        ("from=yesterday", "should be a date"),
        ("from=0001-01-01", "between 2000"),
        ("from=2026-03-01&to=2026-02-01", "before it begins"),
        ("from=2020-03-01&to=2024-03-01", "two years"),
        ("from=9999-12-31&to=9999-12-31", "and today"),
    ],
)
def test_a_filter_that_makes_no_sense_is_one_sentence(dashboard: Site, query: str, words: str) -> None:
    with dashboard.browser(LENA) as client:
        answer = client.get(f"/?{query}")
        assert answer.status_code == 400 and words in answer.text and "<script>" not in answer.text


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    text = as_csv(table(("Team", "People"), [("=HYPERLINK(1)", 5), ("@x", None), ("sales, west", -2)]))
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["'=HYPERLINK(1)", "5"],
        ["'@x", "not shown"],
        ["sales, west", "-2"],
    ]


def test_what_goes_wrong_unforeseen_has_a_reference_and_no_details(
    dashboard: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("secret details")

    with dashboard.browser(LENA) as client:
        monkeypatch.setattr(reporting, "report", broken)
        terminal.configure_logs("error")
        answer = client.get("/")
        assert answer.status_code == 500 and re.search(r"reference: [0-9a-f]{8}", answer.text)
        assert "secret details" not in answer.text
    structlog.reset_defaults()


def test_an_asset_of_another_version_is_not_served(dashboard: Site) -> None:
    assert httpx.get(f"{dashboard.address}/assets/style.000000000000.css").status_code == 404
    assert httpx.get(f"{dashboard.address}/assets/..%2Fsite.py").status_code == 404
