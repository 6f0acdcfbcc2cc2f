"""Who is signed in: a signed cookie, and signed links that let one person in once."""

import secrets
import threading
from dataclasses import dataclass

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from bot.domain import PersonId
from bot.errors import NotAllowed

SESSION_LIFE = 12 * 60 * 60  # seconds from signing in, however much is clicked in between
LINK_LIFE = 10 * 60
SIGN_IN_LIFE = 10 * 60


class SignedOut(NotAllowed):
    """There is no session, or it does not count (any more); the sentence says why."""


@dataclass(frozen=True)
class Session:
    """Who it is, and of which workspace. What they may do is looked up anew for each page, never kept in a cookie."""

    person: PersonId
    workspace: str


class Sessions:
    """Signs and reads what browsers hold. Without a secret one is made, and dies with the process."""

    def __init__(self, secret: str = "") -> None:
        secret = secret or secrets.token_hex(32)
        self._cookies = URLSafeTimedSerializer(secret, salt="signpost.session")
        self._states = URLSafeTimedSerializer(secret, salt="signpost.sign-in")
        self._links = URLSafeTimedSerializer(secret, salt="signpost.link")
        self._spent: set[str] = set()
        self._lock = threading.Lock()

    def cookie(self, session: Session) -> str:
        """What the browser is given."""
        return str(self._cookies.dumps([session.person, session.workspace]))

    def read(self, cookie: str, workspace: str) -> Session:
        """The session of a cookie. Raises SignedOut for one that is old, was changed, or is another workspace's."""
        person, of = self._load(self._cookies, cookie, SESSION_LIFE, "Your session has ended: sign in again.")
        if of != workspace:
            raise SignedOut("You are signed in to another workspace: sign in again.")
        return Session(PersonId(person), of)

    def state(self, nonce: str, path: str) -> str:
        """OpenID's `state`: what comes back must have left from here, within ten minutes."""
        return str(self._states.dumps([nonce, path]))

    def came_back(self, state: str) -> tuple[str, str]:
        """The nonce and the path of a `state`. Raises SignedOut."""
        nonce, path = self._load(self._states, state, SIGN_IN_LIFE, "Signing in took too long: try again.")
        return nonce, path

    def link_token(self, person: PersonId) -> str:
        """Lets this person in once, within ten minutes."""
        return str(self._links.dumps([person, secrets.token_urlsafe(12)]))

    def spend(self, token: str) -> PersonId:
        """Whose link it is; it is used up by that. Raises SignedOut."""
        person, once = self._load(self._links, token, LINK_LIFE, "This link has expired: ask for a new one.")
        with self._lock:  # a link is only made and spent by one process: the demo
            if once in self._spent:
                raise SignedOut("This link has been used: each lets you in once. Ask for a new one.")
            self._spent.add(once)
        return PersonId(person)

    def _load(self, serializer: URLSafeTimedSerializer, signed: str, life: int, expired: str) -> tuple[str, str]:
        try:
            first, second = serializer.loads(signed, max_age=life)
        except SignatureExpired as error:
            raise SignedOut(expired) from error
        except BadSignature as error:
            raise SignedOut("That was not made by Signpost, or was changed on the way: sign in again.") from error
        return first, second
