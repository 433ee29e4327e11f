"""Files are UTF-8 or GB18030, found out strictly; anything else is refused in words."""

from __future__ import annotations

import codecs
import gzip
import os
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.errors import InputError
from orderloom.services.files.file_text import PIECE, TextFile, open_file, open_text

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADER = "订单编号,买家会员名,收货地址\n"


def opened(path: Path, content: bytes) -> TextFile:
    path.write_bytes(content)
    raw = open_file(path)
    try:
        return open_text(raw, path)
    except InputError:
        raw.close()
        raise


def read(path: Path, content: bytes) -> tuple[str, str, bool]:
    """(text, encoding, cut)."""
    file = opened(path, content)
    with closing(file.stream):
        return file.stream.read(), file.encoding, file.cut


def refusal(path: Path, content: bytes) -> InputError:
    with pytest.raises(InputError) as refused:
        read(path, content)
    assert refused.value.where == str(path)
    return refused.value


@pytest.mark.parametrize(
    ("codec", "said"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030")]
)
@relaxed
@given(text=st.text(st.characters(codec="gb18030", exclude_characters="\x00\ufeff"), max_size=50))
def test_text_in_each_encoding_is_read_as_it_was_written(codec: str, said: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder) / "f", (HEADER + text).encode(codec))
    assert found == (HEADER + text, said, False)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("offset", range(5))
def test_a_character_may_lie_across_the_pieces_a_file_is_read_in(
    tmp_path: Path, codec: str, offset: int
) -> None:
    text = HEADER + "a" * (PIECE - len(HEADER.encode(codec)) - offset) + "中𠮷é" * 3
    assert read(tmp_path / "f", text.encode(codec))[0] == text


def test_plain_ascii_is_utf8(tmp_path: Path) -> None:
    assert read(tmp_path / "f", b"tid,status\r\n1,2\r\n")[:2] == ("tid,status\r\n1,2\r\n", "utf-8")


@pytest.mark.parametrize(("codec", "bytes_"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1)])
def test_a_file_may_end_in_half_a_character(tmp_path: Path, codec: str, bytes_: int) -> None:
    text, said, cut = read(tmp_path / "f", (HEADER * 9 + "李").encode(codec)[:-bytes_])
    assert (text.rstrip("\N{REPLACEMENT CHARACTER}"), said, cut) == (HEADER * 9, codec, True)


@pytest.mark.parametrize("at", [0, 30, 5000, PIECE + 7])
def test_a_damaged_utf8_file_is_not_taken_for_gb18030(tmp_path: Path, at: int) -> None:
    """Many a damaged one could be decoded as GB18030, and would be nonsense."""
    sound = HEADER.encode() * (at // 20 + 200)
    at -= at % len(HEADER.encode())
    content = sound[:at] + "李".encode()[:2] + sound[at:]
    error = refusal(tmp_path / "f", content)
    assert (error.code, error.params["offset"]) == ("file.damaged_utf8", at)


def test_a_mark_of_utf8_settles_it(tmp_path: Path) -> None:
    error = refusal(tmp_path / "f", codecs.BOM_UTF8 + HEADER.encode("gb18030"))
    assert (error.code, error.params["offset"]) == ("file.damaged_utf8", 3)


@pytest.mark.parametrize("lines", [1, 1000])
def test_neither_names_the_bytes_that_do_not_fit(tmp_path: Path, lines: int) -> None:
    sound = HEADER.encode("gb18030") * lines
    error = refusal(tmp_path / "f", sound + b"\xff\xff" + sound)
    assert error.code == "file.encoding"
    assert error.params == {"utf8": 0, "gb18030": len(sound)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (gzip.compress(b"[]" * 1000, mtime=0), "file.packed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file.old_excel"),
        (b"%PDF-1.7\n", "file.packed"),
        (HEADER.encode("utf-16"), "file.utf16"),
        (b"\x7fELF\x00\x00", "file.binary"),
        (HEADER.encode() * (PIECE // 20) + b"\x00", "file.binary"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path / "f", content).code == code


def test_places_that_hold_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = {}
    for name in ("nothing", "pipe", "."):
        with pytest.raises(InputError) as refused:
            open_file(tmp_path / name)
        found[name] = refused.value.code
    assert found == {
        "nothing": "file.not_found",
        "pipe": "file.not_a_file",
        ".": "file.not_a_file",
    }


@pytest.mark.parametrize(
    ("content", "is_json"),
    [(b' \n\t{"tid":1}', True), (codecs.BOM_UTF8 + b"[]", True), (HEADER.encode(), False)],
)
def test_json_or_table_is_told_by_the_first_character(
    tmp_path: Path, content: bytes, is_json: bool
) -> None:
    file = opened(tmp_path / "f", content)
    with closing(file.stream):
        assert file.is_json is is_json
        assert file.stream.read(1) in " [订"  # nothing is lost by looking
