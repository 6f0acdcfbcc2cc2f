"""The dashboard of an organisation, beside a local workspace that vouches for its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from bot import reporting, wiring
from bot.domain import PersonId
from bot.settings import Settings
from bot.slack import app
from bot.slack.people import People
from bot.web import serving, site
from bot.web.house import House
from bot.web.sessions import Sessions
from bot.web.sign_in import SlackSignIn
from bot.wiring import Books
from bot.workspace import Workspace
from tests.conftest import ROOT
from tests.web import example

MAYA, ADA, LENA = PersonId("U0MAYA"), PersonId("U0ADA"), PersonId("U0LENA")  # asker, owner, leader


@dataclass
class Site:
    """A dashboard on a real socket."""

    house: House
    workspace: Workspace

    @property
    def address(self) -> str:
        return self.house.address

    @contextmanager
    def browser(self, person: PersonId | None = None) -> Iterator[httpx.Client]:
        """A browser without JavaScript, signed in as `person` by a one-time link."""
        with httpx.Client(base_url=self.address, follow_redirects=True, timeout=60) as client:
            if person:
                assert client.get(self.house.link(person)).status_code == 200
            yield client


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with wiring.connect_books(Settings(library_dir=ROOT, data_dir=tmp_path_factory.mktemp("web"))) as books:
        yield books


@contextmanager
def opened(workspace: Workspace, books: Books) -> Iterator[Site]:
    """A site over these books."""
    door = serving.bound("127.0.0.1", 0)
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    seed = workspace.seed
    slack = SlackSignIn(
        seed.client_id, seed.client_secret, workspace.api_url, f"{address}/sign-in/slack/back", seed.team_id
    )
    people = People(app.client(Settings(slack_bot_token=seed.bot_token, slack_api_url=workspace.api_url)))
    people.refresh(now=True)
    house = House(books, people, seed.team_id, address, Sessions("a secret of the tests"), slack)
    with serving.serving(site.build(house), door):
        yield Site(house, workspace)


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace, books: Books) -> Iterator[Site]:
    """The site with the numbers of an example, which has something in every picture."""
    with pytest.MonkeyPatch.context() as patch, opened(workspace, books) as found:
        patch.setattr(reporting, "report", lambda *_, **__: example.report())
        yield found
