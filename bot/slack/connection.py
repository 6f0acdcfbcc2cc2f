"""What the listeners share while connected: the bot, the way to Slack, our identity there, and the pools."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk import WebClient

from bot.domain import PersonId
from bot.slack.people import People
from bot.slack.places import Places, quick
from bot.wiring import Bot

log = structlog.get_logger()
POST_TIMEOUT = 8  # seconds; a delivery's claim outlasts it


@dataclass(frozen=True)
class Identity:
    """Who the token belongs to."""

    team: str
    user: str
    bot: str


class Workers:
    """A pool that knows how many of its threads are free, and ends within a bounded time."""

    def __init__(self, size: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._size = size
        self._lock = threading.Lock()
        self._running: set[Future[None]] = set()

    @property
    def executor(self) -> ThreadPoolExecutor:
        """For Bolt, which submits by itself."""
        return self._pool

    @property
    def free(self) -> int:
        """Threads that nothing waits for."""
        with self._lock:
            return max(0, self._size - len(self._running))

    def submit(self, work: Callable[..., None], *args: Any) -> None:
        """Does `work` soon; what it raises is logged and stops nothing else. Takes nothing after `close`."""
        try:
            future = self._pool.submit(_guarded, work, *args)
        except RuntimeError:
            log.info("not_started_while_stopping", work=work.__name__)
            return
        with self._lock:
            self._running.add(future)
        future.add_done_callback(self._done)

    def close(self, patience: float) -> bool:
        """Takes nothing more and waits for what was taken; False if some of it was not done in time."""
        self._pool.shutdown(wait=False)
        with self._lock:
            running = set(self._running)
        left = wait(running, timeout=patience).not_done
        self._pool.shutdown(wait=False, cancel_futures=True)
        return not left

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._running.discard(future)


def _guarded(work: Callable[..., None], *args: Any) -> None:
    try:
        work(*args)
    except Exception:  # logged whole; a thread of the pool has nobody to raise it to
        log.exception("work_failed", work=work.__name__)


class Intake:
    """Questions on their way into the database. They have three seconds; answering gives way to them a little."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._count = 0

    def __enter__(self) -> None:
        with self._idle:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._idle:
            self._count -= 1
            if not self._count:
                self._idle.notify_all()

    def give_way(self, most: float = 1.0) -> None:
        """Waits until nothing is coming in, at most `most` seconds."""
        with self._idle:
            self._idle.wait_for(lambda: not self._count, most)


class Recent:
    """The last few thousand things seen: a quick first look, before the database has its say."""

    def __init__(self, most: int = 5000) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._seen

    def add(self, key: str) -> None:
        with self._lock:
            self._seen[key] = None
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)


class Homes:
    """Whose Home was opened and so should stay current, and whose is about to be published."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: set[PersonId] = set()
        self._waiting: set[PersonId] = set()
        self._one_at_a_time: dict[PersonId, threading.Lock] = {}

    def opened(self, person: PersonId) -> None:
        with self._lock:
            self._opened.add(person)

    def want(self, person: PersonId) -> bool:
        """Whether to start publishing: somebody has seen it, and nobody is about to do so anyway."""
        with self._lock:
            wanted = person in self._opened and person not in self._waiting
            if wanted:
                self._waiting.add(person)
            return wanted

    def begin(self, person: PersonId) -> threading.Lock:
        """From here on a change means publishing once more. The lock keeps an older view from coming last."""
        with self._lock:
            self._waiting.discard(person)
            return self._one_at_a_time.setdefault(person, threading.Lock())


@dataclass(frozen=True)
class Slack:
    """One connection to one workspace."""

    bot: Bot
    client: WebClient  # never tries twice by itself: a post whose response was lost may have arrived
    identity: Identity
    people: People
    places: Places
    deliveries: Workers
    presses: Workers  # apart from deliveries: a modal has three seconds to open
    chores: Workers  # Homes and the like, which may wait
    wake: threading.Event = field(default_factory=threading.Event)  # something became due
    homes: Homes = field(default_factory=Homes)
    intake: Intake = field(default_factory=Intake)
    kept: Recent = field(default_factory=Recent)  # messages that are surely in the database
    status_refused: threading.Event = field(default_factory=threading.Event)

    @property
    def quick(self) -> WebClient:
        """For what must not hold anything up."""
        return quick(self.client)


def connect(bot: Bot, client: WebClient, identity: Identity) -> Slack:
    """Everything listeners need; starts no thread until there is work."""
    lookups = quick(client, 3)
    return Slack(
        bot=bot,
        client=client,
        identity=identity,
        people=People(lookups),
        places=Places(quick(client)),
        deliveries=Workers(bot.settings.workers, "deliver"),
        presses=Workers(max(4, bot.settings.workers // 2), "press"),
        chores=Workers(2, "chore"),
    )
