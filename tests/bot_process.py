"""The bot as a process of its own, for tests that kill it."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.workspace import Workspace
from tests.conftest import ROOT, prepare

READY_WITHIN = 60  # seconds; a cold start on a busy machine


class BotProcess:
    """`signpost slack` against a local workspace, with its data in `data_dir`."""

    def __init__(
        self,
        workspace: Workspace,
        data_dir: Path,
        library: Path = ROOT,
        arguments: tuple[str, ...] = (),
        environment: Mapping[str, str] = {},
    ) -> None:
        self.environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
            "DATA_DIR": str(data_dir),
            "LIBRARY_DIR": str(library),
            **environment,
        }
        self._arguments = arguments
        self._log = (data_dir / "bot.log").open("a")
        self._process: subprocess.Popen[str] | None = None
        if not (data_dir / "models").exists():
            prepare(data_dir)

    def start(self, *, wait: bool = True) -> Self:
        """Starts it; with `wait`, returns once it has printed `ready`."""
        command = [sys.executable, "-m", "bot.cli.main", "slack", *self._arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Raises TimeoutError when it takes too long, RuntimeError when the process ends instead."""
        assert self._process
        assert self._process.stdout
        lines: queue.Queue[str] = queue.Queue()
        out = self._process.stdout
        threading.Thread(target=lambda: lines.put(out.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=READY_WITHIN)
        except queue.Empty:
            raise TimeoutError("the bot did not become ready") from None
        if line.strip() != "ready":
            raise RuntimeError(
                f"the bot ended with {self._process.wait()} instead of becoming ready: {self.log()[-2000:]}"
            )

    def kill(self) -> None:
        """kill -9: no warning, no clean-up."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, as an operator would; the exit code."""
        assert self._process
        self._process.terminate()
        return self._process.wait(timeout=40)

    def log(self) -> str:
        """What it wrote to standard error so far."""
        return Path(self._log.name).read_text()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self._end()  # or a bot that never became ready would live on
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()
