"""A connection is added at the screen: its trial fails, is put right, and the test arrives."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from connectors.simulators.robots import DingTalkSimulator
from tests.browser.conftest import Demo
from tests.support.axe import broken

pytestmark = pytest.mark.browser


def test_a_trial_fails_in_words_then_the_connection_is_kept(running: Demo, home: Page) -> None:
    form = DingTalkSimulator.demo_settings(f"{running.simulators}/dingtalk")
    home.get_by_role("link", name="连接").click()
    expect(home.locator("[data-connection]").first).to_contain_text("正常")
    home.get_by_role("button", name="添加连接").click()
    dialog = home.get_by_role("dialog")
    dialog.locator("[data-connector=dingtalk]").click()
    dialog.get_by_label("名字").fill("夜班钉钉群")
    dialog.locator("[data-setting=access_token]").fill(form["access_token"])
    dialog.locator("[data-setting=secret]").fill("not-the-secret")
    dialog.get_by_role("button", name="测试").click()
    expect(dialog.get_by_role("status")).to_contain_text("签名")
    assert broken(home) == []
    dialog.locator("[data-setting=secret]").fill(form["secret"])
    dialog.get_by_role("button", name="测试").click()
    expect(dialog.get_by_role("status")).to_contain_text("测试通过")
    dialog.get_by_role("button", name="保存").click()
    mine = home.locator("[data-connection]", has_text="夜班钉钉群")
    expect(mine).to_contain_text("正常")

    home.get_by_role("button", name="修改 夜班钉钉群").click()
    secret = dialog.locator("[data-setting=secret]")
    expect(secret).to_have_attribute("placeholder", re.compile("已设置"))
    expect(secret).to_have_value("")
    dialog.get_by_role("button", name="取消").click()
    home.get_by_role("button", name="移除 夜班钉钉群").click()
    home.get_by_role("button", name="确定移除").click()
    expect(mine).to_have_count(0)
