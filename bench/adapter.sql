-- The hub's tables in the hand-written script's words, so that both are checked by one query.
CREATE SCHEMA w1;

CREATE VIEW w1.orders AS
SELECT
    o.id,
    o.external_no AS order_no,
    c.d ->> 'customer_ref' AS buyer,
    c.d ->> 'receiver_name' AS receiver_name,
    c.d ->> 'province' AS province,
    c.d ->> 'city' AS city,
    c.d ->> 'district' AS district,
    c.d ->> 'address' AS address,
    c.d ->> 'phone' AS phone,
    o.total AS total_cents,
    o.freight AS freight_cents,
    c.d ->> 'seller_note' AS status,
    to_timestamp(o.placed_at / 1000) AS created_at,
    to_timestamp(o.paid_at / 1000) AS paid_at,
    c.d ->> 'buyer_note' AS memo,
    o.item_count,
    replace(r.outcome #>> '{matched,routing,0}', 'rule-', '')::int AS rule_no,
    w.code AS warehouse,
    CASE o.fulfil_state WHEN 'waiting' THEN 'reserved' ELSE o.fulfil_state END AS state
FROM public.orders o
-- OFFSET 0: each document is parsed once, not once a column.
CROSS JOIN LATERAL (SELECT o.canonical::jsonb AS d OFFSET 0) c
LEFT JOIN LATERAL (
    SELECT d.outcome::jsonb AS outcome FROM public.decision d
    WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1
) r ON true
LEFT JOIN public.warehouse w ON w.id = o.warehouse_id;

CREATE VIEW w1.order_items AS
SELECT order_id, line_no, sku_code AS sku, title, quantity AS qty, price AS price_cents
FROM public.order_line;

CREATE VIEW w1.stock AS
SELECT w.code AS warehouse, s.code AS sku, t.on_hand - t.allocated AS qty
FROM public.stock t
JOIN public.warehouse w ON w.id = t.warehouse_id
JOIN public.sku s ON s.id = t.sku_id;
