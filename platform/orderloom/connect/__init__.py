"""Everything a connector may use: it imports from here and from the standard library only."""

from orderloom.clock import Clock, ManualClock, SystemClock

from .base import Connector, send_each
from .columns import Column
from .content import digest, is_masked, masked_fields, redact
from .couriers import COURIER_CODES, COURIERS, courier_codes
from .errors import AuthFailed, ConnectorError, Permanent, TryLater
from .guard import AddressGuard
from .http import HttpClient, Request, Response, Transport, bad_answer
from .joining import Mention, Post, cut, send_joined
from .jsonstream import json_records
from .jsontext import Split, dump_json, parse_json, split_json
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
from .paging import Window, whole_second
from .registry import Listed, Registry
from .settings import complete_settings, mask_settings
from .sheet import Sheet
from .signing import TOP_METHODS, dingtalk_sign, feishu_sign, md5_sign, same_signature, top_sign
from .times import beijing_ms, beijing_text, is_unset
from .top import TOP_SETTINGS, TopConnector, top_failure
from .top_export import TOP_COLUMNS, TOP_ENVELOPE
from .transports import UrllibTransport, WsgiTransport
from .windowed import Listing, WindowedConnector, whole_number, window_settings
from .xmltext import build_xml, child_text, parse_xml

__all__ = [
    "COURIERS",
    "COURIER_CODES",
    "TOP_COLUMNS",
    "TOP_ENVELOPE",
    "TOP_METHODS",
    "TOP_SETTINGS",
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
    "HttpClient",
    "Limits",
    "Listed",
    "Listing",
    "ManualClock",
    "Mention",
    "Message",
    "Normal",
    "Page",
    "Parcel",
    "Permanent",
    "Post",
    "Push",
    "RawItem",
    "Receipt",
    "Ref",
    "Registry",
    "Renewed",
    "Request",
    "Response",
    "Seller",
    "Setting",
    "Sheet",
    "Split",
    "StockCount",
    "SystemClock",
    "Text",
    "TopConnector",
    "Transport",
    "TryLater",
    "UrllibTransport",
    "Window",
    "WindowedConnector",
    "WsgiTransport",
    "bad_answer",
    "beijing_ms",
    "beijing_text",
    "build_xml",
    "child_text",
    "complete_settings",
    "courier_codes",
    "cover",
    "cut",
    "digest",
    "dingtalk_sign",
    "dump_json",
    "feishu_sign",
    "is_masked",
    "is_unset",
    "json_records",
    "mask_settings",
    "masked_fields",
    "md5_sign",
    "parse_json",
    "parse_xml",
    "redact",
    "same_signature",
    "send_each",
    "send_joined",
    "split_json",
    "top_failure",
    "top_sign",
    "whole_number",
    "whole_second",
    "window_settings",
]
