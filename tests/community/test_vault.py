"""A folder's identities are sealed, opened by column with a note, and sealed anew."""

import stat

import pandas as pd
import pytest

from renlin.community import vault
from renlin.community.read_log import log_state
from renlin.errors import PrivacyFault
from renlin.privacy.reads import broken

PEOPLE = pd.DataFrame({"person": ["P-1"], "name": ["林桂芳"], "phone": ["13900000001"]})


@pytest.fixture
def folder(tmp_path):
    ring = vault.ring_or_new(tmp_path)
    vault.keep_ring(ring, tmp_path)
    (tmp_path / "vault").mkdir()
    vault.write_identities(PEOPLE, ring, tmp_path / "vault")
    return tmp_path


def test_only_the_columns_asked_for_are_opened_and_the_reading_is_noted(folder):
    opened = vault.identities(folder, columns=["name"], reader="cards", purpose="rescue")
    assert opened.values.tolist() == [["P-1", "林桂芳"]]
    lines = (folder / "vault" / "reads.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert broken(lines) is None
    assert "林" not in lines[0]


def test_nothing_in_the_vault_can_be_read_without_the_keys(folder):
    assert "林桂芳" not in (folder / "vault" / "identities.csv").read_text(encoding="utf-8")
    (folder / "keys" / "vault.toml").unlink()
    with pytest.raises(PrivacyFault) as caught:
        vault.identities(folder, columns=["name"], reader="cards", purpose="rescue")
    assert caught.value.faults[0].place == "keys/vault.toml"


def test_keys_may_lie_elsewhere(folder, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("usb")
    (folder / "keys" / "vault.toml").rename(other / "vault.toml")
    monkeypatch.setenv("RENLIN_KEYS", str(other))
    opened = vault.identities(folder, columns=["phone"], reader="r", purpose="link")
    assert opened["phone"].tolist() == ["13900000001"]


def test_rotation_seals_everything_with_a_new_key_and_drops_the_old(folder):
    before = (folder / "keys" / "vault.toml").read_text(encoding="utf-8")
    assert vault.rotate(folder) == {"k2": 2}
    after = (folder / "keys" / "vault.toml").read_text(encoding="utf-8")
    assert "k1" not in after
    assert before != after
    opened = vault.identities(folder, columns=["name"], reader="r", purpose="link")
    assert opened["name"].tolist() == ["林桂芳"]


def test_a_rotation_broken_off_leaves_keys_that_open_the_vault(folder, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(vault, "write_identities", fail)
    with pytest.raises(OSError, match="disk full"):
        vault.rotate(folder)
    monkeypatch.undo()
    opened = vault.identities(folder, columns=["name"], reader="r", purpose="link")
    assert opened["name"].tolist() == ["林桂芳"]


def test_files_are_for_their_owner_only(folder):
    for name in ("vault/identities.csv", "keys/vault.toml"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_folder_without_identities_has_none(tmp_path):
    assert vault.identities(tmp_path, columns=["name"], reader="r", purpose="x").empty
    with pytest.raises(PrivacyFault):
        vault.rotate(tmp_path)


def test_a_log_cut_short_is_found_by_the_anchors_kept_with_the_keys(folder):
    for _ in range(3):
        vault.identities(folder, columns=["name"], reader="r", purpose="link")
    assert log_state(folder).lost_at is None
    log = folder / "vault" / "reads.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text(lines[0] + "\n", encoding="utf-8")
    vault.identities(folder, columns=["name"], reader="another", purpose="link")
    assert (log_state(folder).broken_at, log_state(folder).lost_at) == (None, 2)
    log.unlink()
    assert log_state(folder).lost_at == 1
