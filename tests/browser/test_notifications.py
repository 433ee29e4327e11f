"""Somebody is added to the people to be told, gets a test message, and it shows as sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_person_is_added_and_a_test_message_arrives(home: Page) -> None:
    home.get_by_role("link", name="通知").click()
    expect(home.get_by_role("heading", name="陈主管")).to_be_visible()
    home.get_by_role("button", name="添加联系人").click()
    form = home.get_by_role("dialog")
    form.get_by_label("名字").fill("值班小赵")
    form.get_by_label("手机号").fill("13800000003")
    for severity in ("警告", "严重"):
        form.get_by_label(f"运营钉钉群 {severity}").check()
    form.get_by_label("设置免打扰时段").check()
    form.get_by_label("开始").fill("00:00")
    form.get_by_label("结束").fill("23:59")
    form.get_by_role("button", name="保存").click()
    expect(home.get_by_role("heading", name="值班小赵")).to_be_visible()
    expect(home.get_by_text("免打扰 00:00–23:59")).to_be_visible()
    home.get_by_role("button", name="给 值班小赵 发测试消息").click()
    told = home.get_by_role("listitem").filter(has_text="测试消息:值班小赵,你好")
    expect(told.first).to_contain_text("已发出")
