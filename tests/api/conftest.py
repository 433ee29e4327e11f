"""The web application, once on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.site import Browser, Site


@pytest.fixture
def hub(database: Database) -> Hub:
    """With its demo; a module that works on it makes its `site` of it."""
    return Hub(database)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return Site(database, tmp_path)


@pytest.fixture
def lite(lite_database: Database, tmp_path: Path) -> Site:
    """On SQLite only: for what has nothing to do with the kind of database."""
    return Site(lite_database, tmp_path)


@pytest.fixture
def viewer(site: Site) -> Browser:
    return site.signed_in("viewer")
