from __future__ import annotations

import pytest

from stillwatch.core.dossier import Element
from stillwatch.detection.shelves import links, signals
from stillwatch.evidence.dossier_elements import elements_of, elements_of_topic
from stillwatch.intel.vocabulary.topics import TOPICS


@pytest.mark.parametrize(
    ("source", "element"),
    [
        ("ban_succession", Element.CIRCUMVENTION),
        ("created_together", Element.CREDENTIALS),
        ("shared_template", Element.VOLUME),
        ("rubric_grading", Element.CORRELATION),
        ("a_link_of_tomorrow", Element.VOLUME),
    ],
)
def test_a_shelf_file_bears_on_an_element(source, element):
    assert element in elements_of(source)


def test_no_regularity_of_a_log_bears_on_what_its_terms_say():
    names = [one.name for one in (*links(), *signals())]
    assert not any(Element.TERMS in elements_of(name) for name in names)


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_each_topic_bears_on_something(kind):
    assert elements_of_topic(f"{kind}:word")


def test_the_words_of_the_bill_have_their_own_elements():
    assert elements_of_topic("terms:extraction") == (Element.TERMS,)
    assert elements_of_topic("purpose:correlation") == (Element.CORRELATION,)
    assert elements_of_topic("purpose:volume") == (Element.VOLUME,)
