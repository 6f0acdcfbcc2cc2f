"""What reader and writer share: the chat model that CHAT_MODEL names, and when to leave it alone."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Messages = list[tuple[str, str]]  # role and text
AT_ONCE = 8  # calls of one model
LONGEST_QUESTION = 4_000  # characters
EARLIER_TURNS = 3
# After so many failures in a row nobody waits for the model for a while.
PATIENCE, REST = 3, 60.0


def connect(spec: str, timeout: float) -> "BaseChatModel":
    """The model of a LangChain provider:model. Raises SettingsError; calls nobody yet."""
    # LangChain takes seconds to import, and most bots start without a model.
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(spec, temperature=0, timeout=timeout, max_retries=0)
    except ImportError as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SettingsError(f"CHAT_MODEL={spec} needs a package that is not installed: {lines[0]}") from None
    except Exception as error:  # each provider has exceptions of its own for a missing key or a wrong name
        raise SettingsError(
            f"CHAT_MODEL={spec} cannot be set up ({type(error).__name__}): check its name and key."
        ) from error


def inert(text: str) -> str:
    """What a person or a file wrote, unable to close the tag it stands in."""
    return text[:LONGEST_QUESTION].replace("<", "‹").replace(">", "›")


class Rest:
    """Counts failures in a row; after some of them nobody asks for a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = float("-inf")

    def is_over(self) -> bool:
        with self._lock:
            return self._clock() >= self._until

    def worked(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= PATIENCE:
                self._failures, self._until = 0, self._clock() + REST
