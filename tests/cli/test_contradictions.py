"""``renlin contradictions``: list, contest, close and undo from the command line."""

import json

KEY = "locked_at_night:east:gate"


def test_a_gate_is_closed_with_proof_listed_as_closed_and_opened_by_undoing(call, willow):
    said = ("--by", "社区主任", "--reason", "夜里不锁了", "--evidence", "纪要 3")
    assert call("contradictions", willow, "--close", KEY, *said).exit_code == 0
    told = json.loads(call("contradictions", willow, "--json").stdout)
    row = next(one for one in told["contradictions"] if one["contradiction"] == KEY)
    assert row["standing"] == "closed"
    assert (
        call("contradictions", willow, "--undo", told["decisions"][0]["objection"]).exit_code == 0
    )
    assert (
        json.loads(call("contradictions", willow, "--json").stdout)["decisions"][0]["outcome"]
        == "undone"
    )


def test_a_closing_without_proof_writes_nothing(call, willow):
    done = call("contradictions", willow, "--close", KEY, "--by", "社区主任", "--reason", "不锁了")
    assert done.exit_code == 1
    assert not (willow / "layers" / "objections.csv").exists()


def test_two_acts_at_once_are_wrong_use(call, willow):
    assert call("contradictions", willow, "--close", KEY, "--undo", "o-1").exit_code == 2
