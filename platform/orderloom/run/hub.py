"""The whole hub on one machine, from an empty folder to an address that answers."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

from orderloom.config import QUEUES, Settings
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.run import broker, home, ports
from orderloom.run.diskwatch import DiskWatch
from orderloom.run.supervisor import NeverReady, Spec, StopRequested, Supervisor

if TYPE_CHECKING:
    from orderloom.run.first_login import FirstLogin

START_SECONDS = 120.0
WORKERS, WEB, SIMULATORS = 1, 2, 3  # in this order they are stopped; the broker comes last


class Hub:
    """`run` returns when somebody asked it to; whatever happens, no process stays behind."""

    def __init__(self, settings: Settings, console: Console, *, with_demo: bool) -> None:
        self._settings, self._console, self._with_demo = settings, console, with_demo
        self._supervisor = Supervisor(self._tell)
        self._broker: broker.Broker | None = None
        self._allowed = list(settings.allowed)
        self._port = settings.port

    def run(self) -> None:
        """Raises ConfigError if the hub cannot run as configured."""
        home.prepare(self._settings)
        lock = home.lock(self._settings)
        self._supervisor.listen()
        try:
            self._start(lock)
            self._supervisor.run(DiskWatch(self._settings.home, self._tell))
        except StopRequested:
            self._console.say("run.stopping")
        except NeverReady as failure:
            facts = {"name": failure.name, "reason": failure.reason, "log": str(failure.log)}
            raise ConfigError("run.not_ready", failure.name, **facts) from failure
        finally:
            self._end()
        self._console.say("run.stopped")

    def _start(self, lock: home.Lock) -> None:
        if self._with_demo:
            self._supervisor.start(self._simulators())
        self._start_broker()
        # Only now: it takes a second to import, in which the simulators start.
        from orderloom.run import installation

        login = installation.prepare(self._settings)
        reached, page = self._simulators_ready() if self._with_demo else {}, None
        self._start_web()
        if reached:
            allowed = replace(self._settings, allowed=tuple(self._allowed))
            page = installation.install_demo(allowed, reached["http"], reached["smtp"])
        address = self._web_ready()
        if reached:
            allowed = replace(self._settings, allowed=tuple(self._allowed))
            installation.tell_demo(allowed, reached["http"], address)
        for number in range(1, self._settings.workers + 1):
            self._supervisor.start(self._worker(number))
        self._supervisor.start(self._own("ticker", "ticker", phase=WORKERS))
        lock.note(address=address)
        self._announce(address, login, page)

    def _worker(self, number: int) -> Spec:
        """Only the last one also calls platforms that dawdle: they must not hold up the others."""
        queues = QUEUES if number == self._settings.workers else QUEUES[:-1]
        words = ("worker", "--queues", ",".join(queues))
        return self._own(f"worker-{number}", *words, phase=WORKERS)

    def _start_broker(self) -> None:
        if self._settings.redis_url:
            check_redis(self._settings.redis_url)
            return
        own = self._broker = broker.prepare(self._settings)
        self._supervisor.start(own.spec)
        try:
            self._supervisor.wait(own.spec.name, own.answers, START_SECONDS)
        except NeverReady as failure:
            self._start_broker_afresh(own, failure)

    def _start_broker_afresh(self, own: broker.Broker, failure: NeverReady) -> None:
        """What the broker holds can be lost; a broker that cannot read it cannot stay."""
        self._supervisor.forget(own.spec.name)
        broken = own.set_data_aside()
        if broken is None:
            raise broker_failed(failure) from failure
        self._console.warn("run.broker_data", where=str(broken))
        self._supervisor.start(own.spec)
        try:
            self._supervisor.wait(own.spec.name, own.answers, START_SECONDS)
        except NeverReady as again:
            raise broker_failed(again) from again

    def _simulators_ready(self) -> dict[str, int]:
        """Their ports, which connectors may call from now on."""
        ready = self._ready_file
        self._supervisor.wait("simulators", lambda: bool(_ready(ready)), START_SECONDS)
        facts = _ready(ready)
        self._allowed += [f"127.0.0.1:{facts['http']}", f"127.0.0.1:{facts['smtp']}"]
        return facts

    def _start_web(self) -> None:
        self._port = ports.first_free(self._settings.host, self._port)
        self._supervisor.start(self._own("web", "web", "--port", str(self._port), phase=WEB))

    def _web_ready(self) -> str:
        """The address at which the web server answers."""
        host, wished = self._settings.host, self._settings.port
        while True:
            address = f"http://{_reachable_host(host)}:{self._port}"
            try:
                self._supervisor.wait("web", partial(_answers, address), START_SECONDS)
            except NeverReady:
                self._supervisor.forget("web")
                if ports.is_free(host, self._port):
                    raise
                self._start_web()  # somebody took the port between our look and its start
                continue
            if self._port != wished:
                self._console.say("run.port_busy", wished=wished, port=self._port)
            return address

    def _own(self, name: str, *words: str, phase: int) -> Spec:
        log = self._settings.logs / f"{name}.log"
        command = [sys.executable, "-m", "orderloom.cli", *words]
        return Spec(name, command, log, self._environment(), phase, grace=5.0)

    def _simulators(self) -> Spec:
        self._ready_file.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "connectors.simulators.serve"]
        return Spec(
            "simulators",
            [*command, "--state", str(self._ready_file.parent)],
            self._settings.logs / "simulators.log",
            self._environment(),
            phase=SIMULATORS,
            output=self._ready_file,
        )

    @property
    def _ready_file(self) -> Path:
        return self._settings.home / "demo" / "ready.json"

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        return {
            "ORDERLOOM_HOME": str(settings.home),
            "DATABASE_URL": settings.database_url,
            "ORDERLOOM_ALLOW": ",".join(self._allowed),
            "PYTHONPATH": os.pathsep.join(_source_roots()),
            "PYTHONSAFEPATH": "1",  # what lies in the current folder is none of our modules
        }

    def _announce(self, address: str, login: FirstLogin | None, page: str | None) -> None:
        self._console.say("run.ready", address=address)
        if page is not None:
            self._console.say("run.demo_page", address=page)
        if login is not None and login.password:
            self._console.say("run.first_login", login=login.login, password=login.password)
        if login is not None:
            self._console.say("run.first_login_file", file=_short(login.file))
        self._console.say("run.how_to_stop", logs=_short(self._settings.logs))

    def _tell(self, code: str, facts: Mapping[str, Any]) -> None:
        self._console.warn(code, **facts)

    def _end(self) -> None:
        left = self._supervisor.stop()
        if self._broker is not None:
            self._broker.clean_up()
        if left:
            self._console.warn("run.left", pids=left)


def check_redis(address: str) -> None:
    """Raises ConfigError unless a Redis answers there."""
    client = Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5)
    where = _without_password(address)
    try:
        client.ping()
    except AuthenticationError as error:
        raise ConfigError("config.redis_login", where) from error
    except (RedisError, OSError, ValueError) as error:
        raise ConfigError("config.redis_refused", where, reason=str(error)) from error
    finally:
        client.close()


def broker_failed(failure: NeverReady) -> ConfigError:
    facts = {"reason": failure.reason, "log": str(failure.log)}
    return ConfigError("config.broker_failed", None, **facts)


def _without_password(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _ready(file: Path) -> dict[str, Any]:
    """What the simulators said when they were ready; empty before."""
    try:
        facts = json.loads(file.read_text("utf-8").partition("\n")[0])
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) and facts.get("ready") else {}


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _reachable_host(host: str) -> str:
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - asked for by the user
    return wildcard.get(host, f"[{host}]" if ":" in host else host)


def _source_roots() -> list[str]:
    """Where our packages are, for child processes; the working copy need not be installed."""
    found = [find_spec(name) for name in ("orderloom", "connectors")]
    roots = [str(Path(spec.origin).parents[1]) for spec in found if spec and spec.origin]
    given = os.environ.get("PYTHONPATH")
    return list(dict.fromkeys([*roots, *([given] if given else [])]))


def _short(path: Path) -> str:
    """Relative to where the user stands, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
