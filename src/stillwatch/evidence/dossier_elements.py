"""Which element of the law a piece of evidence bears on, by the shelf that it is from.

>>> [one.value for one in elements_of("handover")], [one.value for one in elements_of_topic("access:proxy")]
(['(i)', '(B)(iii)'], ['(i)'])

A table and no more: what an element asks for is in `core.dossier`, and whether a statement meets it is for others to
say. A link or signal that is not in it bears on volume, structure and pattern, as every regularity does.
"""

from __future__ import annotations

from typing import Final

from stillwatch.core.dossier import Element

_CIRCUMVENTION, _CREDENTIALS, _TERMS = Element.CIRCUMVENTION, Element.CREDENTIALS, Element.TERMS
_VOLUME, _CONCENTRATION = Element.VOLUME, Element.CONCENTRATION
_COORDINATION, _CORRELATION = Element.COORDINATION, Element.CORRELATION

_OF_SOURCE: Final = {
    # Work goes on at another account where one was refused or banned: what refused it was got round.
    "ban_succession": (_CIRCUMVENTION, _COORDINATION),
    "handover": (_CIRCUMVENTION, _COORDINATION),
    "reasoning_replay": (_CIRCUMVENTION, _CONCENTRATION),
    # Opened or paid by one hand under many names.
    "created_together": (_CREDENTIALS, _COORDINATION),
    "shared_registration": (_CREDENTIALS, _COORDINATION),
    "shared_address": (_COORDINATION,),
    "shared_network": (_COORDINATION,),
    "same_client": (_COORDINATION,),
    "dealt_out": (_VOLUME, _COORDINATION),
    "corpus_partition": (_VOLUME, _COORDINATION),
    "even_load": (_VOLUME, _COORDINATION),
    "common_rhythm": (_VOLUME, _COORDINATION),
    "relay": (_VOLUME, _COORDINATION),
    "many_samples": (_CONCENTRATION,),
    "reasoning_elicitation": (_CONCENTRATION,),
    "instruction_harvest": (_CONCENTRATION,),
    "technique_sweep": (_CONCENTRATION,),
    # Steps in the making of a model: a judge, a cleaner, a maker of tasks or of a training set.
    "rubric_grading": (_CONCENTRATION, _CORRELATION),
    "transcript_cleaning": (_CONCENTRATION, _CORRELATION),
    "task_making": (_CONCENTRATION, _CORRELATION),
    "dataset_making": (_CONCENTRATION, _CORRELATION),
}
_OF_TOPIC: Final = {
    "access": (_CIRCUMVENTION,),
    "credential": (_CREDENTIALS,),
    "registration": (_CREDENTIALS,),
    "terms": (_TERMS,),
    "infrastructure": (_COORDINATION,),
    "succession": (_COORDINATION,),
    "behaviour": (_CONCENTRATION,),
    "purpose:concentration": (_CONCENTRATION,),
    "purpose:several_accounts": (_COORDINATION,),
    "purpose:coordination": (_COORDINATION,),
    "purpose:correlation": (_CORRELATION,),
    "actor": (_CORRELATION,),
}


def elements_of(source: str) -> tuple[Element, ...]:
    """What evidence of a link or signal bears on."""
    return _OF_SOURCE.get(source, (_VOLUME,))


def elements_of_topic(topic: str) -> tuple[Element, ...]:
    """What a fact bears on that somebody adds, by its topic (`intel.vocabulary.topics`)."""
    return _OF_TOPIC.get(topic, _OF_TOPIC.get(topic.partition(":")[0], (_VOLUME,)))
