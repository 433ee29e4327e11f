"""Files of JD's orders: the table sellers export from JD's back office."""

from __future__ import annotations

from .columns import Column

_STATES = {
    "等待出库": "WAIT_SELLER_STOCK_OUT",
    "等待发货": "WAIT_SELLER_DELIVERY",
    "等待确认收货": "WAIT_GOODS_RECEIVE_CONFIRM",
    "已出库": "WAIT_GOODS_RECEIVE_CONFIRM",
    "完成": "FINISHED_L",
    "已完成": "FINISHED_L",
    "已取消": "TRADE_CANCELED",
    "锁定": "LOCKED",
    "(锁定)等待出库": "LOCKED",
    "暂停": "POP_ORDER_PAUSE",
}

JOS_COLUMNS = (
    Column("orderId", ("订单号", "订单编号"), "key", required=True, example="312345678901"),
    Column("orderState", ("订单状态",), values=_STATES, required=True, example="等待出库"),
    Column("orderStartTime", ("下单时间",), "time", required=True, example="2026-10-09 08:57:00"),
    Column("paymentConfirmTime", ("付款确认时间",), "time", example="2026-10-09 08:58:40"),
    Column("orderEndTime", ("订单完成时间",), "time"),
    Column("payType", ("支付方式",)),
    Column("orderTotalPrice", ("订单金额",), example="69.00"),
    Column("orderSellerPrice", ("结算金额",)),
    Column("balanceUsed", ("余额支付",)),
    Column("orderPayment", ("应付金额",), required=True, example="69.00"),
    Column("freightPrice", ("运费金额",), example="0.00"),
    Column("pin", ("下单帐号", "下单账号"), example="示例买家"),
    Column("fullname", ("客户姓名",), example="李示例"),
    Column("fullAddress", ("客户地址",), example="浙江省杭州市余杭区仓前街道示例路1号"),
    Column("mobile", ("联系电话",), example="13800000000"),
    Column("orderRemark", ("订单备注",), example="请尽快发货"),
    Column("venderRemark", ("商家备注",)),
    Column("itemInfoList.skuId", ("skuId", "商品ID"), required=True, example="100012345678"),
    Column("itemInfoList.skuName", ("skuName", "商品名称"), example="纯棉T恤 黑 S"),
    Column("itemInfoList.itemTotal", ("itemTotal", "订购数量"), required=True, example="1"),
    Column("itemInfoList.jdPrice", ("jdPrice", "京东价"), example="69.00"),
    Column("itemInfoList.productNo", ("productNo", "货号")),
    Column("itemInfoList.outerSkuId", ("outerSkuId", "商家SKUID"), example="TEE-BLK-S"),
)
