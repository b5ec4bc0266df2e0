"""Real maps: states sum to all, and a way that is lost makes nobody covered."""

import os
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from renlin.community.folder import open_community
from renlin.community.network import components
from renlin.intake.place import new_community
from renlin.needs import identify
from renlin.space.access.coverage import cover, service
from renlin.space.access.residents import living

CITIES = ("nanjing_xinjiekou", "shenzhen_longgang", "monaco")
MOST = 3  # ways taken away in each place


def data_folder():
    stated = os.environ.get("RENLIN_DATA")
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = (Path(stated) if stated else beside) / "space"
    return folder if folder.is_dir() else None


SPACE = data_folder()
pytestmark = pytest.mark.skipif(SPACE is None, reason="no maps: set RENLIN_DATA to the data folder")


@pytest.fixture(scope="module", params=CITIES)
def city(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps") / request.param
    source = SPACE / f"{request.param}.osm.gz"
    new_community(folder, name="x", kind="work_unit", osm=source, residents=400)
    place = open_community(folder)
    return place, living(place, identify(place))


def states(place, people):
    offered = service("shelter", place["facilities"], place.catalogue)
    table = cover(people, place.network, offered, place.catalogue)
    return table.set_index("person")["state"]


def cut_ways(network):
    """Return the walks without which some doors hang together with the rest no longer."""
    drawn = network.links[~network.links["inferred"]]
    web = nx.MultiGraph()
    web.add_edges_from(
        (row.origin, row.target, n) for n, row in enumerate(drawn.itertuples(index=False))
    )
    once = {
        tuple(sorted(pair)) for pair in nx.bridges(nx.Graph(web)) if web.number_of_edges(*pair) == 1
    }
    ends = np.sort(drawn[["origin", "target"]].to_numpy(), axis=1)
    single = np.array([tuple(pair) in once for pair in ends.tolist()])
    lane = (drawn["table"] == "walks").to_numpy() & (drawn["kind"] != "approach").to_numpy()
    return sorted(drawn.loc[single & lane, "place"].unique())


def doors_cut_off(place, walk):
    """Return how many street doors leave the main part when a walk is gone."""
    network = place.network
    doors = [at for (table, _), at in network.node_of.items() if table == "entrances"]
    gone = (network.links["place"] == walk) & (network.links["table"] == "walks")
    left = type(network)(network.nodes, network.links[~gone])
    after = components(left, inferred=False)
    return int(((network.component == 0) & (after != 0))[doors].sum())


def test_the_three_states_sum_to_all_residents(city):
    place, people = city
    found = states(place, people).value_counts()
    assert found.sum() == len(place.present()) == len(people)
    assert set(found.index) <= {"covered", "not_covered", "unknown"}


def test_a_bridge_that_is_lost_turns_residents_unknown_and_nobody_covered(city):
    place, people = city
    before = states(place, people)
    cuts = sorted(cut_ways(place.network), key=lambda walk: (-doors_cut_off(place, walk), walk))
    decks = place["walks"].loc[place["walks"]["kind"] == "bridge", "walk"].head(1).tolist()
    for gone in [*cuts[:MOST], *decks]:
        walks = place["walks"]
        after = states(place.with_tables(walks=walks[walks["walk"] != gone]), people)
        assert not ((after == "covered") & (before != "covered")).any(), gone
        fallen = (before == "covered") & (after != "covered")
        assert set(after[fallen]) <= {"unknown"}, gone
    assert cuts, "a real map has ways without which some houses are cut off"
