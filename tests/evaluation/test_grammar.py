import json

import numpy as np
import pytest

from stillwatch.core.errors import DefinitionError
from stillwatch.evaluation.grammar import escape, load_grammar
from stillwatch.evaluation.keys import mix


@pytest.mark.parametrize(
    ("family", "unique_share"), [("chat", 0.98), ("instruct", 0.98), ("maths", 0.99), ("follow", 0.95), ("row", 0.97)]
)
def test_fifty_thousand_prompts_are_mostly_unique(family, unique_share):
    texts = load_grammar().render(family, mix(np.arange(50_000))).to_pylist()
    assert len(set(texts)) > unique_share * len(texts)


def test_every_family_renders_json_text():
    grammar = load_grammar()
    for family in grammar.frames:
        for text in grammar.render(family, mix(np.arange(40))).to_pylist():
            assert json.loads(f'"{text}"').count("{") == 0, family


def test_a_text_does_not_depend_on_its_neighbours():
    grammar = load_grammar()
    keys = mix(np.arange(200))
    assert grammar.render("chat", keys[50:60]).to_pylist() == grammar.render("chat", keys).to_pylist()[50:60]


def test_unknown_family_is_named():
    with pytest.raises(DefinitionError, match="no family 'opera'"):
        load_grammar().render("opera", mix(np.arange(1)))


def test_escape_is_the_inside_of_a_json_string():
    assert escape('a "b"\n') == 'a \\"b\\"\\n'
