"""Sealed fields open only with their key and only in their own place."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renlin.errors import PrivacyFault
from renlin.privacy.keys import Keyring, derived, fresh_ring, read_ring, written
from renlin.privacy.vault import key_ids, open_table, seal, seal_table, unseal

TODAY = dt.date(2026, 11, 28)
PEOPLE = pd.DataFrame(
    {"person": ["P-1", "P-2"], "name": ["林桂芳", "吴强"], "phone": ["13900000001", None]}
)


@given(st.text(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens_again_in_its_place_and_nowhere_else(text, place):
    ring = fresh_ring(TODAY)
    sealed = seal(text, ring, place)
    assert unseal(sealed, ring, place) == text
    assert unseal(sealed, ring, place + "x") is None


@given(st.text(min_size=1, max_size=40), st.integers(0, 200), st.integers(1, 255))
def test_an_altered_field_does_not_open(text, at, change):
    ring = fresh_ring(TODAY)
    raw = bytearray(seal(text, ring, "t|1|c").encode())
    raw[at % len(raw)] ^= change
    try:
        altered = raw.decode()
    except UnicodeDecodeError:
        return
    assert unseal(altered, ring, "t|1|c") != text or altered == seal(text, ring, "t|1|c")


def test_the_same_text_sealed_twice_looks_different_each_time():
    ring = fresh_ring(TODAY)
    assert seal("林", ring, "a") != seal("林", ring, "a")


def test_a_table_keeps_its_key_and_its_missing_fields():
    ring = fresh_ring(TODAY)
    sealed = seal_table(PEOPLE, ring, "identities", "person")
    assert list(sealed["person"]) == ["P-1", "P-2"]
    assert sealed["phone"].isna().tolist() == [False, True]
    assert "林桂芳" not in sealed.to_csv()
    opened = open_table(sealed, ring, "identities", "person")
    assert opened["name"].tolist() == ["林桂芳", "吴强"]
    assert list(open_table(sealed, ring, "identities", "person", columns=["name"]).columns) == [
        "person", "name",
    ]  # fmt: skip


def test_two_fields_exchanged_between_residents_are_told_with_row_and_column():
    ring = fresh_ring(TODAY)
    sealed = seal_table(PEOPLE, ring, "identities", "person")
    sealed["name"] = sealed["name"].to_numpy()[::-1]
    with pytest.raises(PrivacyFault) as caught:
        open_table(sealed, ring, "identities", "person")
    assert [(f.row, f.column) for f in caught.value.faults] == [(2, "name"), (3, "name")]
    assert "林桂芳" not in str(caught.value)


def test_a_rotated_ring_reads_the_old_and_writes_with_the_new():
    old = fresh_ring(TODAY)
    sealed = seal("林", old, "a")
    both = old.rotated(TODAY)
    assert unseal(sealed, both, "a") == "林"
    assert both.writing.id == "k2" != old.writing.id
    assert unseal(seal("林", both, "a"), old, "a") is None
    assert unseal(sealed, both.only_writing(), "a") is None


def test_keys_are_counted_by_field():
    ring = fresh_ring(TODAY)
    assert key_ids(seal_table(PEOPLE, ring, "identities", "person"), "person") == {"k1": 3}


def test_a_key_file_is_read_as_it_was_written_and_shows_no_secret():
    ring = fresh_ring(TODAY).rotated(TODAY)
    assert read_ring(written(ring), "keys/vault.toml") == ring
    assert ring.writing.secret.hex() not in repr(ring)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[k1]\nsecret='00'\nmade_on=2026-01-01", "[k1]\nmade_on=2026-01-01",
             "[k1]\nsecret='zz'\nmade_on=2026-01-01", "k1 = 3", "[k1]\nsecret='" + "0" * 64 + "'\nmade_on='x'"],
)  # fmt: skip
def test_what_is_no_key_file_is_refused_without_telling_what_stands_in_it(text):
    with pytest.raises(PrivacyFault) as caught:
        read_ring(text, "keys/vault.toml")
    assert "nonsense" not in str(caught.value)
    assert caught.value.faults[0].place == "keys/vault.toml"


def test_keys_of_two_purposes_have_nothing_in_common():
    secret = fresh_ring(TODAY).writing.secret
    assert derived(secret, "rescue") != derived(secret, "plan") != secret
    assert derived(secret, "rescue") == derived(secret, "rescue")


def test_hkdf_agrees_with_the_published_extract_and_expand():
    import hashlib
    import hmac

    secret = bytes(range(32))
    extracted = hmac.new(b"\0" * 32, secret, hashlib.sha256).digest()
    expanded = hmac.new(extracted, b"renlin|plan\x01", hashlib.sha256).digest()
    assert derived(secret, "plan") == expanded


def test_a_ring_without_the_key_opens_nothing():
    ring, other = fresh_ring(TODAY), fresh_ring(TODAY)
    assert unseal(seal("林", ring, "a"), other, "a") is None
    assert unseal("没有点号", ring, "a") is None
    assert Keyring(ring.keys).reading("k9") is None
