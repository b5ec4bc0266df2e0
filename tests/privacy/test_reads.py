"""The log of reads shows when a line was altered, taken out or put in."""

from renlin.privacy.reads import FIRST, Read, broken, entry, last_hash


def log(n):
    lines = []
    for number in range(n):
        read = Read("2026-11-28T08:00:00+00:00", f"r{number}", "rescue", "identities", ("name",), 3)
        lines.append(entry(read, last_hash(lines)))
    return lines


def test_a_whole_log_holds():
    assert broken([]) is None
    assert last_hash([]) == FIRST
    assert broken(log(5)) is None


def test_a_line_altered_taken_out_or_exchanged_is_found():
    lines = log(5)
    assert broken([*lines[:2], lines[2].replace("r2", "rX"), *lines[3:]]) == 3
    assert broken([*lines[:1], *lines[2:]]) == 2
    assert broken([lines[1], lines[0], *lines[2:]]) == 1
    assert broken([*lines, "no json"]) == 6
