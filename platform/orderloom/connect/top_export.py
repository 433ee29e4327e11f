"""Files of the Taobao Open Platform's orders: answers as recorded, and the seller's own export."""

from __future__ import annotations

from .columns import Column, ColumnKind

TOP_ENVELOPE = ("*_response", "trades", "trade", "total_results", "has_next", "request_id")

_STATUS = {
    "等待买家付款": "WAIT_BUYER_PAY",
    "待付款": "WAIT_BUYER_PAY",
    "买家已付款,等待卖家发货": "WAIT_SELLER_SEND_GOODS",
    "待发货": "WAIT_SELLER_SEND_GOODS",
    "卖家部分发货": "SELLER_CONSIGNED_PART",
    "部分发货": "SELLER_CONSIGNED_PART",
    "卖家已发货,等待买家确认": "WAIT_BUYER_CONFIRM_GOODS",
    "已发货": "WAIT_BUYER_CONFIRM_GOODS",
    "买家已签收": "TRADE_BUYER_SIGNED",
    "交易成功": "TRADE_FINISHED",
    "付款以后用户退款成功,交易自动关闭": "TRADE_CLOSED",
    "付款以前,卖家或买家主动关闭交易": "TRADE_CLOSED_BY_TAOBAO",
    "已付款但禁止发货": "PAID_FORBID_CONSIGN",
}
_REFUND = {
    "没有申请退款": "NO_REFUND",
    "无退款": "NO_REFUND",
    "买家已经申请退款,等待卖家同意": "WAIT_SELLER_AGREE",
    "卖家已经同意退款,等待买家退货": "WAIT_BUYER_RETURN_GOODS",
    "买家已经退货,等待卖家确认收货": "WAIT_SELLER_CONFIRM_GOODS",
    "卖家拒绝退款": "SELLER_REFUSE_BUYER",
    "退款关闭": "CLOSED",
    "退款成功": "SUCCESS",
}


_EXAMPLES = {
    "tid": "2034455667788990011",
    "status": "买家已付款,等待卖家发货",
    "created": "2026-10-09 08:57:00",
    "pay_time": "2026-10-09 08:58:40",
    "payment": "69.00",
    "received_payment": "69.00",
    "buyer_nick": "示例买家",
    "buyer_message": "请尽快发货",
    "receiver_name": "李示例",
    "receiver_mobile": "13800000000",
    "receiver_state": "浙江省",
    "receiver_city": "杭州市",
    "receiver_district": "余杭区",
    "receiver_address": "仓前街道示例路1号",
    "orders.oid": "2034455667788990012",
    "orders.outer_sku_id": "TEE-BLK-S",
    "orders.title": "纯棉T恤",
    "orders.sku_properties_name": "颜色:黑;尺码:S",
    "orders.num": "1",
    "orders.price": "69.00",
}


def _column(
    path: str, titles: str = "", kind: ColumnKind = "text", *, required: bool = False
) -> Column:
    values = {"status": _STATUS, "orders.refund_status": _REFUND}.get(path, {})
    return Column(path, tuple(titles.split()), kind, values, required, _EXAMPLES.get(path, ""))


# What the export calls the money: what the order comes to is 总金额 (goods and freight), what has
# been paid of it 买家实际支付金额, which is zero until then.
TOP_COLUMNS = (
    _column("tid", "订单编号 主订单编号 订单号", "key", required=True),
    _column("status", "订单状态", required=True),
    _column("created", "订单创建时间 下单时间 创建时间", "time", required=True),
    _column("pay_time", "订单付款时间 付款时间", "time"),
    _column("modified", "修改时间", "time"),
    _column("consign_time", "发货时间", "time"),
    _column("end_time", "交易结束时间 确认收货时间", "time"),
    _column("payment", "总金额 买家实际支付金额 实付金额", required=True),
    _column("received_payment", "买家实际支付金额 实付金额"),
    _column("total_fee", "买家应付货款"),
    _column("post_fee", "买家应付邮费 邮费"),
    _column("discount_fee", "优惠金额"),
    _column("buyer_nick", "买家会员名 买家昵称"),
    _column("buyer_open_uid"),
    _column("buyer_message", "买家留言"),
    _column("seller_memo", "订单备注 卖家备注"),
    _column("receiver_name", "收货人姓名 收货人"),
    _column("receiver_mobile", "联系手机 手机"),
    _column("receiver_phone", "联系电话 电话"),
    _column("receiver_state", "省份 省"),
    _column("receiver_city", "城市 市"),
    _column("receiver_district", "区县 区"),
    _column("receiver_town", "街道 镇"),
    _column("receiver_address", "详细地址"),
    _column("receiver_state receiver_city receiver_district receiver_address", "收货地址", "place"),
    _column("oaid"),
    _column("title", "店铺名称"),
    _column("orders.oid", "oid 子订单编号", "line_key"),
    _column("orders.num_iid", "num_iid 商品ID 宝贝ID"),
    _column("orders.sku_id", "sku_id"),
    _column("orders.outer_sku_id", "outer_sku_id 商家编码 外部系统编号"),
    _column("orders.outer_iid", "outer_iid"),
    _column("orders.title", "宝贝标题 商品标题 标题"),
    _column("orders.sku_properties_name", "sku_properties_name 商品属性 销售属性"),
    _column("orders.num", "num 数量 购买数量 宝贝总数量", required=True),
    _column("orders.price", "price 单价 价格"),
    _column("orders.divide_order_fee", "divide_order_fee 分摊后实付 子单实付"),
    _column("orders.refund_status", "refund_status 退款状态"),
)
