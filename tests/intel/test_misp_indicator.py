"""One indicator as MISP has it."""

from __future__ import annotations

import pytest
from shared_factory import every_kind, indicator

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.misp_indicator import write_attribute, write_object
from stillwatch.intel.misp_object import Stamp

_STAMP = Stamp("1795348800", is_gone=False)


def test_a_clear_domain_is_an_attribute_with_the_uuid_of_the_indicator():
    one = indicator(5, kind=IndicatorKind.DOMAIN, value="a.example")
    made = write_attribute(one, _STAMP)
    assert made is not None
    assert (f"indicator--{made['uuid']}", made["type"], made["value"]) == (one.id, "domain", "a.example")
    assert {tag["name"] for tag in made["Tag"]} == {
        'llm-distillation:confidence="90"',
        'llm-distillation:certainty="observed"',
    }


@pytest.mark.parametrize("form", [Form.OPRF, Form.PAIRWISE, Form.SALTED])
def test_a_token_is_never_taken_for_the_thing_itself(form):
    assert write_attribute(indicator(kind=IndicatorKind.DOMAIN, value="ab", form=form), _STAMP) is None


def test_a_clear_account_is_misps_own_object():
    made = write_object(indicator(), _STAMP)
    assert (made["name"], made["Attribute"][0]["value"]) == ("user-account", "account-0")
    assert f"indicator--{made['uuid']}" == indicator().id


def test_every_object_is_matched_by_one_value():
    for one in every_kind():
        made = write_object(one, _STAMP)
        assert [part["value"] for part in made["Attribute"] if part["to_ids"]] == [one.value]
