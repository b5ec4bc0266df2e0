"""The replay says what the run did, and nothing about anybody's door."""

import base64
import struct
import zlib

import numpy as np
import pandas as pd

from renlin.report.maps.frame import Frame
from renlin.report.replay import ARRIVED, HIDDEN, INSIDE, MAGIC, OUTSIDE, STUCK, pack

FRAME = Frame(0.0, 100.0, 2.0, (400.0, 200.0))


def run(*rows):
    return pd.DataFrame(rows, columns=["frame", "entity", "t", "x", "y", "display", "state"])


def unpacked(packed):
    raw = zlib.decompress(base64.b64decode(packed.data))
    n, frames = struct.unpack_from("<II", raw, 4)
    group = np.frombuffer(raw, np.uint8, n, 16)
    moved = np.frombuffer(raw, "<i2", n * frames * 2, 16 + n).reshape(n, frames, 2)
    state = np.frombuffer(raw, np.uint8, n * frames, 16 + n + n * frames * 4).reshape(n, frames)
    return raw[:4], group, moved.cumsum(axis=1) / 10, state


WALK = run(
    (0, "e1", 0.0, 10.0, 50.0, "wheelchair", "before"),
    (1, "e1", 10.0, 10.0 + HIDDEN - 1, 50.0, "wheelchair", "walking"),
    (2, "e1", 20.0, 10.0 + HIDDEN + 5, 50.0, "wheelchair", "walking"),
    (3, "e1", 30.0, 150.0, 50.0, "wheelchair", "arrived"),
)


def test_what_is_packed_is_what_was_simulated():
    magic, group, at, state = unpacked(pack(WALK, ["general", "wheelchair"], FRAME))
    assert magic == MAGIC
    assert group.tolist() == [0]
    assert state.tolist() == [[INSIDE, INSIDE, OUTSIDE, ARRIVED]]
    assert at[0, 2].tolist() == [(10.0 + HIDDEN + 5) * 2, 100.0]


def test_nobody_is_shown_near_the_door_they_came_from():
    _, _, at, state = unpacked(pack(WALK, ["wheelchair"], FRAME))
    home = [20.0, 100.0]
    assert state[0, 1] == INSIDE
    assert home not in at[0].tolist()


def test_one_who_is_stuck_on_the_way_is_counted_as_on_the_way_and_not_as_arrived():
    stuck = run(
        (0, "e1", 0.0, 0.0, 0.0, "general", "walking"),
        (1, "e1", 10.0, 90.0, 0.0, "general", "walking"),
        (2, "e1", 20.0, 90.0, 0.0, "general", "trapped"),
    )
    _, _, _, state = unpacked(pack(stuck, ["general"], FRAME))
    assert state.tolist() == [[INSIDE, OUTSIDE, STUCK]]


def test_one_who_is_told_of_no_more_stays_as_they_were_last():
    short = run(
        (0, "e1", 0.0, 0.0, 0.0, "general", "walking"),
        (1, "e1", 10.0, 90.0, 0.0, "general", "arrived"),
        (2, "e2", 20.0, 5.0, 5.0, "general", "before"),
    )
    _, _, _, state = unpacked(pack(short, ["general"], FRAME))
    assert state[0].tolist() == [INSIDE, ARRIVED, ARRIVED]


def test_the_counts_of_the_still_picture_add_up_to_everybody():
    packed = pack(WALK, ["wheelchair"], FRAME)
    assert sum(sum(told) for told in packed.counts.values()) == 1
    assert packed.still == 20.0


def test_order_of_rows_never_matters():
    assert (
        pack(WALK.iloc[::-1], ["wheelchair"], FRAME).data == pack(WALK, ["wheelchair"], FRAME).data
    )


def test_no_run_gives_no_replay():
    assert pack(WALK.iloc[:0], ["wheelchair"], FRAME) is None
