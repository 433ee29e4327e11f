"""Products, warehouses and the numbers that must never be oversold."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import Column as C

from orderloom.store.tables.base import Big, flag, ident, metadata, number, text

sku = Table(
    "sku",
    metadata,
    ident(),
    text("code"),
    text("title"),
    text("spec", null=True),
    text("barcode", null=True),
    number("created_at"),
    UniqueConstraint("code"),
)

# What a product is made of: parts make it a bundle, gifts come along with it.
sku_part = Table(
    "sku_part",
    metadata,
    ident(),
    C("sku_id", Big, ForeignKey("sku.id"), nullable=False),
    C("part_id", Big, ForeignKey("sku.id"), nullable=False),
    number("quantity"),
    flag("gift"),
    flag("once"),  # once an order, however many pieces are bought
    UniqueConstraint("sku_id", "part_id", "gift"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
)
Index("ix_sku_part_part_id", sku_part.c.part_id)

channel_sku = Table(
    "channel_sku",
    metadata,
    ident(),
    C("account_id", Big, ForeignKey("account.id"), nullable=False),
    text("channel_code"),  # the platform's own SKU id, or the seller's code where it has none
    C("sku_id", Big, ForeignKey("sku.id"), nullable=False),
    UniqueConstraint("account_id", "channel_code"),
)

warehouse = Table(
    "warehouse",
    metadata,
    ident(),
    text("code"),
    text("title"),
    flag("closed"),
    number("created_at"),
    UniqueConstraint("code"),
)

stock = Table(
    "stock",
    metadata,
    ident(),
    C("warehouse_id", Big, ForeignKey("warehouse.id"), nullable=False),
    C("sku_id", Big, ForeignKey("sku.id"), nullable=False),
    number("on_hand", default=0),
    number("allocated", default=0),
    number("safety", default=0),
    number("changed_at"),
    UniqueConstraint("warehouse_id", "sku_id"),
    CheckConstraint("allocated >= 0", name="allocated_not_negative"),
    # Updated in place thousands of times: leave room on the page so indexes stay untouched.
    postgresql_with={"fillfactor": 70},
)

# on_hand == sum(delta) for each stock row, always.
stock_movement = Table(
    "stock_movement",
    metadata,
    ident(),
    C("stock_id", Big, ForeignKey("stock.id"), nullable=False),
    number("delta"),
    text("reason"),  # opening, count, receipt, shipped, adjustment
    text("reference", null=True),
    number("at"),
)
Index("ix_stock_movement_stock_id", stock_movement.c.stock_id)
