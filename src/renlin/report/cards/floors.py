"""Say storeys as people say them."""

from __future__ import annotations

from renlin.report.book import Book


def floor_words(book: Book, floor: int) -> str:
    """Return a storey in words: 五楼."""
    if book.language.code == "en":
        return book.language.word("floor_n").format(n=floor)
    return f"{han(floor)}楼"


def han(number: int) -> str:
    """Return a whole number up to 99 in Chinese characters.

    Examples
    --------
    >>> han(5), han(12), han(20)
    ('五', '十二', '二十')
    """
    digits = "零一二三四五六七八九"
    if number < 0:
        return f"地下{han(-number)}"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
