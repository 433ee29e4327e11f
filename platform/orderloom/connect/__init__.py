"""Everything a connector may use: it imports from here and from the standard library only."""

from orderloom.clock import Clock, ManualClock, SystemClock

from .amounts import fen, numbered, same_yuan, yuan_text
from .base import Connector, send_each
from .body import beijing_moment, lacking, lines_of, needed, says
from .columns import PROBLEM, Column, Header
from .content import digest, is_masked, masked_fields, redact
from .couriers import (
    COURIER_CODES,
    COURIERS,
    courier_codes,
    courier_named,
    for_courier,
    named_values,
    values_in,
)
from .delimited import delimited_rows
from .errors import AuthFailed, ConnectorError, Permanent, TryLater
from .guard import AddressGuard
from .http import HttpClient, Request, Response, Transport, bad_answer
from .joining import Mention, Post, cut, send_joined
from .jos import JOS_SETTINGS, JosConnector, is_yes, only_record
from .jos_export import JOS_COLUMNS
from .jsonstream import json_records
from .jsontext import Split, dump_json, parse_json, split_json
from .keyed import KeyedConnector, KeyedListing, KeyedWindow, keyed_settings
from .labels import (
    LABEL_SETTINGS,
    SENDER_SETTINGS,
    LabelConnector,
    Receiver,
    contents_of,
    label_refusal,
    receiver_of,
)
from .model import (
    Answer,
    Confirmation,
    ConfirmationPage,
    FileRecord,
    Limits,
    Message,
    Normal,
    Page,
    Parcel,
    Push,
    RawItem,
    Receipt,
    Ref,
    Renewed,
    Seller,
    Setting,
    StockCount,
    Text,
    cover,
)
from .pace import PACED, LocalPacer, Pace, Pacer, Unpaced
from .paging import Window, whole_second
from .records import Wrapping, instant, raw_order, version
from .registry import Listed, Registry
from .renewal import REFRESH_TOKEN, renewed
from .robots import KEYWORD, SIGNING_SECRET, RobotConnector, gateway_setting, hook_setting
from .rows import cell_name
from .settings import complete_settings, mask_settings
from .sheet import Sheet
from .shipments import Shipment, ShippingConnector
from .signing import (
    DOUDIAN_METHODS,
    TOP_METHODS,
    WANGDIAN_UNITS,
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
from .times import beijing_ms, beijing_text, is_unset
from .top import TOP_SETTINGS, TopConnector, top_failure
from .top_export import TOP_COLUMNS, TOP_ENVELOPE
from .transports import UrllibTransport, WsgiTransport
from .warehouses import WarehouseConnector, pieces
from .wechat import wechat_open, wechat_seal, wechat_sign
from .windowed import DETAILS, Listing, Source, WindowedConnector, whole_number, window_settings
from .workbook import OpenSheet, Workbook
from .xmltext import build_xml, child_text, parse_xml

__all__ = [
    "COURIERS",
    "COURIER_CODES",
    "DETAILS",
    "DOUDIAN_METHODS",
    "JOS_COLUMNS",
    "JOS_SETTINGS",
    "KEYWORD",
    "LABEL_SETTINGS",
    "PACED",
    "PROBLEM",
    "REFRESH_TOKEN",
    "SENDER_SETTINGS",
    "SIGNING_SECRET",
    "TOP_COLUMNS",
    "TOP_ENVELOPE",
    "TOP_METHODS",
    "TOP_SETTINGS",
    "WANGDIAN_UNITS",
    "AddressGuard",
    "Answer",
    "AuthFailed",
    "Clock",
    "Column",
    "Confirmation",
    "ConfirmationPage",
    "Connector",
    "ConnectorError",
    "FileRecord",
    "Header",
    "HttpClient",
    "JosConnector",
    "KeyedConnector",
    "KeyedListing",
    "KeyedWindow",
    "LabelConnector",
    "Limits",
    "Listed",
    "Listing",
    "LocalPacer",
    "ManualClock",
    "Mention",
    "Message",
    "Normal",
    "OpenSheet",
    "Pace",
    "Pacer",
    "Page",
    "Parcel",
    "Permanent",
    "Post",
    "Push",
    "RawItem",
    "Receipt",
    "Receiver",
    "Ref",
    "Registry",
    "Renewed",
    "Request",
    "Response",
    "RobotConnector",
    "Seller",
    "Setting",
    "Sheet",
    "Shipment",
    "ShippingConnector",
    "Source",
    "Split",
    "StockCount",
    "SystemClock",
    "Text",
    "TopConnector",
    "Transport",
    "TryLater",
    "Unpaced",
    "UrllibTransport",
    "WarehouseConnector",
    "Window",
    "WindowedConnector",
    "Workbook",
    "Wrapping",
    "WsgiTransport",
    "bad_answer",
    "beijing_moment",
    "beijing_ms",
    "beijing_text",
    "build_xml",
    "cell_name",
    "child_text",
    "complete_settings",
    "contents_of",
    "courier_codes",
    "courier_named",
    "cover",
    "cut",
    "delimited_rows",
    "digest",
    "dingtalk_sign",
    "doudian_event_sign",
    "doudian_sign",
    "dump_json",
    "feishu_sign",
    "fen",
    "for_courier",
    "gateway_setting",
    "hook_setting",
    "instant",
    "is_masked",
    "is_unset",
    "is_yes",
    "json_records",
    "jushuitan_sign",
    "keyed_settings",
    "label_refusal",
    "lacking",
    "lines_of",
    "mask_settings",
    "masked_fields",
    "md5_sign",
    "named_values",
    "needed",
    "numbered",
    "only_record",
    "parse_json",
    "parse_xml",
    "pieces",
    "raw_order",
    "receiver_of",
    "redact",
    "renewed",
    "same_signature",
    "same_yuan",
    "says",
    "send_each",
    "send_joined",
    "sorted_json",
    "split_json",
    "top_failure",
    "top_sign",
    "values_in",
    "version",
    "wangdian_sign",
    "wechat_open",
    "wechat_seal",
    "wechat_sign",
    "whole_number",
    "whole_second",
    "window_settings",
    "yuan_text",
]
