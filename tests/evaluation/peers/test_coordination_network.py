import json
import warnings

import pytest

from stillwatch.evaluation.compose import Layout


def test_the_peer_writes_a_document_of_ours(composed, tmp_path):
    pytest.importorskip("coordination_network_toolkit", reason="the extra `peers` is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stillwatch.evaluation.peers.coordination_network import main

        people = {"name": "class", "kind": "classroom", "work": {"source": ["grammar:maths"]}}
        made = composed(people, days=4, layout=Layout(format="exchange")).made
        main(made.logs[0].parent, tmp_path)
    assert json.loads((tmp_path / "campaigns.json").read_bytes())["schema"] == "stillwatch.campaigns/1"
