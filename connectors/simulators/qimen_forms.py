"""A delivery order of the simulated WMS: as it is kept, and as it is told."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from orderloom.connect import child_text


def kept(order: Element, lines: list[Element], number: str) -> dict[str, Any]:
    """What `deliveryorder.create` brought, as `number`."""
    return {
        "code": child_text(order, "deliveryOrderCode"),
        "id": number,
        "status": "ACCEPT",
        "warehouse": child_text(order, "warehouseCode"),
        "courier": child_text(order, "logisticsCode"),
        "tracking_no": child_text(order, "expressCode"),
        "source_order": child_text(lines[0], "sourceOrderCode"),
        "lines": [[child_text(x, "itemCode"), int(child_text(x, "planQty"))] for x in lines],
    }


def progress(order: dict[str, Any]) -> dict[str, Any]:
    """All that is known of a delivery order, as `deliveryorder.confirm` and `.query` tell it."""
    head = {
        "deliveryOrderCode": order["code"],
        "deliveryOrderId": order["id"],
        "warehouseCode": order["warehouse"],
        "orderType": "JYCK",
        "status": order["status"],
        "outBizCode": f"{order['id']}-{order.get('news', 0)}",
        "confirmType": "1" if order["status"] == "PARTDELIVERED" else "0",
        "orderConfirmTime": order.get("at"),
        "remark": "库内缺货" if order["status"] == "REJECT" else None,
    }
    packages = [
        {
            "logisticsCode": parcel["courier"],
            "expressCode": parcel["number"],
            "items": {"item": [{"itemCode": i, "quantity": n} for i, n in parcel["items"]]},
        }
        for parcel in order.get("parcels", [])
    ]
    lines = [{"itemCode": item, "planQty": pieces} for item, pieces in order["lines"]]
    return {
        "deliveryOrder": head,
        "packages": {"package": packages},
        "orderLines": {"orderLine": lines},
    }
