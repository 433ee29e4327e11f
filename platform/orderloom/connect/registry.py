"""Finds connectors: the folder `connectors/`, installed packages, and an optional drop-in folder.

A connector that cannot be loaded is a listed fact with its reason; the others work on.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args

from orderloom.errors import NotFound

from .base import Connector
from .errors import ConnectorError, Permanent
from .model import Delivery, Fill, Kind, Setting, SettingKind, Text

Origin = Literal["built_in", "package", "drop_in"]
ENTRY_POINTS = "orderloom.connectors"
_FACTS = ("key", "title", "api_version", "kind", "settings")


@dataclass(frozen=True, slots=True)
class Listed:
    """One connector found: usable (`connector`) or broken (`fault` says why)."""

    key: str
    origin: Origin
    place: str
    connector: type[Connector] | None = None
    fault: ConnectorError | None = None


class Registry:
    """All connectors of this installation, by key."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._listed: dict[tuple[str, Origin], Listed] = {}
        self._usable: dict[str, type[Connector]] = {}
        for found in listed:
            self._add(found)

    @classmethod
    def load(cls, drop_in: Path | None = None, package: str = "connectors") -> Registry:
        """Looks everywhere; a key found twice belongs to the first: built-in, package, drop-in."""
        found = [*_built_in(package), *_packages()]
        return cls([*found, *(_dropped(drop_in) if drop_in else ())])

    def keys(self) -> tuple[str, ...]:
        """The usable connectors, sorted."""
        return tuple(sorted(self._usable))

    def get(self, key: str) -> type[Connector]:
        """The connector class. NotFound names the ones there are; a broken one raises its fault."""
        if key in self._usable:
            return self._usable[key]
        broken = [found.fault for (k, _), found in self._listed.items() if k == key and found.fault]
        raise broken[0] if broken else NotFound("connect.unknown_connector", key, known=self.keys())

    def capabilities(self, key: str) -> frozenset[str]:
        """What a connector can do; nothing, if it is not there or broken."""
        found = self._usable.get(key)
        return found.capabilities() if found else frozenset()

    def listed(self) -> tuple[Listed, ...]:
        """Everything found, broken ones included, sorted by key."""
        return tuple(sorted(self._listed.values(), key=lambda found: (found.key, found.origin)))

    def _add(self, found: Listed) -> None:
        if found.connector is not None and found.key in self._usable:
            fault = Permanent("connect.plugin_twice", found.place, key=found.key)
            found = Listed(found.key, found.origin, found.place, fault=fault)
        elif found.connector is not None:
            self._usable[found.key] = found.connector
        self._listed[found.key, found.origin] = found


def _built_in(package: str) -> Iterator[Listed]:
    folder = importlib.import_module(package)
    for module in pkgutil.iter_modules(folder.__path__):
        if not module.ispkg and not module.name.startswith("_"):
            name = f"{package}.{module.name}"
            yield _listed(module.name, "built_in", name, _importer(name))


def _importer(name: str) -> Callable[[], ModuleType]:
    return lambda: importlib.import_module(name)


def _packages() -> Iterator[Listed]:
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        yield _listed(entry.name, "package", entry.value, entry.load)


def _dropped(folder: Path) -> Iterator[Listed]:
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            yield _listed(path.stem, "drop_in", str(path.name), _file_loader(path))


def _file_loader(path: Path) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"orderloom_drop_in_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ImportError(path.name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def _listed(key: str, origin: Origin, place: str, load: Callable[[], Any]) -> Listed:
    try:
        connector = _connector_in(load(), place)
        faults = contract_faults(connector, key)
        if faults:
            raise Permanent("connect.plugin_contract", place, faults=faults)
    except ConnectorError as fault:
        return Listed(key, origin, place, fault=fault)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - somebody else's file may do anything
        reason = f"{type(fault).__name__}: {fault}"
        broken = Permanent("connect.plugin_broken", place, reason=reason)
        return Listed(key, origin, place, fault=broken)
    return Listed(key, origin, place, connector)


def _connector_in(loaded: Any, place: str) -> type[Connector]:
    if inspect.isclass(loaded) and issubclass(loaded, Connector):
        return loaded
    own = [
        member
        for member in vars(loaded).values()
        if inspect.isclass(member)
        and issubclass(member, Connector)
        and member.__module__ == loaded.__name__
    ]
    if len(own) != 1:
        raise Permanent("connect.plugin_not_one_class", place, found=len(own))
    return own[0]


def contract_faults(connector: type[Connector], key: str) -> list[str]:
    """What a connector class lacks or contradicts, in plain words; empty when all is well."""
    missing = [f"{fact} is missing" for fact in _FACTS if not hasattr(connector, fact)]
    if missing:
        return missing
    return [
        *_identity_faults(connector, key),
        *_settings_faults(connector),
        *_use_faults(connector),
    ]


def _identity_faults(connector: type[Connector], key: str) -> Iterator[str]:
    module_key = connector.__module__.rpartition(".")[2].removeprefix("orderloom_drop_in_")
    if connector.key != key or module_key != key:
        yield f"key {connector.key!r} differs from the file or entry-point name {key!r}"
    if not _both_languages(connector.title):
        yield "title needs zh and en"
    if connector.kind not in get_args(Kind):
        yield f"kind {connector.kind!r} is not one of {get_args(Kind)}"


def _settings_faults(connector: type[Connector]) -> Iterator[str]:
    names = [setting.name for setting in connector.settings]
    for setting in connector.settings:
        yield from _setting_faults(setting)
    if len(set(names)) != len(names):
        yield "two settings have the same name"


def _setting_faults(setting: Setting) -> Iterator[str]:
    if not _both_languages(setting.label):
        yield f"setting {setting.name}: label needs zh and en"
    if setting.kind not in get_args(SettingKind):
        yield f"setting {setting.name}: kind {setting.kind!r} is unknown"
    if (setting.kind == "choice") != bool(setting.choices):
        yield f"setting {setting.name}: choices belong to kind choice, and to no other"
    if setting.secret and setting.default:
        yield f"setting {setting.name}: a secret has no default"


def _use_faults(connector: type[Connector]) -> Iterator[str]:
    has = connector.capabilities()
    if "check" not in has:
        yield "check is missing"
    if "pull" in has and "normalise" not in has:
        yield "pull needs normalise"
    if "send" in has and (connector.delivery not in get_args(Delivery) or not connector.effects):
        yield "send needs a delivery class and effects"
    if connector.delivery == "readable" and "read_back" not in has:
        yield "delivery class readable needs read_back"
    if connector.columns and sum(column.kind == "key" for column in connector.columns) != 1:
        yield "columns need exactly one of kind key"
    for column in connector.columns:
        if column.required and not column.example:
            yield f"column {column.path} is required and has no example for the template"
    for name, fill in connector.coverage.items():
        if fill not in get_args(Fill):
            yield f"coverage of {name}: {fill!r} is not one of {get_args(Fill)}"


def _both_languages(text: Any) -> bool:
    return isinstance(text, Text) and bool(text.zh) and bool(text.en)
