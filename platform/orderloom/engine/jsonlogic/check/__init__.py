"""The strict profile: a rule without traps, checked against the fields it may read.

A rule that passes means the same in every JSONLogic engine: it compares only what is comparable,
says what missing means, never divides by nought and asks for nothing that cannot be.
"""

from orderloom.engine.jsonlogic.check.findings import Diagnostic, Fix
from orderloom.engine.jsonlogic.check.loops import check
from orderloom.engine.jsonlogic.check.types import FieldSpec, Schema, TableSpec

__all__ = ["Diagnostic", "FieldSpec", "Fix", "Schema", "TableSpec", "check"]
