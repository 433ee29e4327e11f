"""A real job-queue server for tests, the very one the hub starts."""

from __future__ import annotations

import subprocess
from pathlib import Path

from redis import Redis

from orderloom import config
from orderloom.run import broker, tree
from tests.support.processes import wait_until


class Valkey:
    """Its data survive `kill`; `start` may be called again."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._log = home / "valkey.log"
        self.broker = broker.prepare(config.load({"ORDERLOOM_HOME": str(home)}))
        self.url = self.broker.address
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Valkey:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                list(self.broker.spec.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tree.tied_to_this_process(),
            )
        wait_until(self.broker.answers, "the queue server")
        return self

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def kill(self) -> None:
        """As a power switch would, short of the disk."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.kill()
        self.broker.clean_up()
