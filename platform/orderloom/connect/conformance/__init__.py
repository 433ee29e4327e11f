"""One suite for every connector: what the engine relies on, checked against a simulator.

A connector's author describes a `Stage` and runs each check on a fresh one:

    @pytest.mark.parametrize("check", checks_for(MyStage), ids=lambda check: check.name)
    def test_conformance(check):
        check.run(MyStage())

A check raises `Broken` saying which promise the connector does not keep.
"""

from .channel import CHANNEL_CHECKS
from .common import COMMON_CHECKS
from .sender import SENDER_CHECKS
from .stage import Broken, Check, Stage
from .warehouse import WAREHOUSE_CHECKS

__all__ = ["ALL_CHECKS", "Broken", "Check", "Stage", "checks_for"]

ALL_CHECKS: tuple[Check, ...] = (
    *COMMON_CHECKS,
    *CHANNEL_CHECKS,
    *SENDER_CHECKS,
    *WAREHOUSE_CHECKS,
)


def checks_for(stage: type[Stage]) -> list[Check]:
    """The checks that concern this connector, by what it can do and its simulator can show."""
    return [check for check in ALL_CHECKS if check.applies(stage)]
