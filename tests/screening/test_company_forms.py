from __future__ import annotations

import pytest

from stillwatch.screening.company_forms import corrected, han_form, has_sure_form, is_form, is_glued, without_forms


@pytest.mark.parametrize(
    ("name", "kept", "forms"),
    [
        ("quill gmbh", "quill", ("limited",)),
        ("ooo quill", "quill", ("limited",)),
        ("quill limited liability company", "quill", ("limited",)),
        ("quill l l c", "quill", ("limited",)),
        ("quill co ltd", "quill", ("limited",)),
        ("общество с ограниченнои ответственностью ромашка", "ромашка", ("limited",)),
        ("quill gmbh & co kg", "quill", ("partnership",)),
        ("quill", "quill", ()),
        ("llc", "llc", ()),
        ("sas quill", "sas quill", ()),
    ],
)
def test_forms_are_told_from_the_name_and_kept(name: str, kept: str, forms: tuple[str, ...]) -> None:
    assert without_forms(name.split(), is_company=False) == (tuple(kept.split()), forms)


def test_a_short_form_counts_where_a_company_is_meant() -> None:
    assert without_forms(["li", "sa"], is_company=False) == (("li", "sa"), ())
    assert without_forms(["li", "sa"], is_company=True) == (("li",), ("stock",))


def test_a_form_glued_to_the_name_is_seen() -> None:
    assert is_glued("jscargument", "argument")
    assert is_glued("argumentllc", "argument")
    assert not is_glued("counterargument", "argument")


def test_slips_in_long_words_of_companies_are_mended() -> None:
    assert corrected("technologeis") == "technologies"
    assert corrected("quillfeather") == "quillfeather"
    assert corrected("gmhb") == "gmhb"


def test_han_forms_stand_at_the_ends() -> None:
    assert han_form("北方贸易股份有限公司") == ("北方贸易", "stock")
    assert han_form("北方贸易") == ("北方贸易", "")
    assert han_form("有限公司") == ("有限公司", "")


def test_some_words_say_that_a_company_is_meant() -> None:
    assert has_sure_form(["emma", "llc"])
    assert not has_sure_form(["emma", "sa"])
    assert is_form("s a")
