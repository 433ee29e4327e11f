"""The engine's own tables. Migrations in `alembic/` create them; a test holds the two together."""

from orderloom.store.tables.base import metadata
from orderloom.store.tables.blueprints import binding, blueprint, blueprint_version, parameter, plan
from orderloom.store.tables.connections import account, connection, lease, watch, worker
from orderloom.store.tables.contacts import alarm, contact, contact_way
from orderloom.store.tables.imports import file_import, import_failure
from orderloom.store.tables.intake import UNFETCHED, exception, inbox
from orderloom.store.tables.labels import label
from orderloom.store.tables.lists import outbound_entry, outbound_list
from orderloom.store.tables.live import live_table, live_table_version
from orderloom.store.tables.orders import (
    after_sale,
    customer,
    decision,
    fulfilment,
    fulfilment_line,
    order_flag,
    order_line,
    orders,
    parcel,
    timeline,
)
from orderloom.store.tables.outbound import confirmation, outbox
from orderloom.store.tables.people import (
    audit,
    hub_meta,
    id_counter,
    login_guard,
    user,
    web_session,
)
from orderloom.store.tables.schedules import rule_schedule
from orderloom.store.tables.stock import (
    channel_sku,
    sku,
    sku_part,
    stock,
    stock_movement,
    warehouse,
)
from orderloom.store.tables.thresholds import contribution, crossing, pool_member, shop_usual, total

__all__ = [
    "UNFETCHED",
    "account",
    "after_sale",
    "alarm",
    "audit",
    "binding",
    "blueprint",
    "blueprint_version",
    "channel_sku",
    "confirmation",
    "connection",
    "contact",
    "contact_way",
    "contribution",
    "crossing",
    "customer",
    "decision",
    "exception",
    "file_import",
    "fulfilment",
    "fulfilment_line",
    "hub_meta",
    "id_counter",
    "import_failure",
    "inbox",
    "label",
    "lease",
    "live_table",
    "live_table_version",
    "login_guard",
    "metadata",
    "order_flag",
    "order_line",
    "orders",
    "outbound_entry",
    "outbound_list",
    "outbox",
    "parameter",
    "parcel",
    "plan",
    "pool_member",
    "rule_schedule",
    "shop_usual",
    "sku",
    "sku_part",
    "stock",
    "stock_movement",
    "timeline",
    "total",
    "user",
    "warehouse",
    "watch",
    "web_session",
    "worker",
]
