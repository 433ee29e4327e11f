"""`orderloom connector new|check|simulate KEY`: writing a connector in an afternoon."""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import threading
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

from connectors.simulators import serve
from connectors.simulators.server import SimulatorServer
from connectors.simulators.wire import Simulator
from orderloom import config
from orderloom.clock import SystemClock
from orderloom.connect import Registry
from orderloom.connect.conformance import Broken, Stage, checks_for
from orderloom.console import Console
from orderloom.errors import ConfigError

SCAFFOLD = Path(__file__).parents[1] / "connect" / "scaffold"
_KEY = re.compile(r"[a-z][a-z0-9_]{1,40}")


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name in _ACTIONS:
        action = actions.add_parser(name, help=console.text(f"cli.connector_{name}"))
        action.add_argument("key", metavar="KEY")
        action.add_argument("--folder", type=Path, help=console.text("cli.connector_folder"))
        if name == "new":
            action.add_argument("--title", help=console.text("cli.connector_title"))
        if name == "simulate":
            port_help = console.text("cli.connector_port")
            action.add_argument("--port", type=int, default=0, help=port_help)


def run(args: argparse.Namespace, console: Console) -> int:
    args.folder = args.folder or config.load().home / "connectors"
    return _ACTIONS[args.action](args, console)


def written(key: str, title: str) -> dict[str, str]:
    """The files of a new connector: name -> text."""
    class_name = "".join(part.capitalize() for part in key.split("_"))
    words = {"key": key, "module": key, "title": title, "class_name": class_name}
    names = {"connector.py.txt": f"{key}.py", "stage.py.txt": f"_{key}_stage.py"}
    return {name: _filled(source, words) for source, name in names.items()}


def _filled(source: str, words: dict[str, str]) -> str:
    text = (SCAFFOLD / source).read_text("utf-8")
    return Template(text.replace("$class_name$", "${class_name}")).substitute(words)


def _new(args: argparse.Namespace, console: Console) -> int:
    key, folder = args.key, args.folder
    if not _KEY.fullmatch(key) or key in Registry.load().keys():  # noqa: SIM118
        raise ConfigError("cli.connector_key", key)
    files = written(key, args.title or key)
    for name in files:
        if (folder / name).exists():
            raise ConfigError("cli.connector_there", str(folder / name))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    connector, stage = (str(folder / name) for name in files)
    console.say("cli.connector_made", key=key, connector=connector, stage=stage)
    return 0


def _check(args: argparse.Namespace, console: Console) -> int:
    failed = passed = 0
    for stage in _stages(args.folder, args.key):
        for check in checks_for(stage):
            fault = _fault(check.run, stage)
            print(
                f"{'✗' if fault else '✓'} {check.name}{f': {fault}' if fault else ''}", flush=True
            )
            failed, passed = failed + bool(fault), passed + (not fault)
    console.say("cli.connector_checked", passed=passed, failed=failed)
    return 1 if failed else 0


def _fault(run_check: Any, stage: type[Stage]) -> str:
    try:
        run_check(stage())
    except Broken as broken:
        return str(broken)
    except Exception as fault:  # noqa: BLE001 - somebody else's code; what it raised is the finding
        return f"{type(fault).__name__}: {fault}"
    return ""


def _simulate(args: argparse.Namespace, console: Console) -> int:
    simulator, settings = _simulator(args.folder, args.key)
    server = SimulatorServer(simulator, port=args.port).start()
    address = f"http://127.0.0.1:{server.port}"
    console.say("cli.connector_simulating", address=address)
    print(json.dumps(settings(address), ensure_ascii=False), flush=True)
    try:
        threading.Event().wait()
    finally:
        server.stop()
    return 0


def _simulator(folder: Path, key: str) -> tuple[Simulator, Any]:
    """The simulator of a connector, and what makes settings from its address."""
    if key in serve.MODULES:
        built_in = serve.simulators(SystemClock(), None, full_list=False)
        return built_in[key], serve.MODULES[key].demo_settings
    module = _stage_module(folder, key)
    found = [m for m in _own(module) if issubclass(m, Simulator)]
    if module is None or not found:
        raise ConfigError("cli.connector_no_stage", key)
    return found[0](), module.settings


def _stages(folder: Path, key: str) -> list[type[Stage]]:
    module = _stage_module(folder, key) or _module("tests.connectors.stages")
    listed = getattr(module, "STAGES", None) or [m for m in _own(module) if issubclass(m, Stage)]
    stages = [stage for stage in listed if stage.connector.key == key]
    if not stages:
        raise ConfigError("cli.connector_no_stage", key)
    return stages


def _stage_module(folder: Path, key: str) -> ModuleType | None:
    if not (folder / f"_{key}_stage.py").exists():
        return None
    sys.path.insert(0, str(folder))
    return importlib.import_module(f"_{key}_stage")


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _own(module: ModuleType | None) -> list[type[Any]]:
    """The classes a module defines itself."""
    if module is None:
        return []
    members = [member for member in vars(module).values() if isinstance(member, type)]
    return [member for member in members if member.__module__ == module.__name__]


_ACTIONS = {"new": _new, "check": _check, "simulate": _simulate}
