"""What the director's page says, in Chinese and English."""

from __future__ import annotations

from typing import Literal

Tongue = Literal["zh", "en"]
Words = dict[str, tuple[str, str]]

PAGE: Words = {
    "title": ("演示控制台", "Demo control"),
    "intro": (
        "这里是演示用的店铺、仓库和群。加单、改单、退款、制造故障,再到 Orderloom 里看它怎么应对。",
        "These are the demo's shops, warehouse and groups. Make orders, change and refund them, "
        "make trouble, then see in Orderloom what becomes of it.",
    ),
    "other": ("English", "中文"),
    "refresh": ("刷新", "Refresh"),
    "overview": ("概览", "Overview"),
    "who": ("平台", "Platform"),
    "has": ("数量", "Has"),
    "calls": ("被调用次数", "Times called"),
    "trouble": ("生效中的故障", "Trouble now"),
    "fine": ("一切正常", "All is well"),
    "orders": ("{n} 单", "{n} orders"),
    "deliveries": ("{n} 张发货单", "{n} deliveries"),
    "labels": ("{n} 张面单", "{n} labels"),
    "posts": ("{n} 条消息", "{n} posts"),
    "mails": ("{n} 封邮件", "{n} mails"),
    "make": ("加单", "Make orders"),
    "count": ("几单", "How many"),
    "state": ("状态", "State"),
    "act": ("改一单", "Change one"),
    "number": ("单号(留空为最新一单)", "Number (empty: the newest)"),
    "action": ("发生什么", "What happens"),
    "go": ("执行", "Do it"),
    "fault": ("制造故障", "Make trouble"),
    "kind": ("故障", "Trouble"),
    "times": ("几次", "How often"),
    "seconds": ("几秒", "Seconds"),
    "after": ("先生效,再出故障", "takes effect first"),
    "end": ("结束全部故障", "End all trouble"),
    "on": ("开启:{name}", "Begin: {name}"),
    "off": ("结束:{name}", "End: {name}"),
    "left": ("还有 {n} 次", "{n} more"),
    "done": ("已执行", "Done"),
    "no_order": (
        "没有这个单号,或它现在不能这样变化。",
        "No such number, or this cannot happen to it now.",
    ),
    "bad": ("填写的内容不合适,没有执行。", "That does not fit; nothing was done."),
}

NAMES: Words = {
    "taobao": ("淘宝/天猫", "Taobao / Tmall"),
    "jd": ("京东", "JD"),
    "pdd": ("拼多多", "Pinduoduo"),
    "douyin": ("抖店", "Douyin"),
    "rest": ("品牌小程序", "Mini-program"),
    "wxshop": ("微信小店", "WeChat shop"),
    "jushuitan": ("聚水潭仓库", "Jushuitan warehouse"),
    "wangdian": ("旺店通仓库", "Wangdian warehouse"),
    "qimen": ("仓库(奇门)", "Warehouse (Qimen)"),
    "cainiao": ("菜鸟电子面单", "Cainiao waybills"),
    "kuaidi100": ("快递100面单", "Kuaidi100 waybills"),
    "mail": ("邮件服务器", "Mail server"),
    "dingtalk": ("钉钉群", "DingTalk group"),
    "wecom": ("企业微信群", "WeCom group"),
    "feishu": ("飞书群", "Feishu group"),
}

STATES: Words = {
    "to_ship": ("待发货", "to be shipped"),
    "to_pay": ("待付款", "to be paid"),
    "forbidden": ("平台暂停发货", "held by the platform"),
    "shipped": ("已发货", "shipped"),
    "finished": ("已完成", "finished"),
    "closed": ("已关闭", "closed"),
}

ACTIONS: Words = {
    "cancel": ("取消订单", "is cancelled"),
    "refund": ("申请退款", "a refund is asked for"),
    "refund_done": ("退款成功", "the refund is paid"),
    "refund_withdrawn": ("撤销退款", "the refund is withdrawn"),
    "memo": ("改卖家备注", "the remark changes"),
    "move": ("改收货地址", "the address changes"),
    "pay": ("付款", "is paid"),
    "forbid": ("平台暂停发货", "the platform holds it"),
    "release": ("平台恢复发货", "the platform lets it go"),
    "touch": ("只变更新时间", "only its time changes"),
    "ship": ("发货", "is shipped"),
    "finish": ("确认收货", "has arrived"),
    "part": ("发出一件", "one piece leaves"),
    "refuse": ("仓库拒单", "the warehouse refuses it"),
    "picked_up": ("快递已揽收", "the courier has picked it up"),
}

FAULTS: Words = {
    "throttled": ("限流:调用太频繁", "throttled"),
    "busy": ("平台繁忙", "the platform is busy"),
    "refused": ("拒绝这一条", "refuses this one"),
    "server_error": ("服务器错误(502)", "server error (502)"),
    "garbage": ("乱码应答", "garbage"),
    "truncated": ("应答断在半路", "the answer breaks off"),
    "cut": ("内容只有一半", "half a document"),
    "dropped": ("连接断开", "the connection drops"),
    "timeout": ("一直不应答", "no answer"),
    "slow": ("应答很慢", "slow"),
    "duplicates": ("列表有重复", "rows come twice"),
}

SWITCHES: Words = {
    "expired": ("授权过期", "the authorisation has ended"),
    "secret_changed": (
        "平台上换了密钥:签名不被接受",
        "the secret was changed there: signatures are refused",
    ),
    "clock_ahead": ("平台时钟快 15 分钟", "its clock is 15 minutes ahead"),
    "mute": ("仓库不再回报(推送丢失)", "the warehouse tells nothing (lost pushes)"),
    "removed": ("机器人被移出群", "the robot is out of the group"),
    "no_numbers": ("面单号用完", "no waybill numbers left"),
}


def say(words: Words, key: str, tongue: Tongue, **values: object) -> str:
    """A text in one language; an unknown key as it is."""
    zh, en = words.get(key, (key, key))
    return (en if tongue == "en" else zh).format(**values)
