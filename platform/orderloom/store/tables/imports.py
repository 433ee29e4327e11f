"""Files of orders that people brought, and the records of them that are not in."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, Table

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

file_import = Table(
    "file_import",
    metadata,
    ident(),
    C("account_id", Big, ForeignKey("account.id"), nullable=False),
    text("name"),  # as the file was called
    number("size"),  # bytes
    text("state", default="uploaded"),  # uploaded, waiting, running, done, failed, stopped
    number("created_at"),
    text("created_by"),
    number("started_at", null=True),
    number("ended_at", null=True),
    text("encoding", null=True),  # utf-8, gb18030, xlsx
    document("own", null=True),  # titles of columns nobody declared
    number("read", default=0),  # bytes of it, while it is read
    number("records", null=True),  # how many there are, once the file has been read
    number("position", default=0),  # how many of them are dealt with
    number("spool_at", default=0),  # where in the spool the next one stands
    document("pending", null=True),  # of the batch in hand: places of records that were new
    document("counts"),  # outcome -> records
    number("attempts", default=0),  # since anything was dealt with
    document("trouble", null=True),  # why the file as a whole cannot be read
    flag("kept", default=True),  # whether the file is still there
)
Index("ix_file_import_state", file_import.c.state)

import_failure = Table(
    "import_failure",
    metadata,
    ident(),
    C("import_id", Big, ForeignKey("file_import.id"), nullable=False),
    number("place"),  # of the record, or of its first row
    flag("is_row"),
    text("external_no", null=True),
    text("code"),
    document("params"),
)
Index("ix_import_failure_import_id", import_failure.c.import_id, import_failure.c.id)
