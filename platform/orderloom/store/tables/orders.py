"""Orders and everything that hangs on one."""

from sqlalchemy import Boolean, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import Column as C

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

customer = Table(
    "customer",
    metadata,
    ident(),
    text("platform"),
    text("external_id"),
    number("first_order_at"),
    UniqueConstraint("platform", "external_id"),
)

orders = Table(
    "orders",
    metadata,
    ident(),
    C("account_id", Big, ForeignKey("account.id"), nullable=False),
    text("platform"),
    text("external_no"),
    text("parent_no", null=True),
    number("version_modified", default=0),
    number("version_seq", default=0),
    text("digest"),
    text("state"),
    text("payment_state"),
    text("hold_state", default="none"),
    text("fulfil_state", default="none"),
    text("after_sale_state", default="none"),
    text("currency"),
    number("total"),
    number("paid"),
    number("freight"),
    number("discount"),
    number("item_count"),
    number("placed_at"),
    number("paid_at", null=True),
    number("modified_at", null=True),
    number("ship_by", null=True),
    text("customer_ref", null=True),
    text("receiver_name", null=True),
    text("province", null=True),
    text("city", null=True),
    text("receiver_key", null=True),  # see engine/sameness.py
    text("goods_key", null=True),
    C("address_vague", Boolean, nullable=True),  # null: hidden by the platform
    number("warehouse_id", null=True),
    text("courier", null=True),
    document("tags"),
    document("acted", null=True),  # rows ("list/row") that did what they do once for an order
    document("canonical"),  # the whole canonical order, see docs/canonical-order.md
    text("plan_hash", null=True),
    number("revision", default=1),
    flag("touched_by_hand"),
    number("created_at"),
    number("updated_at"),
    UniqueConstraint("account_id", "external_no"),
)
# The grid's own index: pages, totals and counts are answered from it alone, without touching the
# wide rows, whatever the filter.
Index(
    "ix_orders_grid",
    orders.c.placed_at,
    orders.c.id,
    orders.c.state,
    orders.c.platform,
    orders.c.warehouse_id,
    orders.c.province,
    orders.c.hold_state,
    orders.c.account_id,
)
Index("ix_orders_total", orders.c.total, orders.c.id)
# text_pattern_ops: prefixes must be found whatever the database's collation.
Index(
    "ix_orders_external_no",
    orders.c.external_no,
    postgresql_ops={"external_no": "text_pattern_ops"},
)
Index(
    "ix_orders_receiver_name",
    orders.c.receiver_name,
    postgresql_ops={"receiver_name": "text_pattern_ops"},
)
Index("ix_orders_state_placed_at", orders.c.state, orders.c.placed_at, orders.c.id)
Index("ix_orders_updated_at", orders.c.updated_at, orders.c.id)
Index("ix_orders_customer", orders.c.platform, orders.c.customer_ref, orders.c.placed_at)

order_line = Table(
    "order_line",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    number("line_no"),
    text("external_line_no"),
    text("channel_item_id", null=True),
    text("channel_sku_id", null=True),
    text("sku_code", null=True),
    number("sku_id", null=True),
    text("title"),
    text("spec", null=True),
    number("quantity"),
    number("price"),
    number("paid_share"),
    text("refund_state"),
    text("refund_no", null=True),
    number("refund_quantity", null=True),
    number("refund_amount", null=True),
    flag("gift"),
    document("parts", null=True),  # what one piece was made of when it was last resolved
    UniqueConstraint("order_id", "external_line_no"),
)
# Lines whose product is not known: few, and looked for by what the channel calls them.
_unlinked = order_line.c.sku_id.is_(None)
Index(
    "ix_order_line_unlinked",
    order_line.c.order_id,
    postgresql_where=_unlinked,
    sqlite_where=_unlinked,
)

# A hold has a reason and an end; the order's hold_state is derived from the open ones.
order_flag = Table(
    "order_flag",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    text("kind"),  # risk, manual, platform
    text("code"),
    document("reason"),
    number("raised_at"),
    number("released_at", null=True),
    number("released_by", null=True),
    UniqueConstraint("order_id", "kind", "code"),
)

decision = Table(
    "decision",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    number("inbox_id", null=True),
    text("plan_hash"),
    number("at"),
    document("context"),  # all the engine saw: order, facts, stock
    document("outcome"),
)
Index("ix_decision_order_id", decision.c.order_id)

fulfilment = Table(
    "fulfilment",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    C("warehouse_id", Big, ForeignKey("warehouse.id"), nullable=False),
    text("no"),
    number("version"),
    text("state"),  # see engine/states.py
    text("courier", null=True),
    text("signature"),  # what would have to change for it to be made anew
    number("hand_over_at"),
    number("heard_at", default=0),  # when its warehouse last told of it, or was asked
    flag("barred"),  # its warehouse shall not get the order again
    number("created_at"),
    number("updated_at"),
    UniqueConstraint("no"),
    UniqueConstraint("order_id", "version"),
)

_out = fulfilment.c.state.in_(("handed_over", "partly_shipped"))
Index(
    "ix_fulfilment_out",
    fulfilment.c.heard_at,
    fulfilment.c.id,
    postgresql_where=_out,
    sqlite_where=_out,
)

Index(
    "ix_fulfilment_leaving", fulfilment.c.warehouse_id, fulfilment.c.hand_over_at, fulfilment.c.id
)

# A fulfilment line holds its own allocation: see docs/adr/0005-fulfilment-line-is-allocation.md.
fulfilment_line = Table(
    "fulfilment_line",
    metadata,
    ident(),
    C("fulfilment_id", Big, ForeignKey("fulfilment.id"), nullable=False),
    C("order_line_id", Big, ForeignKey("order_line.id"), nullable=False),
    C("stock_id", Big, ForeignKey("stock.id"), nullable=False),
    number("quantity"),
    number("shipped", default=0),  # of these, the pieces that left
    text("state"),  # allocated, released, shipped
    UniqueConstraint("fulfilment_id", "order_line_id", "stock_id"),
)
Index("ix_fulfilment_line_stock_id", fulfilment_line.c.stock_id, fulfilment_line.c.state)

parcel = Table(
    "parcel",
    metadata,
    ident(),
    C("fulfilment_id", Big, ForeignKey("fulfilment.id"), nullable=False),
    text("courier"),
    text("tracking_no"),
    document("contents"),  # item code -> pieces; empty: the warehouse did not say
    number("shipped_at", null=True),  # a label's number is known before the parcel leaves
    UniqueConstraint("fulfilment_id", "tracking_no"),
)

after_sale = Table(
    "after_sale",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    C("order_line_id", Big, ForeignKey("order_line.id"), nullable=False),
    text("kind"),  # refund: money only; return: goods come back
    text("state"),  # requested, returning, refunded, rejected, withdrawn
    text("refund_no", null=True),
    number("quantity", default=0),
    number("amount"),
    number("opened_at"),
    number("changed_at"),
    number("closed_at", null=True),
    text("goods", default="none"),  # none, awaited, received
    document("received", null=True),  # one entry a receipt: when, who, where, which pieces
    UniqueConstraint("order_line_id"),
)
Index("ix_after_sale_state", after_sale.c.state, after_sale.c.id)
Index("ix_after_sale_order_id", after_sale.c.order_id)

timeline = Table(
    "timeline",
    metadata,
    ident(),
    C("order_id", Big, ForeignKey("orders.id"), nullable=False),
    number("at"),
    text("kind"),
    text("actor"),  # hub, or the user's login
    document("detail"),
)
Index("ix_timeline_order_id", timeline.c.order_id, timeline.c.id)
