from __future__ import annotations

import json

from click.testing import CliRunner

from exchange_log import exchange, scanned, write_log
from stillwatch.faces.cli.corpus_command import corpus_command


def _run(*arguments):
    return CliRunner().invoke(corpus_command, [str(one) for one in arguments], standalone_mode=False)


def test_add_list_and_remove_in_words_and_as_json(tmp_path):
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(20)))])
    (tmp_path / "set.csv").write_text('id,ask\n1,"Who made rope in Ulm, and for whom?"\n2,"Who made soap in York?"\n')
    where = ("--store", tmp_path / "store")
    added = _run("add", "crafts", tmp_path / "set.csv", "--column", "ask", *where)
    assert added.output.startswith("crafts: 2 prompts from set.csv, 2 of them told apart")
    listed = json.loads(_run("list", "--json", *where).output)
    assert [(one["name"], one["items"]) for one in listed] == [("crafts", 2)]
    assert json.loads(_run("remove", "crafts", "--json", *where).output) == {"removed": "crafts"}
    assert "no prompt set" in _run("list", *where).output


def test_two_places_are_one_too_many(tmp_path):
    answer = CliRunner().invoke(corpus_command, ["list", "--store", str(tmp_path), "--corpora", str(tmp_path)])
    assert (answer.exit_code, "either --store or --corpora" in answer.output) == (2, True)
