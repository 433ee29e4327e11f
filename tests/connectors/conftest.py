from __future__ import annotations

import pytest

from tests.support.certificates import self_signed


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Paths of a certificate for 127.0.0.1 that nobody trusts, and of its key."""
    return self_signed(tmp_path_factory.mktemp("tls"))
