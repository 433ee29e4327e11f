"""What can be wrong with a rule. `where` is always a JSON pointer into the rule."""

from __future__ import annotations

from orderloom.errors import RuleError


class RuleInvalid(RuleError):
    """The rule cannot be read or compiled: malformed, too large, wrong arguments."""


class RuleFailed(RuleError):
    """Evaluation stopped: unknown operator reached, fact not supplied, or too costly."""
