"""The shape of the code: who may import whom, what is pure, how long anything may get.

Each rule is a function from a source to what it finds wrong, and each has a control: a made-up
source that breaks it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE_ROOT = ROOT / "platform" / "orderloom"
STANDARD = set(sys.stdlib_module_names)

LAYERS = (
    ("errors", "config", "clock", "texts", "logs"),
    ("engine",),
    ("blueprint",),
    ("store", "connect"),
    ("services",),
    ("api", "jobs"),
    ("app", "assembly", "cli", "commands", "console", "run", "worker", "__init__"),
)
LAYER = {module: number for number, modules in enumerate(LAYERS) for module in modules}
# Within these layers the parts may see each other; elsewhere neighbours are strangers.
SOCIABLE = {0, len(LAYERS) - 1}

MOST_LINES_OF_A_FUNCTION = 60
MOST_LINES_OF_A_FILE = 400
IMPURE = {
    *("flask", "sqlalchemy", "redis", "rq", "urllib3", "http", "socket", "ssl", "subprocess"),
    *("asyncio", "multiprocessing", "os", "shutil", "tempfile", "time", "random", "requests"),
}
# A rule becomes Python once, from a closed list of node kinds; no text of a user is ever compiled.
MAY_EXECUTE = {"engine/jsonlogic/codegen/__init__.py"}


@dataclass(frozen=True)
class Source:
    """A file and its text; `path` is relative to the root of the repository."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        """The part of `orderloom` it belongs to."""
        return Path(self.path).parts[2].removesuffix(".py")


def sources(*folders: str) -> list[Source]:
    return [
        Source(str(file.relative_to(ROOT)), file.read_text("utf-8"))
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in file.parts
    ]


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """(line, full name of the module), relative ones resolved."""
    package = Path(source.path).parts[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            start = start.removeprefix("platform.")
            yield node.lineno, ".".join(part for part in (start, node.module) if part)
            if not node.module or node.module == "orderloom":
                for alias in node.names:
                    yield node.lineno, f"{start or node.module}.{alias.name}"


# -- the rules ---------------------------------------------------------------------------------


def layers(source: Source) -> Iterator[str]:
    """Imports go strictly downward; parts of one layer do not see each other."""
    mine = source.module
    for line, name in imported(source):
        parts = name.split(".")
        if parts[0] != "orderloom" or len(parts) < 2 or parts[1] in (mine, "__version__"):
            continue
        if parts[1] not in LAYER:
            yield f"{line}: {name} belongs to no layer"
            continue
        here, there = LAYER[mine], LAYER[parts[1]]
        if there > here or (there == here and here not in SOCIABLE):
            yield f"{line}: {mine} imports {name}"


def pure(source: Source) -> Iterator[str]:
    """The engine computes: no library that reads, writes, waits, or knows the time."""
    for line, name in imported(source):
        top = name.split(".")[0]
        if top in IMPURE:
            yield f"{line}: imports {name}"
        elif top not in STANDARD | {"orderloom", "jinja2"}:
            yield f"{line}: imports {name}, which is neither ours, Python's nor jinja2"
        elif top == "orderloom" and name.split(".")[1] not in ("engine", "errors"):
            yield f"{line}: imports {name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = ast.unparse(node.func)
            if called in ("open", "print", "datetime.now", "date.today", "datetime.utcnow"):
                yield f"{node.lineno}: calls {called}"


def connector(source: Source) -> Iterator[str]:
    """A connector knows its contract, Python and a module of its own, nothing else of the hub."""
    own = f"connectors._{Path(source.path).stem.removeprefix('_')}_"
    for line, name in imported(source):
        known = name.split(".")[0] in STANDARD or name.startswith(own)
        if not known and name != "orderloom.connect":
            yield f"{line}: imports {name}"


def commits(source: Source) -> Iterator[str]:
    """Services work in the caller's transaction: they neither open nor end one."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = ast.unparse(node.func.value).split(".")[-1].split("(")[0]
        ends = node.func.attr in ("commit", "rollback") and owner != "savepoint"
        opens = node.func.attr in ("write", "read", "begin") and owner in ("database", "db")
        if ends or opens:
            yield f"{node.lineno}: calls {ast.unparse(node.func)}"


def sizes(source: Source) -> Iterator[str]:
    """Short enough to be read in one go."""
    length = len(source.text.splitlines())
    if length > MOST_LINES_OF_A_FILE:
        yield f"{length} lines"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            span = (node.end_lineno or node.lineno) - node.lineno + 1
            if span > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.lineno}: {node.name} has {span} lines"


_PROSE = re.compile(r"\b[A-Za-z]{2,}(?: [a-z]{2,}){2,}|[\u4e00-\u9fff]")


def words(source: Source) -> Iterator[str]:
    """What people read comes from the catalogue."""
    tree = source.tree
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    explained = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and ast.get_docstring(node) is not None
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in explained:
            continue
        if isinstance(node.value, str) and _PROSE.search(node.value):
            yield f"{node.lineno}: {node.value[:60]!r}"


def executes(source: Source) -> Iterator[str]:
    """Nothing that could run what somebody typed."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="eval" | "exec" | "compile" | "__import__" as name)):
                yield f"{node.lineno}: calls {name}"
            case ast.Import(names=names) if any(n.name in ("pickle", "marshal") for n in names):
                yield f"{node.lineno}: imports {names[0].name}"
            case _:
                pass


Rule = Callable[[Source], Iterator[str]]


def broken(rule: Rule, files: list[Source]) -> list[str]:
    assert files, "the rule looks at nothing"
    return [f"{source.path}:{problem}" for source in files for problem in rule(source)]


def own(*parts: str) -> list[Source]:
    return [s for part in parts for s in sources(f"platform/orderloom/{part}")]


# -- the code keeps them -----------------------------------------------------------------------


def test_imports_go_downward() -> None:
    assert broken(layers, sources("platform/orderloom")) == []


def test_every_part_has_a_layer() -> None:
    found = {
        entry.name.removesuffix(".py")
        for entry in ENGINE_ROOT.iterdir()
        if entry.suffix == ".py" or any(entry.rglob("*.py"))
    }
    assert found <= set(LAYER)


def test_the_engine_is_pure() -> None:
    assert broken(pure, own("engine")) == []


def test_connectors_see_only_their_contract() -> None:
    files = [s for s in sources("connectors") if "simulators" not in s.path]
    assert broken(connector, files) == []


def test_services_never_commit() -> None:
    assert broken(commits, own("services")) == []


def test_functions_and_files_are_short() -> None:
    files = sources("platform", "connectors", "tests", "bench")
    assert broken(sizes, files) == []


def test_the_api_has_no_words_of_its_own() -> None:
    assert broken(words, own("api")) == []


def test_nothing_executes_what_somebody_typed() -> None:
    files = [
        s
        for s in sources("platform", "connectors")
        if s.path.removeprefix("platform/orderloom/") not in MAY_EXECUTE
    ]
    assert broken(executes, files) == []


@pytest.mark.parametrize("folder", ["platform", "alembic"])
def test_folders_named_like_libraries_are_no_packages(folder: str) -> None:
    assert not (ROOT / folder / "__init__.py").exists()
    assert not (ROOT / "tests" / folder / "__init__.py").exists()


# -- and breaking them would be seen -----------------------------------------------------------

CONTROLS: list[tuple[Rule, str, str]] = [
    (layers, "services/x.py", "from orderloom.api import access"),
    (layers, "engine/x.py", "import orderloom.store.db"),
    (layers, "store/x.py", "from orderloom.connect import Registry"),
    (layers, "connect/x.py", "from orderloom import store"),
    (layers, "api/x.py", "from orderloom.jobs.wake import wake"),
    (layers, "jobs/x.py", "def f():\n    from orderloom.api import hub"),
    (layers, "blueprint/x.py", "from ..services import runtime"),
    (layers, "api/x.py", "import orderloom.unheard_of"),
    (layers, "texts/x.py", "from orderloom.engine import rules"),
    (pure, "engine/x.py", "import sqlalchemy"),
    (pure, "engine/x.py", "from urllib3 import PoolManager"),
    (pure, "engine/x.py", "import orjson"),
    (pure, "engine/x.py", "from orderloom.texts import say"),
    (pure, "engine/x.py", "import time"),
    (pure, "engine/x.py", "now = datetime.now()"),
    (pure, "engine/x.py", "open('secrets')"),
    (connector, "../../connectors/x.py", "import requests"),
    (connector, "../../connectors/x.py", "from orderloom.store.db import Tx"),
    (connector, "../../connectors/x.py", "from orderloom.connect.http import HttpClient"),
    (connector, "../../connectors/x.py", "from connectors.y import Y"),
    (connector, "../../connectors/x.py", "from connectors._y_orders import Y"),
    (commits, "services/x.py", "tx.commit()"),
    (commits, "services/x.py", "with self.database.write() as tx: pass"),
    (commits, "services/x.py", "with db.read() as tx: pass"),
    (sizes, "api/x.py", "x = 1\n" * 401),
    (sizes, "api/x.py", "def long():\n" + "    x = 1\n" * 60),
    (words, "api/x.py", "message = 'this order does not exist'"),
    (words, "api/x.py", "message = '没有这个订单'"),
    (words, "api/x.py", "message = f'{n} orders were not found'"),
    (executes, "services/x.py", "eval(text)"),
    (executes, "services/x.py", "exec(text)"),
    (executes, "services/x.py", "import pickle"),
]


@pytest.mark.parametrize(("rule", "path", "text"), CONTROLS)
def test_a_violation_is_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(f"platform/orderloom/{path}", text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (
            layers,
            "api/x.py",
            "from orderloom.services import status\nfrom orderloom.api import hub",
        ),
        (layers, "app.py", "from orderloom.run import ports\nimport flask"),
        (
            layers,
            "connect/x.py",
            "from .errors import TryLater\nfrom orderloom.errors import NotFound",
        ),
        (pure, "engine/x.py", "import re\nfrom orderloom.engine.rules import Row"),
        (connector, "x.py", "import hashlib\nfrom orderloom.connect import Connector"),
        (connector, "../../connectors/x.py", "from connectors._x_orders import COLUMNS"),
        (commits, "services/x.py", "savepoint.rollback()\nstream.write(b'')"),
        (words, "api/x.py", "'''What this does for people.'''\ncode = 'orders.not_found'"),
    ],
)
def test_what_is_allowed_is_not_found(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Source(f"platform/orderloom/{path}", text)))
