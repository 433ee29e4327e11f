"""Signatures against the numbers the vendors published, and against worked examples."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote_plus

import pytest

from orderloom.connect import (
    dingtalk_sign,
    doudian_event_sign,
    doudian_sign,
    feishu_sign,
    jushuitan_sign,
    md5_sign,
    same_signature,
    sorted_json,
    top_sign,
    wangdian_sign,
)

VENDOR = {
    "app_key": "12345678",
    "fields": "num_iid,title,nick,price,num",
    "format": "json",
    "method": "taobao.item.seller.get",
    "num_iid": "11223344",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "v": "2.0",
}
WORKED = {
    "method": "taobao.trades.sold.increment.get",
    "app_key": "10000001",
    "session": "demo_session_token",
    "timestamp": "2026-10-03 09:30:00",
    "v": "2.0",
    "format": "json",
    "fields": "tid,status,modified",
    "start_modified": "2026-10-03 09:00:00",
    "end_modified": "2026-10-03 09:29:59",
    "page_no": "1",
    "page_size": "50",
    "use_has_next": "false",
}
QIMEN = {
    "method": "taobao.qimen.deliveryorder.create",
    "app_key": "10000001",
    "customerId": "c0000001",
    "format": "xml",
    "sign_method": "md5",
    "timestamp": "2026-10-03 09:30:00",
    "v": "2.0",
}
QIMEN_BODY = (
    b'<?xml version="1.0" encoding="utf-8"?><request><deliveryOrder>'
    b"<deliveryOrderCode>TLK-1001</deliveryOrderCode></deliveryOrder></request>"
)
JD_VENDOR = {
    "360buy_param_json": '{"end_date":null,"optional_fields":null,"order_state":'
    '"WAIT_SELLER_STOCK_OUT","page":"1","page_size":"200","start_date":null}',
    "access_token": "yourtoken",
    "app_key": "yourappkey",
    "method": "jingdong.pop.order.search",
    "timestamp": "2021-05-07 09:20:39.683+0800",
    "v": "2.0",
}
JD_WORKED = {
    "360buy_param_json": '{"start_date":"2026-10-03 09:00:00","end_date":"2026-10-03 09:30:00",'
    '"order_state":"WAIT_SELLER_STOCK_OUT","optional_fields":"orderId,orderState,modified",'
    '"page":"1","page_size":"50","sortType":"0","dateType":"0"}',
    "access_token": "demo_token",
    "app_key": "DEMOAPPKEY",
    "method": "jingdong.pop.order.search",
    "timestamp": "2026-10-03 09:30:00",
    "v": "2.0",
}
PDD_VENDOR = {
    "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
    "client_id": "1",
    "data_type": "XML",
    "order_status": "1",
    "page": "1",
    "page_size": "10",
    "timestamp": "1480411125",
    "type": "pdd.order.number.list.get",
}
PDD_WORKED = {
    "access_token": "demo_token",
    "client_id": "demo_client",
    "data_type": "JSON",
    "end_updated_at": "1790990800",
    "is_lucky_flag": "0",
    "order_status": "5",
    "page": "1",
    "page_size": "50",
    "refund_status": "5",
    "start_updated_at": "1790989200",
    "timestamp": "1790991000",
    "type": "pdd.order.number.list.increment.get",
    "use_has_next": "false",
    "version": "V1",
}
SECRET = "tlk_demo_secret_01"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "66987CB115214E59E6EC978214934FB8"),
        ("hmac", "D56D7858309C31B6251083A874D48273"),
    ],
)
def test_vendor_vector(method: str, expected: str) -> None:
    assert top_sign({**VENDOR, "sign_method": method}, "helloworld", method) == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "C36A40B8DCA58A095BFD6C510E8EB46E"),
        ("hmac", "37AE05BA4BF2E36FD0FFC4BCF54FD156"),
        ("hmac-sha256", "DB585E247B0BA05AC57A36B9571EFC3E321D154700883CF55390D676F986EEB0"),
    ],
)
def test_worked_example(method: str, expected: str) -> None:
    assert top_sign({**WORKED, "sign_method": method}, SECRET, method) == expected


def test_qimen_signs_the_body_too() -> None:
    assert top_sign(QIMEN, SECRET, "md5", QIMEN_BODY) == "8AA9E4F2D4923CEEB1378F2BC636799F"
    assert top_sign(QIMEN, SECRET, "md5", QIMEN_BODY + b" ") != top_sign(
        QIMEN, SECRET, "md5", QIMEN_BODY
    )


def test_empty_values_and_the_signature_itself_do_not_count() -> None:
    plain = top_sign(WORKED, SECRET)
    assert top_sign({**WORKED, "partner_id": "", "": "x", "sign": "ABC"}, SECRET) == plain
    assert top_sign({**WORKED, "partner_id": "p"}, SECRET) != plain


def test_jd_vendor_vector_and_worked_example() -> None:
    assert md5_sign(JD_VENDOR, "yourappSecret") == "D70825340F4084360B9362B60DFD7930"
    assert md5_sign({"b": "2", "a": "1"}, "secret") == "EF16F26C937CF52AE6F85DF2FD08B24A"
    assert md5_sign(JD_WORKED, SECRET) == "6C331C1C2746B9B3BCEB6607EC94C61E"
    assert md5_sign({**JD_WORKED, "sign": "X"}, SECRET) == md5_sign(JD_WORKED, SECRET)
    assert md5_sign({**JD_WORKED, "format": ""}, SECRET) != md5_sign(JD_WORKED, SECRET)


def test_pinduoduo_vendor_vector_and_worked_example() -> None:
    assert md5_sign(PDD_VENDOR, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"
    assert md5_sign(PDD_WORKED, SECRET) == "08BA474084ED7740F9B08B54826E00E4"


DOUDIAN_PUBLIC = {
    "app_key": "1234567890123456789",
    "method": "order.searchList",
    "param_json": '{"a":[3,{"a":1,"b":2}],"nested":{"a":true,"汉":"<&"},"z":1}',
    "timestamp": "1667899926",
    "v": "2",
}
DOUDIAN_WORKED = {
    "app_key": "7000000000000000001",
    "method": "order.searchList",
    "param_json": '{"order_asc":true,"order_by":"update_time","page":0,"size":50,'
    '"update_time_end":1790990800,"update_time_start":1790989200}',
    "timestamp": "1790991000",
    "v": "2",
}


def test_douyins_public_vector_and_worked_example() -> None:
    assert doudian_sign(DOUDIAN_PUBLIC, "contract-app-secret", "hmac-sha256") == (
        "cfb0c61c20926f758e13f4bd3d59a0de0e22f3c6059f1045cae36e6cea2bd417"
    )
    assert doudian_sign(DOUDIAN_WORKED, SECRET, "hmac-sha256") == (
        "7becc1c31fd3d16b16f3badfa45c6f42519214e308acaa9287a67daef98105cd"
    )
    assert doudian_sign(DOUDIAN_WORKED, SECRET, "md5") == "58632160c3373f448944225b9d716d5e"


def test_douyins_parameters_are_signed_in_the_form_they_are_sent() -> None:
    sent = {"z": 1.0, "a": [3, {"b": 2, "a": 1}], "nested": {"汉": "<&", "a": True}}
    assert sorted_json(sent) == DOUDIAN_PUBLIC["param_json"]
    assert sorted_json({"half": 0.5}) == '{"half":0.5}'


def test_douyins_messages_are_signed_over_key_body_and_secret() -> None:
    body = b'[{"tag":"0"}]'
    assert doudian_event_sign("k", body, "s", "md5") == (
        hashlib.md5(b'k[{"tag":"0"}]s', usedforsecurity=False).hexdigest()
    )
    assert doudian_event_sign("k", body, "s", "hmac-sha256") == (
        hmac.new(b"s", b'k[{"tag":"0"}]s', "sha256").hexdigest()
    )
    with pytest.raises(ValueError, match="sha1"):
        doudian_event_sign("k", body, "s", "sha1")


def test_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="sha1"):
        top_sign(WORKED, SECRET, "sha1")


def test_comparison() -> None:
    assert same_signature("AB", "AB")
    assert not same_signature("AB", "AC")
    assert not same_signature("签", "AB")


def test_worked_examples_of_the_robots() -> None:
    dingtalk = dingtalk_sign(1_790_991_000_000, "SECdemo")
    assert quote_plus(dingtalk) == "GAzwod7nO%2BMWe%2BEE%2FQTvSajU%2FCjgojslPdlmXeb9MC4%3D"
    assert feishu_sign(1_790_991_000, "demo") == "RFAdDcwQ3ucVCLzvQCZMno+Sh3oEZ9eYYPhCyW72R7s="


def test_jushuitan_by_a_worked_example() -> None:
    params = {
        "app_key": "demokey",
        "access_token": "demotoken",
        "timestamp": "1790991000",
        "charset": "utf-8",
        "version": "2",
        "biz": '{"wms_co_id":0,"page_index":1,"page_size":100,"sku_ids":"SKU-1,SKU-2"}',
    }
    signed = jushuitan_sign({**params, "sign": "not this", "empty": ""}, "tlk_demo_secret_01")
    assert signed == "221aea86e5d4f36cf78b559c8b4da00e"


def test_wangdian_by_the_vendor_s_vector_and_worked_examples() -> None:
    vendor = {
        "appkey": "test2-xx",
        "page_no": "0",
        "end_time": "2016-08-01 13:00:00",
        "start_time": "2016-08-01 12:00:00",
        "page_size": "40",
        "sid": "test2",
        "timestamp": "1470042310",
    }
    assert wangdian_sign(vendor, "12345", "chars") == "ad4e6fe037ea6e3ba4768317be9d1309"
    known = {"sid": "demo2", "appkey": "demo2-gw", "timestamp": "1790991000"}
    worked = {**known, "shop_no": "S01", "limit": "100", "remark": "你好"}
    signed = [wangdian_sign(worked, "tlk_demo_secret_01", unit) for unit in ("chars", "bytes")]
    assert signed == ["56b9f2bae021d317ceec1ca5eccb63e0", "ea1baafd2138fe7982575c1c29973216"]
