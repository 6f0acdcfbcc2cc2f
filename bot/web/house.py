"""What all pages share: the books, who people are, how they sign in, and who is looking."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.domain import Actor, PersonId, Role
from bot.errors import NotAllowed
from bot.reasoning import authority
from bot.web.sessions import SESSION_LIFE, Session, Sessions, SignedOut
from bot.web.sign_in import SlackSignIn
from bot.wiring import Books


class Directory(Protocol):
    """Who people are in Slack."""

    def actor(self, person: PersonId) -> Actor: ...
    def name(self, person: str | None) -> str: ...


@dataclass(frozen=True)
class Viewer:
    """Who is looking at a page, with the roles that they have now."""

    actor: Actor
    roles: frozenset[Role]

    def require(self, *wanted: Role) -> None:
        """Raises NotAllowed unless this person has one of the roles."""
        if not self.roles & set(wanted):
            names = " and ".join({Role.LEADER: "leaders", Role.OWNER: "the AI ops owner"}[role] for role in wanted)
            raise NotAllowed(f"Only {names} can see this page: your own questions are under “My questions”.")


@dataclass(frozen=True)
class House:
    """The site's surroundings. `address` is how browsers reach it: "https://signpost.example"."""

    books: Books
    directory: Directory
    workspace: str  # Slack's id of it
    address: str
    sessions: Sessions
    slack: SlackSignIn | None = None  # None: only by one-time links

    @property
    def https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """With https a name that browsers keep to this very host."""
        return "__Host-signpost" if self.https else "signpost"

    def viewer(self, request: Request) -> Viewer:
        """Who is looking; roles are looked up anew. Raises SignedOut."""
        cookie = request.cookies.get(self.cookie_name)
        if not cookie:
            raise SignedOut("Sign in to see this page.")
        actor = self.directory.actor(self.sessions.read(cookie, self.workspace).person)
        return Viewer(actor, authority.roles(self.books.organisation, actor))

    def remember(self, response: Response, person: PersonId) -> None:
        """Signs this person in, for twelve hours from now."""
        value = self.sessions.cookie(Session(person, self.workspace))
        response.set_cookie(
            self.cookie_name, value, max_age=SESSION_LIFE, httponly=True, secure=self.https, samesite="lax"
        )

    def forget(self, response: Response) -> None:
        """Signs out."""
        response.delete_cookie(self.cookie_name, httponly=True, secure=self.https, samesite="lax")

    def sign_in_then(self, request: Request) -> str:
        """The page to sign in on, which leads back to the one that was wanted."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return f"/sign-in?then={quote(wanted, safe='')}"

    def link(self, person: PersonId) -> str:
        """An address that lets this person in once, within ten minutes."""
        return f"{self.address}/enter?token={self.sessions.link_token(person)}"


def inside(path: str) -> str:
    """A path of this site to go on to; the dashboard for anything that could lead elsewhere."""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if safe else "/"
