"""Find out how a text file was encoded, and refuse what decodes to nothing sensible.

A wrong guess gives a person another name, so a text is accepted only when it reads
as writing: plain ASCII, common hanzi (level 1 of GB 2312 or of Big5), Chinese
punctuation and full-width forms, or the letters of one other script.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from renlin.errors import DataFault, Fault, Said
from renlin.intake.plausibility import (
    SAMPLE_CHARS,
    is_hanzi,
    plausibility,
    saved_wrongly,
    script_of,
    strict,
    writing_share,
)
from renlin.intake.rows import record_rows, row_list

PLAUSIBLE = 0.6
"""Least share (0-1) of common characters among a text's hanzi and signs.

Measured: a register 0.95, a list of nothing but modern given names 0.79; Big5 read as
GB18030 0.28, UTF-8 read as GB18030 0.21. Assumption: 0.6 stands between.
"""
CLEARLY = 0.2
"""By how much (share) another code page must read better. Assumption: GB18030 text read
as Big5 stays 0.1-0.27 below its own reading, Big5 text read as GB18030 0.7."""
_GB = ("gb2312",)
_KOREAN_LEAST = 20  # letters: 0.6 ** 20, one Chinese text in 27,000, would look Korean
_MIXED_LEAST = 2  # hanzi a line needs before its own encoding can be told
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAVE_AGAIN = Said(
    "请用原来的程序另存为 UTF-8 编码的 CSV 或 XLSX。",
    "Save it again from its own program as CSV in UTF-8, or as XLSX.",
)


@dataclass(frozen=True)
class Decoded:
    """A file's text, how it was encoded, and what is wrong with single rows.

    Parameters
    ----------
    text
        The whole text without byte order mark.
    encoding
        Python name of the encoding, such as ``gb18030``.
    faults
        What must be corrected although the rest could be read.
    """

    text: str = field(repr=False)
    encoding: str
    faults: tuple[Fault, ...] = ()


def decode(data: bytes, *, place: str) -> Decoded:
    """Return the text of a file in UTF-8, GB18030 (GBK, GB 2312), UTF-16 or UTF-32.

    Byte order marks are believed, then UTF-16 without a mark is recognised by its
    zero bytes, then UTF-8 by its strict form, then GB18030 by how well it reads.
    A file whose lines are in two encodings is read line by line and the odd lines
    are faults; so are a cut last character and characters lost earlier.

    Parameters
    ----------
    data
        The bytes of the file.
    place
        File as named in faults.

    Raises
    ------
    DataFault
        When no encoding gives sensible text: zero bytes, Big5, other code pages,
        text that was decoded wrongly and saved again.

    Examples
    --------
    >>> decode("姓名,住址".encode("gb18030"), place="a.csv").encoding
    'gb18030'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding, place)
    if b"\x00" in data:
        return _wide(data, place)
    text, cut = strict(data, "utf-8")
    if text is None or (not saved_wrongly(text) and _reads_better_as_gb(data, text)):
        return _national(data, place)
    return _checked(text, "utf-8", cut, place)


def _reads_better_as_gb(data: bytes, text: str) -> bool:
    """Tell whether bytes valid as UTF-8 are more likely GB18030.

    Only a short text without a single hanzi in its UTF-8 reading can be meant: the
    two-byte letters of several scripts at once, which GB18030 reads as common hanzi.
    """
    beyond = [c for c in text[:SAMPLE_CHARS] if c > "\x7f"]
    if not beyond or any(c >= "\u2e80" for c in beyond) or plausibility(text) >= PLAUSIBLE:
        return False
    other, _ = strict(data, "gb18030")
    return other is not None and plausibility(other, _GB) >= PLAUSIBLE


def _marked(data: bytes, encoding: str, place: str) -> Decoded:
    text, cut = strict(data, encoding)
    if text is None and encoding == "utf-8":
        return _national(data, place)
    if text is None:
        name = encoding.upper()
        raise DataFault(_unreadable(place, Said(f"有误的 {name}", f"broken {name}")))
    return _checked(text, encoding, cut, place)


def _wide(data: bytes, place: str) -> Decoded:
    """Read UTF-16 without a mark, or refuse the zero bytes."""
    best = ("", "", False, 0.0)
    for encoding in ("utf-16-le", "utf-16-be"):
        text, cut = strict(data, encoding)
        if text is None or "\x00" in text:
            continue
        score = writing_share(text)
        if score > best[3]:
            best = (encoding, text, cut, score)
    if best[3] >= PLAUSIBLE:
        return _checked(best[1], best[0], best[2], place)
    rows = [row for row, line in record_rows(data) if b"\x00" in line]
    where = row_list(rows)
    fault = Fault(
        place,
        Said("文字", "text"),
        Said(f"{where.zh}含零字节", f"zero bytes in {where.en}"),
        Said(
            "文件已损坏或不是文本，请重新导出。",
            "The file is damaged or no text: export it again.",
        ),
        row=rows[0],
    )
    raise DataFault(fault)


def _national(data: bytes, place: str) -> Decoded:
    """Read GB18030, alone or mixed with UTF-8 lines, or refuse."""
    odd = _utf8_rows(data)
    if odd:
        return _mixed(data, odd, place)
    text, cut = strict(data, "gb18030")
    likely = 0.0 if text is None else plausibility(text, _GB)
    foreign = _foreign(data, likely)
    if foreign is not None:
        raise DataFault(_unreadable(place, foreign))
    if text is not None and likely >= PLAUSIBLE:
        return _checked(text, "gb18030", cut, place)
    rows = _bad_rows(data)
    got = Said("无法辨认的编码", "an encoding that cannot be told")
    if rows:
        where = row_list(rows)
        got = Said(f"{got.zh}（{where.zh}）", f"{got.en} ({where.en})")
    raise DataFault(_unreadable(place, got, rows[0] if rows else None))


def _foreign(data: bytes, likely: float) -> Said | None:
    """Name another code page that reads ``data`` better than GB18030's ``likely``.

    Korean letters lie where GB 2312 has its hanzi from a to r: a text that is all
    Korean letters under EUC-KR is Korean, for no Chinese text avoids s to z.
    """
    traditional, _ = strict(data, "big5hkscs")
    score = 0.0 if traditional is None else plausibility(traditional, ("big5",))
    if score >= max(PLAUSIBLE, likely + CLEARLY):
        return Said("像是 Big5（繁体）编码", "what looks like Big5")
    korean, _ = strict(data, "euc_kr")
    letters = [c for c in (korean or "")[:SAMPLE_CHARS] if c.isalpha() and c > "\x7f"]
    if len(letters) >= _KOREAN_LEAST and all(script_of(c) == "HANGUL" for c in letters):
        return Said("像是 EUC-KR（韩文）编码", "what looks like EUC-KR")
    return None


def _utf8_rows(data: bytes) -> list[int]:
    """Return rows that only UTF-8 reads well, in a file that as a whole is not UTF-8."""
    found = []
    for row, line in record_rows(data):
        if line.isascii():
            continue
        text, _ = strict(line, "utf-8")
        if text is None or sum(map(is_hanzi, text)) < _MIXED_LEAST:
            continue
        other, _ = strict(line, "gb18030")
        if other is None or plausibility(text) > plausibility(other, _GB):
            found.append(row)
    return found


def _bad_rows(data: bytes) -> list[int]:
    """Return rows that neither UTF-8 nor GB18030 reads as writing."""
    bad = []
    for row, line in record_rows(data):
        readings = (strict(line, encoding)[0] for encoding in ("utf-8", "gb18030"))
        if not any(text is not None and plausibility(text, _GB) >= PLAUSIBLE for text in readings):
            bad.append(row)
    return bad


def _mixed(data: bytes, odd: list[int], place: str) -> Decoded:
    """Return a text read line by line, with one fault that lists the minority's rows."""
    utf8, national, broken, lines = set(odd), [], [], []
    foreign = ""
    for row, line in record_rows(data):
        text, cut = strict(line, "utf-8" if row in utf8 else "gb18030")
        if text is None or cut:
            broken.append(row)
        elif not line.isascii() and row not in utf8:
            national.append(row)
            foreign += text if len(foreign) < SAMPLE_CHARS else ""
        lines.append(text or "")
    if plausibility(foreign, _GB) < PLAUSIBLE:
        broken += national
    if broken:
        where = row_list(broken)
        got = Said(f"无法辨认的编码（{where.zh}）", f"an encoding that cannot be told ({where.en})")
        raise DataFault(_unreadable(place, got, broken[0]))
    few, main, other = (odd, "GB18030", "UTF-8")
    if len(national) < len(odd):
        few, main, other = national, "UTF-8", "GB18030"
    where = row_list(few)
    fault = Fault(
        place,
        Said(f"全文同一种编码（{main}）", f"one encoding for the whole file ({main})"),
        Said(f"{where.zh}是 {other}", f"{other} in {where.en}"),
        Said(
            "这些行是从别处粘贴来的，请把两部分分别另存为 UTF-8 再合并。",
            "These rows came from another file: save both parts as UTF-8, then join them.",
        ),
        row=few[0],
    )
    return Decoded("\n".join(lines), main.lower(), (fault,))


def _checked(text: str, encoding: str, cut: bool, place: str) -> Decoded:
    """Return the text with faults for a cut end, lost characters and zero bytes."""
    if saved_wrongly(text):
        got = Said(
            "先被错误解码、再另存的乱码", "text that was decoded wrongly and then saved again"
        )
        raise DataFault(_unreadable(place, got))
    faults = []
    if cut:
        faults.append(_cut(place, _last_row(text)))
    for sign, got in (
        ("\ufffd", Said("已丢失的字符（�）", "characters lost earlier (U+FFFD)")),
        ("锟斤拷", Said("已丢失的字符（锟斤拷）", "characters lost earlier (U+FFFD read as GBK)")),
        ("\x00", Said("零字节", "zero bytes")),
    ):
        if sign in text:
            faults.append(_lost(place, got, _rows_with(text, sign)))
    return Decoded(text, encoding, tuple(faults))


def _rows_with(text: str, sign: str) -> list[int]:
    return [row for row, line in record_rows(text.encode()) if sign.encode() in line]


def _last_row(text: str) -> int:
    return max(row for row, _ in record_rows(text.encode()))


def _cut(place: str, row: int) -> Fault:
    return Fault(
        place,
        Said("完整的文件", "a whole file"),
        Said("在一个字符中间中断", "an end in the middle of a character"),
        Said(
            "文件传输不完整，后面的住户可能缺失，请重新导出。",
            "The copy is incomplete and residents may be missing: export it again.",
        ),
        row=row,
    )


def _lost(place: str, got: Said, rows: list[int]) -> Fault:
    where = row_list(rows)
    return Fault(
        place,
        Said("原来的字符", "the original characters"),
        Said(f"{where.zh}有{got.zh}", f"{got.en} in {where.en}"),
        Said(
            "原字已无法恢复，请从原系统重新导出。",
            "They cannot be recovered: export again from the original system.",
        ),
        row=rows[0],
    )


def _unreadable(place: str, got: Said, row: int | None = None) -> Fault:
    expected = Said("UTF-8、GB18030 或 UTF-16 编码的文本", "text in UTF-8, GB18030 or UTF-16")
    return Fault(place, expected, got, _SAVE_AGAIN, row=row)
