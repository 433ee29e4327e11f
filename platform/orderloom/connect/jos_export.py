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
    Column("orderId", ("订单号", "订单编号"), "key", required=True),
    Column("orderState", ("订单状态",), values=_STATES, required=True),
    Column("orderStartTime", ("下单时间",), "time", required=True),
    Column("paymentConfirmTime", ("付款确认时间",), "time"),
    Column("orderEndTime", ("订单完成时间",), "time"),
    Column("payType", ("支付方式",)),
    Column("orderTotalPrice", ("订单金额",)),
    Column("orderSellerPrice", ("结算金额",)),
    Column("balanceUsed", ("余额支付",)),
    Column("orderPayment", ("应付金额",), required=True),
    Column("freightPrice", ("运费金额",)),
    Column("pin", ("下单帐号", "下单账号")),
    Column("fullname", ("客户姓名",)),
    Column("fullAddress", ("客户地址",)),
    Column("mobile", ("联系电话",)),
    Column("orderRemark", ("订单备注",)),
    Column("venderRemark", ("商家备注",)),
    Column("itemInfoList.skuId", ("skuId", "商品ID"), required=True),
    Column("itemInfoList.skuName", ("skuName", "商品名称")),
    Column("itemInfoList.itemTotal", ("itemTotal", "订购数量"), required=True),
    Column("itemInfoList.jdPrice", ("jdPrice", "京东价")),
    Column("itemInfoList.productNo", ("productNo", "货号")),
    Column("itemInfoList.outerSkuId", ("outerSkuId", "商家SKUID")),
)
