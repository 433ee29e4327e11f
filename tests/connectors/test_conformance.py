"""Every connector keeps every promise of the contract."""

from __future__ import annotations

import pytest

from orderloom.connect.conformance import Check, Stage, checks_for
from tests.connectors.stages import STAGES

CASES = [
    pytest.param(stage, check, id=f"{stage.__name__}-{check.name}")
    for stage in STAGES
    for check in checks_for(stage)
]


@pytest.mark.parametrize(("stage", "check"), CASES)
def test_conformance(stage: type[Stage], check: Check) -> None:
    check.run(stage())


def test_every_connector_has_a_stage() -> None:
    from orderloom.connect import Registry

    assert {stage.connector.key for stage in STAGES} == set(Registry.load().keys())
