"""What leaves is made field by field; what must stay stays under every option."""

from __future__ import annotations

from datetime import timedelta

import pytest
from found_factory import found, options
from shared_factory import NOW

from stillwatch.core.campaign import Verdict
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.salt_id import salt_id
from stillwatch.core.template_key import TemplateKey
from stillwatch.core.to_share import AccountForm
from stillwatch.intel.share_campaign import share_campaign
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle

_TEMPLATES = (TemplateKey(4, -77, 0.95), TemplateKey(2, 9, 1.0))


def test_by_default_keys_of_prompts_leave_and_no_account() -> None:
    made = share_campaign(found(), _TEMPLATES, salt=7, options=options())
    assert [(one.kind, one.value, one.form, one.key_id) for one in made.campaign.indicators] == [
        (IndicatorKind.TEMPLATE, "-77", Form.SALTED, salt_id(7)),
        (IndicatorKind.TEMPLATE, "9", Form.SALTED, salt_id(7)),
    ]
    assert [one.confidence for one in made.campaign.indicators] == [92, 97]


@pytest.mark.parametrize("form", AccountForm)
@pytest.mark.parametrize("tlp", Tlp)
def test_victims_and_texts_stay_whatever_is_asked(form: AccountForm, tlp: Tlp) -> None:
    asked = options(accounts=form, handling=Handling(tlp=tlp))
    data = write_bundle(share_campaign(found(), _TEMPLATES, salt=7, options=asked).campaign).decode()
    for stays in ("used", "mixed", "sent all of it", "a b", "y.example", '"c-1"'):
        assert f'"{stays}"' not in data
        assert stays not in data or stays in {"used", "mixed"}
    strict = tlp in {Tlp.AMBER_STRICT, Tlp.RED}
    assert ("acct-1" in data) == (form is AccountForm.CLEAR and strict)
    assert ('"template"' in data) == strict


def test_times_are_whole_hours_around_it() -> None:
    campaign = share_campaign(found(), (), salt=7, options=options()).campaign
    window = (campaign.first_seen, campaign.last_seen)
    assert window == (NOW - timedelta(days=9, hours=1), NOW - timedelta(hours=3))


def test_the_same_campaign_has_the_same_id_and_another_store_another() -> None:
    ids = [share_campaign(found(), (), salt=salt, options=options()).campaign.id for salt in (7, 7, 8)]
    assert ids[0] == ids[1] != ids[2]


def test_a_later_version_keeps_when_it_was_made() -> None:
    campaign = share_campaign(found(), (), salt=7, options=options(first_at=NOW - timedelta(days=3))).campaign
    assert (campaign.created_at, campaign.version_at) == (NOW - timedelta(days=3), NOW)


def test_what_a_person_must_see_first_is_refused() -> None:
    with pytest.raises(InputError, match="authorised customer"):
        share_campaign(found(verdict=Verdict.REVIEW), (), salt=7, options=options())


def test_what_no_board_has_scored_names_nothing_to_match() -> None:
    asked = options(accounts=AccountForm.CLEAR)
    made = share_campaign(found(), _TEMPLATES, salt=7, options=asked, is_experimental=True)
    assert made.campaign.indicators == ()
    assert [(one.what, one.how_many) for one in made.stays[-2:]] == [
        ("accounts of the operator", 2),
        ("template keys", 2),
    ]


def test_it_goes_out_as_it_was_made() -> None:
    made = share_campaign(found(), _TEMPLATES, salt=7, options=options(accounts=AccountForm.SALTED))
    assert read_bundle(write_bundle(made.campaign)).campaigns == (made.campaign,)
