"""The log of reads shows when a line was altered, taken out or put in."""

from renlin.privacy.reads import FIRST, Read, anchor, broken, entry, last_hash, lost


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


def anchored(lines):
    return [anchor(lines[: n + 1]) for n in range(len(lines))]


def test_a_tail_cut_off_holds_as_a_chain_and_is_found_by_its_anchors():
    lines = log(5)
    anchors = anchored(lines)
    assert lost(lines, anchors) is None
    assert broken(lines[:3]) is None
    assert lost(lines[:3], anchors) == 4
    assert lost([], anchors) == 1


def test_reading_on_after_a_cut_does_not_hide_it():
    lines = log(5)
    cut = lines[:3]
    read = Read("2026-11-29T08:00:00+00:00", "r9", "rescue", "identities", ("name",), 1)
    longer = [*cut, entry(read, last_hash(cut)), "no json"]
    assert lost(longer, [*anchored(lines), anchor(longer[:4])]) == 4


def test_a_log_written_anew_from_its_beginning_is_found_too():
    other = [line.replace("r0", "rX") for line in log(1)]
    rewritten = [entry(Read("2026", "rX", "rescue", "identities", ("name",), 3), FIRST)]
    assert broken(rewritten) is None
    assert lost(rewritten, anchored(log(1))) == 1
    assert broken(other) == 1


def test_an_entry_the_program_had_no_time_to_anchor_is_not_lost():
    lines = log(3)
    assert lost(lines, anchored(lines[:2])) is None
    assert lost(lines, ["not an anchor"]) == 1
