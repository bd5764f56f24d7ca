import numpy as np

from stillwatch.evaluation.grammar import load_grammar
from stillwatch.evaluation.keys import mix
from stillwatch.evaluation.scenario import Work
from stillwatch.evaluation.templates import Templates, pick_wrapper


def sheet(**work):
    templates = Templates(load_grammar())
    return templates, templates.make_sheet(Work(**work), 5, 10)


def texts(**work):
    templates, made = sheet(**work)
    return templates.prefixes().to_pylist()[made.wrapper :], made


def test_exact_is_one_text():
    assert len(texts(template="shared")[0]) == 1


def test_paraphrases_differ_and_share_words():
    for paraphrase in ("synonyms", "shuffled"):
        found, _ = texts(template="shared", paraphrase=paraphrase)
        assert len(set(found)) > 20, paraphrase


def test_skeletons_stand_side_by_side():
    assert len(set(texts(template="shared", skeletons=8)[0])) == 8


def test_an_account_keeps_its_own_template_and_system_prompt():
    _, made = sheet(template="account", system="account")
    slots = np.array([0, 3, 3, 9], np.uint64)
    wrapper, system = pick_wrapper(made, mix(np.arange(4)), slots)
    assert ((wrapper - made.wrapper).tolist(), (system - made.system).tolist()) == ([0, 3, 3, 9], [0, 3, 3, 9])


def test_no_template_is_number_zero():
    _, made = sheet()
    wrapper, system = pick_wrapper(made, mix(np.arange(2)), mix(np.arange(2)))
    assert (wrapper.tolist(), system.tolist()) == ([0, 0], [0, 0])


def test_the_table_of_nothing_begins_empty():
    templates = Templates(load_grammar())
    assert (templates.suffixes().to_pylist(), templates.systems().to_pylist()) == ([""], [None])
