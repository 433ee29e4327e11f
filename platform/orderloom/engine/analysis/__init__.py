"""Analysis of decision lists by meaning: what can never match, collides, or is left out."""

from orderloom.engine.analysis.fields import FieldType, Schema, order_schema, plain_schema
from orderloom.engine.analysis.nearest import Change, nearest
from orderloom.engine.analysis.report import Finding, ListText, analyse

__all__ = [
    "Change",
    "FieldType",
    "Finding",
    "ListText",
    "Schema",
    "analyse",
    "nearest",
    "order_schema",
    "plain_schema",
]
