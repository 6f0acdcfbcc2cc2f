"""Faults on demand, and rate limits: the ways in which Slack lets an app down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

Effect = Literal["ratelimited", "500", "503", "hang", "reset", "lost", "slow", "error"]
"""What a fault does.

ratelimited: 429 with Retry-After. 500, 503: nothing happens. hang: nothing happens and no answer ever comes.
reset: the connection is cut before anything happens. lost: it happens, then the connection is cut.
slow: it happens, `seconds` late. error: `{"ok": false}` with the error's name.
"""


@dataclass
class Fault:
    """What befalls the next `times` calls of a method ("*" is any)."""

    method: str
    kind: Effect
    times: int = 1
    seconds: float = 1.0  # how slow, how long to hang, or what Retry-After says
    error: str = "internal_error"


class Faults:
    """A queue of faults: the oldest that fits a call befalls it."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(
        self,
        method: str,
        kind: Effect,
        times: int = 1,
        *,
        seconds: float = 1.0,
        error: str = "internal_error",
    ) -> None:
        """ValueError for a kind that does not exist."""
        if kind not in get_args(Effect):
            raise ValueError(f"There is no fault {kind!r}; there are {', '.join(get_args(Effect))}.")
        self._waiting.append(Fault(method, kind, times, seconds, error))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that befalls this call, if any."""
        for fault in self._waiting:
            if fault.method in {method, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


@dataclass(frozen=True)
class Rate:
    """So many calls a second in the long run, and so many at once."""

    per_second: float
    burst: int


RATES = {
    "chat.postMessage": Rate(1.0, 4),
    "chat.update": Rate(50 / 60, 50),
    "chat.startStream": Rate(20 / 60, 20),
    "chat.stopStream": Rate(20 / 60, 20),
    "users.list": Rate(20 / 60, 20),
    "conversations.history": Rate(50 / 60, 50),
    "conversations.replies": Rate(50 / 60, 50),
}
PER_CHANNEL = {"chat.postMessage"}


@dataclass
class RateLimits:
    """A leaky bucket for each method (each channel, for posting). Off unless switched on."""

    clock: Callable[[], float]
    on: bool = False
    rates: dict[str, Rate] = field(default_factory=lambda: dict(RATES))
    _full: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def retry_after(self, method: str, channel: str) -> int:
        """Seconds to wait before this call; 0 when it may go ahead (which counts it)."""
        rate = self.rates.get(method)
        if not self.on or rate is None:
            return 0
        key = (method, channel if method in PER_CHANNEL else "")
        level, then = self._full.get(key, (0.0, self.clock()))
        level = max(0.0, level - (self.clock() - then) * rate.per_second)
        if level + 1 > rate.burst:
            return max(1, round((level + 1 - rate.burst) / rate.per_second))
        self._full[key] = (level + 1, self.clock())
        return 0
