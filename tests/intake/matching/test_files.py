"""Tables come as text from any supported file; labels in the shapes people write."""

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.intake.matching.files import read, read_labels
from renlin.intake.matching.scoring import pairs_of_clusters, scored

TABLE = pd.DataFrame({"rec_id": ["1", "2"], "surname": ["王", "林"], "postcode": ["0200", "0300"]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_of_any_encoding_is_read_with_its_zeros_and_without_blanks(tmp_path, encoding):
    path = tmp_path / "t.csv"
    text = "rec_id, surname, postcode\n1, 王, 0200\n2, 林 , 0300\n"
    path.write_bytes(text.encode(encoding))
    assert read(path).equals(TABLE)


def test_parquet_and_workbooks_are_read_as_text(tmp_path):
    TABLE.to_parquet(tmp_path / "t.parquet")
    TABLE.to_excel(tmp_path / "t.xlsx", index=False)
    assert read(tmp_path / "t.parquet").equals(TABLE)
    assert read(tmp_path / "t.xlsx").equals(TABLE)


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(DataFault):
        read(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "text",
    [
        "id_a,id_b\n1,2\n",
        "unique_id_l,unique_id_r,clerical_match_score\n1,2,1.0\n1,3,0.0\n",
        "id_a,id_b,same\n1,2,是\n1,3,否\n",
        "rec_id,cluster\n1,x\n2,x\n3,y\n",
    ],
)
def test_labels_are_understood_in_the_shapes_people_write(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    assert read_labels(path).to_numpy().tolist() == [["1", "2"]]


def test_labels_without_ids_are_refused(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("left,right\n1,2\n", encoding="utf-8")
    with pytest.raises(DataFault):
        read_labels(path)


def test_precision_and_recall_are_those_counted_by_hand():
    found = pd.DataFrame({
        "id_a": ["1", "3", "4"], "id_b": ["2", "1", "5"], "probability": [0.99, 0.96, 0.7]
    })  # fmt: skip
    truth = pairs_of_clusters(["1", "2", "3", "4"], ["x", "x", "x", "y"])  # 12, 13, 23
    curve = scored(found, truth, thresholds=[0.5, 0.95, 0.999])
    assert curve["n_pairs"].tolist() == [3, 2, 0]
    assert curve["precision"].tolist()[:2] == [pytest.approx(2 / 3), 1.0]
    assert curve["recall"].tolist() == [pytest.approx(2 / 3), pytest.approx(2 / 3), 0.0]
    assert pd.isna(curve["precision"][2])


def test_in_two_tables_the_side_of_an_id_matters():
    found = pd.DataFrame({"id_a": ["1"], "id_b": ["2"], "probability": [1.0]})
    turned = pd.DataFrame({"id_a": ["2"], "id_b": ["1"]})
    assert scored(found, turned, ordered=False)["n_true"].iloc[0] == 1
    assert scored(found, turned, ordered=True)["n_true"].iloc[0] == 0
