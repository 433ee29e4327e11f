from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from orderloom.connect import model
from tests.support.certificates import self_signed


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Paths of a certificate for 127.0.0.1 that nobody trusts, and of its key."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def connect_codes() -> set[str]:
    """Every `connect.…` code that the layer and the connectors can raise."""
    root = Path(__file__).parents[2]
    files = [*root.glob("platform/orderloom/connect/*.py"), *root.glob("connectors/*.py")]
    found = set(re.findall(r'"(connect\.[a-z_]+)"', "".join(f.read_text() for f in files)))
    kinds = {"choice", "url", "host", "email"} & set(get_args(model.SettingKind))
    return found | {f"connect.setting_not_{kind}" for kind in kinds}
