"""The hub's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE hub_id START 1000 INCREMENT 1000")
    op.create_table(
        "audit",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "blueprint",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("draft_revision", BIG, server_default="1", nullable=False),
        sa.Column("live_version", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint")),
        sa.UniqueConstraint("key", name=op.f("uq_blueprint_key")),
    )
    op.create_table(
        "connection",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="ok", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
    )
    op.create_table(
        "customer",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("first_order_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint(
            "platform", "external_id", name=op.f("uq_customer_platform_external_id")
        ),
    )
    op.create_table(
        "exception",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("inbox_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("outbox_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("resolved_at", BIG, nullable=True),
        sa.Column("resolved_by", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception")),
        sa.UniqueConstraint("subject", name=op.f("uq_exception_subject")),
    )
    op.create_index("ix_exception_order_id", "exception", ["order_id"], unique=False)
    op.create_index("ix_exception_state_id", "exception", ["state", "id"], unique=False)
    op.create_table(
        "hub_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_hub_meta_key")),
    )
    op.create_table("id_counter", sa.Column("next_id", BIG, nullable=False))
    op.create_table(
        "lease",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", BIG, nullable=False),
        sa.Column("shard", BIG, server_default="0", nullable=False),
        sa.Column("token", BIG, server_default="0", nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", BIG, server_default="0", nullable=False),
        sa.Column("served_at", BIG, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("kind", "ref_id", "shard", name=op.f("uq_lease_kind_ref_id_shard")),
    )
    op.create_table(
        "plan",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.UniqueConstraint("hash", name=op.f("uq_plan_hash")),
    )
    op.create_table(
        "sku",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=True),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("code", name=op.f("uq_sku_code")),
    )
    op.create_table(
        "user",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), server_default="zh-CN", nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failures", BIG, server_default="0", nullable=False),
        sa.Column("locked_until", BIG, server_default="0", nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    op.create_table(
        "warehouse",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_code")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pid", BIG, nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=True),
        sa.Column("started_at", BIG, nullable=False),
        sa.Column("seen_at", BIG, nullable=False),
        sa.UniqueConstraint("name", name=op.f("uq_worker_name")),
    )
    op.create_index("ix_worker_seen_at", "worker", ["seen_at"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("connection_id", BIG, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("poll_seconds", BIG, server_default="900", nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("next_pull_at", BIG, server_default="0", nullable=False),
        sa.Column("pulled_at", BIG, nullable=True),
        sa.Column("failures", BIG, server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_account_connection_id_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("platform", "seller_id", name=op.f("uq_account_platform_seller_id")),
    )
    op.create_table(
        "binding",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_binding_blueprint_id_blueprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
        sa.UniqueConstraint("blueprint_id", "role", name=op.f("uq_binding_blueprint_id_role")),
    )
    op.create_table(
        "blueprint_version",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", BIG, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprint.id"],
            name=op.f("fk_blueprint_version_blueprint_id_blueprint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_version")),
        sa.UniqueConstraint(
            "blueprint_id", "version", name=op.f("uq_blueprint_version_blueprint_id_version")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("connection_id", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("version", BIG, server_default="1", nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("not_before", BIG, nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("doubtful", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("sent_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_outbox_connection_id_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "connection_id",
            "subject",
            "effect",
            "version",
            name=op.f("uq_outbox_connection_id_subject_effect_version"),
        ),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["connection_id", "not_before", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index("ix_outbox_order_id", "outbox", ["order_id"], unique=False)
    op.create_table(
        "parameter",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name=op.f("fk_parameter_blueprint_id_blueprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
        sa.UniqueConstraint("blueprint_id", "key", name=op.f("uq_parameter_blueprint_id_key")),
    )
    op.create_table(
        "stock",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("warehouse_id", BIG, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("on_hand", BIG, server_default="0", nullable=False),
        sa.Column("allocated", BIG, server_default="0", nullable=False),
        sa.Column("safety", BIG, server_default="0", nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.CheckConstraint("allocated >= 0", name=op.f("ck_stock_allocated_not_negative")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_sku_id_sku")),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_stock_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock")),
        sa.UniqueConstraint("warehouse_id", "sku_id", name=op.f("uq_stock_warehouse_id_sku_id")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("seen_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_web_session_user_id_user")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    op.create_table(
        "channel_sku",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("channel_code", sa.Text(), nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_channel_sku_account_id_account")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_channel_sku_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_sku")),
        sa.UniqueConstraint(
            "account_id", "channel_code", name=op.f("uq_channel_sku_account_id_channel_code")
        ),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("shard", BIG, nullable=False),
        sa.Column("external_no", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("modified_at", BIG, nullable=True),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("not_before", BIG, server_default="0", nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("plan_hash", sa.Text(), nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_inbox_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "account_id",
            "external_no",
            "digest",
            name=op.f("uq_inbox_account_id_external_no_digest"),
        ),
    )
    op.create_index("ix_inbox_order_id", "inbox", ["order_id"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["account_id", "shard", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "orders",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_no", sa.Text(), nullable=False),
        sa.Column("parent_no", sa.Text(), nullable=True),
        sa.Column("version_modified", BIG, server_default="0", nullable=False),
        sa.Column("version_seq", BIG, server_default="0", nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payment_state", sa.Text(), nullable=False),
        sa.Column("hold_state", sa.Text(), server_default="none", nullable=False),
        sa.Column("fulfil_state", sa.Text(), server_default="none", nullable=False),
        sa.Column("after_sale_state", sa.Text(), server_default="none", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("paid", BIG, nullable=False),
        sa.Column("freight", BIG, nullable=False),
        sa.Column("discount", BIG, nullable=False),
        sa.Column("item_count", BIG, nullable=False),
        sa.Column("placed_at", BIG, nullable=False),
        sa.Column("paid_at", BIG, nullable=True),
        sa.Column("modified_at", BIG, nullable=True),
        sa.Column("ship_by", BIG, nullable=True),
        sa.Column("customer_ref", sa.Text(), nullable=True),
        sa.Column("receiver_name", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("receiver_key", sa.Text(), nullable=True),
        sa.Column("warehouse_id", BIG, nullable=True),
        sa.Column("courier", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=True),
        sa.Column("revision", BIG, server_default="1", nullable=False),
        sa.Column("touched_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("updated_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_orders_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "account_id", "external_no", name=op.f("uq_orders_account_id_external_no")
        ),
    )
    op.create_index(
        "ix_orders_customer", "orders", ["platform", "customer_ref", "placed_at"], unique=False
    )
    op.create_index("ix_orders_placed_at", "orders", ["placed_at", "id"], unique=False)
    op.create_index(
        "ix_orders_state_placed_at", "orders", ["state", "placed_at", "id"], unique=False
    )
    op.create_index("ix_orders_updated_at", "orders", ["updated_at", "id"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("stock_id", BIG, nullable=False),
        sa.Column("delta", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["stock.id"], name=op.f("fk_stock_movement_stock_id_stock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_stock_id", "stock_movement", ["stock_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("inbox_id", BIG, nullable=True),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_decision_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_order_id", "decision", ["order_id"], unique=False)
    op.create_table(
        "fulfilment",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("warehouse_id", BIG, nullable=False),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("courier", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("hand_over_at", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("updated_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_fulfilment_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_fulfilment_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment")),
        sa.UniqueConstraint("no", name=op.f("uq_fulfilment_no")),
        sa.UniqueConstraint("order_id", "version", name=op.f("uq_fulfilment_order_id_version")),
    )
    op.create_table(
        "order_flag",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", BIG, nullable=False),
        sa.Column("released_at", BIG, nullable=True),
        sa.Column("released_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_flag_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_flag")),
        sa.UniqueConstraint(
            "order_id", "kind", "code", name=op.f("uq_order_flag_order_id_kind_code")
        ),
    )
    op.create_table(
        "order_line",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_no", BIG, nullable=False),
        sa.Column("external_line_no", sa.Text(), nullable=False),
        sa.Column("channel_item_id", sa.Text(), nullable=True),
        sa.Column("channel_sku_id", sa.Text(), nullable=True),
        sa.Column("sku_code", sa.Text(), nullable=True),
        sa.Column("sku_id", BIG, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.Column("paid_share", BIG, nullable=False),
        sa.Column("refund_state", sa.Text(), nullable=False),
        sa.Column("gift", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint(
            "order_id", "external_line_no", name=op.f("uq_order_line_order_id_external_line_no")
        ),
    )
    op.create_table(
        "timeline",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_timeline_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
    )
    op.create_index("ix_timeline_order_id", "timeline", ["order_id", "id"], unique=False)
    op.create_table(
        "after_sale",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_after_sale_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_after_sale_order_line_id_order_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_after_sale_order_line_id")),
    )
    op.create_table(
        "fulfilment_line",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("fulfilment_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("stock_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"],
            ["fulfilment.id"],
            name=op.f("fk_fulfilment_line_fulfilment_id_fulfilment"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
            name=op.f("fk_fulfilment_line_order_line_id_order_line"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["stock.id"], name=op.f("fk_fulfilment_line_stock_id_stock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment_line")),
        sa.UniqueConstraint(
            "fulfilment_id",
            "order_line_id",
            "stock_id",
            name=op.f("uq_fulfilment_line_fulfilment_id_order_line_id_stock_id"),
        ),
    )
    op.create_index(
        "ix_fulfilment_line_stock_id", "fulfilment_line", ["stock_id", "state"], unique=False
    )
    op.create_table(
        "parcel",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("fulfilment_id", BIG, nullable=False),
        sa.Column("courier", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.Text(), nullable=False),
        sa.Column("shipped_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilment.id"], name=op.f("fk_parcel_fulfilment_id_fulfilment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint(
            "fulfilment_id", "tracking_no", name=op.f("uq_parcel_fulfilment_id_tracking_no")
        ),
    )
    op.execute("INSERT INTO id_counter (next_id) VALUES (1000)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE hub_id")
    op.drop_table("parcel")
    op.drop_table("fulfilment_line")
    op.drop_table("after_sale")
    op.drop_table("timeline")
    op.drop_table("order_line")
    op.drop_table("order_flag")
    op.drop_table("fulfilment")
    op.drop_table("decision")
    op.drop_table("stock_movement")
    op.drop_table("orders")
    op.drop_table("inbox")
    op.drop_table("channel_sku")
    op.drop_table("web_session")
    op.drop_table("stock")
    op.drop_table("parameter")
    op.drop_table("outbox")
    op.drop_table("blueprint_version")
    op.drop_table("binding")
    op.drop_table("account")
    op.drop_table("worker")
    op.drop_table("warehouse")
    op.drop_table("user")
    op.drop_table("sku")
    op.drop_table("plan")
    op.drop_table("lease")
    op.drop_table("id_counter")
    op.drop_table("hub_meta")
    op.drop_table("exception")
    op.drop_table("customer")
    op.drop_table("connection")
    op.drop_table("blueprint")
    op.drop_table("audit")
