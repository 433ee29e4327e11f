"""What Doudian's open platform refuses, in its own numbers and words."""

from __future__ import annotations

from .douyin_orders import CANCELLED, FINISHED, REVIEWED, SHIPPED, TO_PAY
from .gateway import Refused
from .shop import Record

_COURIERS = (
    "shunfeng yuantong zhongtong shentong yunda ems youzhengguonei jd debangkuaidi jtexpress"
)
_SHORTEST_NUMBER = 5
_MOST_ROWS = 10_000
_UNSHIPPABLE = {
    SHIPPED: ("60110", "订单已发货,不允许再次执行发货。"),
    FINISHED: ("60113", "订单已完结,禁止发货。"),
    CANCELLED: ("60021", "订单已取消,禁止发货。"),
    REVIEWED: ("60109", "订单正在风控审核中,请等待订单变为“备货中”状态后重试。"),
    TO_PAY: ("60137", "订单未支付,禁止发货。"),
}


class DoudianError(Refused):
    """What the platform answers instead of data."""

    def __init__(self, code: int, msg: str, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(code)
        self.answer = {"code": code, "msg": msg, "sub_code": sub_code, "sub_msg": sub_msg or msg}


def invalid(number: str, words: str) -> DoudianError:
    return DoudianError(40004, "非法的参数", f"isv.parameter-invalid:{number}", words)


def failed(number: str, words: str) -> DoudianError:
    return DoudianError(50002, "业务处理失败", f"isv.business-failed:{number}", words)


def throttled() -> DoudianError:
    return DoudianError(60000, "流量限制", "isp.traffic-limited", "请求过于频繁")


def paging(asked: Record) -> tuple[int, int]:
    page, size = asked.get("page", 0), asked["size"]
    if not isinstance(page, int) or page < 0:
        raise invalid("10035", "查询订单列表页数不能小于0")
    if not isinstance(size, int) or not 1 <= size <= 100:
        raise invalid("20008", "单次查询订单数超过限制")
    if (page + 1) * size > _MOST_ROWS:
        raise invalid("20013", "订单查询最多支持查询1万")
    return page, size


def check_shipping(order: Record, parcel: Record, lines: list[Record]) -> None:
    """Raises what the platform says of a parcel it does not accept."""
    number = str(parcel["logistics_code"])
    if parcel["company_code"] not in _COURIERS.split():
        raise failed("60018", "暂不支持该物流公司或物流商已失效,请检查。")
    if len(number) < _SHORTEST_NUMBER or not number.isalnum():
        raise failed("60017", "物流单号不符合规则。")
    states = {order["order_status"], *(line["order_status"] for line in lines)}
    for state, (code, words) in _UNSHIPPABLE.items():
        if state in states:
            raise failed(code, words)
    if any(line["after_sale_info"]["after_sale_status"] in (6, 7, 11) for line in lines):
        raise failed("60040", "发货订单中有退款申请需要处理,请先处理。")
