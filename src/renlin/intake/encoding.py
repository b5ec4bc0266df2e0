"""Find out how a text file was encoded, and refuse what decodes to nothing sensible.

A wrong guess gives a person another name, so a text is accepted only when it reads
as writing: plain ASCII, common hanzi (level 1 of GB 2312 or of Big5), Chinese
punctuation and full-width forms, or the letters of one other script.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from renlin.errors import DataFault, Fault, Said
from renlin.intake.reading import row_list

PLAUSIBLE = 0.6
"""Least share (0-1) of common characters among a text's hanzi and signs.

Measured: a register 0.95, a list of nothing but modern given names 0.79; Big5 read as
GB18030 0.28, UTF-8 read as GB18030 0.21. Assumption: 0.6 stands between.
"""
CLEARLY = 0.2
"""By how much (share) another code page must read better. Assumption: GB18030 text read
as Big5 stays 0.1-0.27 below its own reading, Big5 text read as GB18030 0.7."""
QUOTED_LINES = 50
"""Most lines one quoted cell may span. Assumption: no register cell holds a longer note."""
_SAMPLE_CHARS = 200_000  # characters scored: more changes no verdict
_GB = ("gb2312",)
_KOREAN_LEAST = 10  # letters: 0.6 ** 10, one Chinese text in 165, would look Korean
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
_RUN = re.compile(r"[^\x00-\x7f]{3,}")
_WRONG = (
    ("gb18030", ("utf-8",)),
    ("latin-1", ("utf-8", "gb18030")),
    ("cp1252", ("utf-8", "gb18030")),
)
_UNDONE_SHARE = 0.2  # of the runs beyond ASCII
_CUT = {"unexpected end of data", "truncated data", "incomplete multibyte sequence"}
_LONGEST = 4  # bytes of the longest character in any of the encodings
_SIGNS = (range(0x3000, 0x3020), range(0xFF01, 0xFF5F), range(0x2010, 0x2027))
_LEVEL_1 = {
    "gb2312": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "big5": (range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
}
_LINE_END = re.compile(rb"\r\n|\r|\n")


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
    text, cut = _strict(data, "utf-8")
    if text is None or (not _saved_wrongly(text) and _reads_better_as_gb(data, text)):
        return _national(data, place)
    return _checked(text, "utf-8", cut, place)


def plausibility(text: str, standards: tuple[str, ...] = ("gb2312", "big5")) -> float:
    """Return the share (0-1) of common characters among all beyond ASCII.

    1.0 when there are none. Letters of alphabets count as common when all of them
    belong to one script, for a text in one alphabet is writing too.

    Parameters
    ----------
    text
        The text as one encoding reads it.
    standards
        Whose frequent hanzi count: ``gb2312`` (simplified), ``big5`` (traditional).
    """
    counts = Counter(c for c in text[:_SAMPLE_CHARS] if c > "\x7f")
    total = sum(counts.values())
    if not total:
        return 1.0
    common = _common(standards)
    good = sum(n for c, n in counts.items() if c in common)
    letters: Counter[str] = Counter()
    for c, n in counts.items():
        if c not in common and c.isalpha() and not _is_hanzi(c):
            letters[_script(c)] += n
    if len(letters) == 1:
        good += sum(letters.values())
    return good / total


def record_rows(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the row number and the bytes of each line, as a spreadsheet counts rows.

    A line end inside quotes does not begin a new row; a quote that nothing closes
    within :data:`QUOTED_LINES` lines is taken as an ordinary character. Works on any
    encoding whose quote and line ends are single bytes.
    """
    lines = _LINE_END.split(data)
    odd = [i for i, line in enumerate(lines) if line.count(b'"') % 2]
    row, until, position = 0, -1, 0
    for i, line in enumerate(lines):
        if i > until:
            row += 1
            if position < len(odd) and odd[position] == i:
                position += 1
                if position < len(odd) and odd[position] - i <= QUOTED_LINES:
                    until = odd[position]
                    position += 1
        yield row, line


@lru_cache(maxsize=4)
def _common(standards: tuple[str, ...]) -> frozenset[str]:
    """Return what registers are written with under ``standards``.

    Level 1 of GB 2312 (rows 16-55) and of Big5 (A440-C67E) are those standards' own
    lists of frequent hanzi; the signs are CJK punctuation and full-width forms.
    Source: gb2312.
    """
    found = {chr(c) for block in _SIGNS for c in block} | set("·×÷°№℃㎡←→■□▲△○●◎☆★①②③④⑤⑥⑦⑧⑨⑩")
    for standard in standards:
        high, low = _LEVEL_1[standard]
        cells = bytes(b for h in high for trail in low for b in (h, trail))
        found |= set(cells.decode(standard, "ignore"))
    return frozenset(found)


def _is_hanzi(c: str) -> bool:
    return (
        "\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" or "\U00020000" <= c <= "\U0003ffff"
    )


def _script(c: str) -> str:
    return unicodedata.name(c, "UNKNOWN").split()[0]


def _strict(data: bytes, encoding: str) -> tuple[str | None, bool]:
    """Return the text, or None, and whether the last character is cut."""
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError as error:
        if error.reason in _CUT and error.start >= len(data) - _LONGEST:
            return data[: error.start].decode(encoding), True
    return None, False


def _reads_better_as_gb(data: bytes, text: str) -> bool:
    """Tell whether bytes valid as UTF-8 are more likely GB18030.

    Only a short text without a single hanzi in its UTF-8 reading can be meant: the
    two-byte letters of several scripts at once, which GB18030 reads as common hanzi.
    """
    beyond = [c for c in text[:_SAMPLE_CHARS] if c > "\x7f"]
    if not beyond or any(c >= "\u2e80" for c in beyond) or plausibility(text) >= PLAUSIBLE:
        return False
    other, _ = _strict(data, "gb18030")
    return other is not None and plausibility(other, _GB) >= PLAUSIBLE


def _marked(data: bytes, encoding: str, place: str) -> Decoded:
    text, cut = _strict(data, encoding)
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
        text, cut = _strict(data, encoding)
        if text is None or "\x00" in text:
            continue
        score = _writing(text)
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


def _writing(text: str) -> float:
    """Return the share (0-1) of printable ASCII and common characters."""
    sample = text[:_SAMPLE_CHARS]
    common = _common(("gb2312", "big5"))
    good = sum(1 for c in sample if " " <= c <= "~" or c in "\t\r\n" or c in common)
    return good / len(sample) if sample else 0.0


def _national(data: bytes, place: str) -> Decoded:
    """Read GB18030, alone or mixed with UTF-8 lines, or refuse."""
    odd = _utf8_rows(data)
    if odd:
        return _mixed(data, odd, place)
    text, cut = _strict(data, "gb18030")
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
    traditional, _ = _strict(data, "big5hkscs")
    score = 0.0 if traditional is None else plausibility(traditional, ("big5",))
    if score >= max(PLAUSIBLE, likely + CLEARLY):
        return Said("像是 Big5（繁体）编码", "what looks like Big5")
    korean, _ = _strict(data, "euc_kr")
    letters = [c for c in (korean or "")[:_SAMPLE_CHARS] if c.isalpha() and c > "\x7f"]
    if len(letters) >= _KOREAN_LEAST and all(_script(c) == "HANGUL" for c in letters):
        return Said("像是 EUC-KR（韩文）编码", "what looks like EUC-KR")
    return None


def _utf8_rows(data: bytes) -> list[int]:
    """Return rows that only UTF-8 reads well, in a file that as a whole is not UTF-8."""
    found = []
    for row, line in record_rows(data):
        if line.isascii():
            continue
        text, _ = _strict(line, "utf-8")
        if text is None or sum(map(_is_hanzi, text)) < _MIXED_LEAST:
            continue
        other, _ = _strict(line, "gb18030")
        if other is None or plausibility(text) > plausibility(other, _GB):
            found.append(row)
    return found


def _bad_rows(data: bytes) -> list[int]:
    """Return rows that neither UTF-8 nor GB18030 reads as writing."""
    bad = []
    for row, line in record_rows(data):
        readings = (_strict(line, encoding)[0] for encoding in ("utf-8", "gb18030"))
        if not any(text is not None and plausibility(text, _GB) >= PLAUSIBLE for text in readings):
            bad.append(row)
    return bad


def _mixed(data: bytes, odd: list[int], place: str) -> Decoded:
    """Return a text read line by line, with one fault that lists the minority's rows."""
    utf8, national, broken, lines = set(odd), [], [], []
    foreign = ""
    for row, line in record_rows(data):
        text, _ = _strict(line, "utf-8" if row in utf8 else "gb18030")
        if text is None:
            broken.append(row)
        elif not line.isascii() and row not in utf8:
            national.append(row)
            foreign += text if len(foreign) < _SAMPLE_CHARS else ""
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
    if _saved_wrongly(text):
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


def _saved_wrongly(text: str) -> bool:
    """Tell whether runs beyond ASCII turn into Chinese when their decoding is undone.

    Real writing practically never does: three hanzi are six bytes that would have to
    form valid UTF-8 by chance. Every fifth run is enough, for wrong decoding also
    destroys characters.
    """
    runs = _RUN.findall(text[:_SAMPLE_CHARS])
    undone = sum(1 for run in runs if any(_is_chinese(again) for again in _undone(run)))
    return len(runs) > 0 and undone >= _UNDONE_SHARE * len(runs)


def _undone(run: str) -> Iterator[str]:
    for wrong, rights in _WRONG:
        try:
            raw = run.encode(wrong)
        except UnicodeEncodeError:
            continue
        for right in rights:
            again, cut = _strict(raw, right)
            if again and not cut and again != run:
                yield again


def _is_chinese(text: str) -> bool:
    return sum(map(_is_hanzi, text)) >= _MIXED_LEAST and plausibility(text) == 1.0


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
