"""The page as text; `test_page.py` opens it in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hostile import made_hostile
from report_factory import empty_result, rich_result

from stillwatch.core.campaign import Member, ScanResult, Standing
from stillwatch.faces.report.render_report import render_report

PAGES = {
    "rich": rich_result(),
    "one small campaign": rich_result(sizes=(5,)),
    "nothing found": empty_result(),
    "nothing found, incomplete": empty_result(complete=False),
    "hostile": made_hostile(rich_result(sizes=(30, 12))),
    "no pictures": replace(rich_result(sizes=(5,)), pictures=(), rejects=(), set_aside=()),
}


class Page(HTMLParser):
    """Elements, their attributes, and the text of the first element of each name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@cache
def rendered(name: str) -> str:
    return render_report(PAGES[name])


@pytest.fixture(params=PAGES)
def html(request: pytest.FixtureRequest) -> str:
    return rendered(request.param)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", html)))


def test_the_page_can_be_written_and_stays_small(html: str):
    assert len(html.encode("utf-8")) < 1_500_000


def test_nothing_is_loaded_from_elsewhere(html: str):
    page = Page(html)
    links = [value for _, names in page.elements for name, value in names.items() if name in {"href", "src", "action"}]
    assert all(link and link.startswith("#") for link in links)
    assert not {"img", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.elements}
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in html
    assert "@import" not in html
    assert "url(" not in html


def test_only_our_own_script_and_style_stand_in_the_page(html: str):
    page = Page(html)
    scripts = [names for tag, names in page.elements if tag == "script" and names.get("type") != "application/json"]
    assert len(scripts) == 1
    assert sum(tag == "style" for tag, _ in page.elements) == 1
    assert not [name for _, names in page.elements for name in names if name.startswith("on") or name == "style"]


def test_the_policy_allows_nothing_but_the_two_by_their_digest(html: str):
    [policy] = [names["content"] or "" for _, names in Page(html).elements if "http-equiv" in names]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


def test_islands_hold_json_and_no_markup(html: str):
    for island in re.findall(r'(?s)<script type="application/json"[^>]*>(.*?)</script>', html):
        assert set(json.loads(island)) == {"ids", "standings", "confidences", "reasons", "reason"}
        assert not re.search("[<>&\u2028\u2029]", island)


def test_hidden_characters_are_shown(html: str):
    assert not re.search("[\x00\x1b\u202e\u2028\u2029\ud800-\udfff]", html)


def test_three_sentences_say_what_was_found(html: str):
    sentences = re.findall(r'<span class="sentence">(.*?)</span>', html)
    assert len(sentences) == 3
    assert all(sentence.endswith(".") for sentence in sentences)


def test_ids_are_used_once_and_labels_have_a_target(html: str):
    page = Page(html)
    ids = [names["id"] for _, names in page.elements if "id" in names]
    assert len(ids) == len(set(ids))
    wanted = {
        target
        for _, names in page.elements
        for target in [*(names.get("aria-labelledby") or "").split(), (names.get("href") or "")[1:]]
        if target
    }
    assert wanted <= set(ids)


def test_headings_go_down_one_level_at_a_time(html: str):
    levels = [int(tag[1]) for tag, _ in Page(html).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_an_incomplete_page_is_never_clean():
    text = text_of(render_report(empty_result(complete=False)))
    assert "Not clean: the scan is incomplete" in text
    assert "not cleared" in text


def test_set_aside_groups_are_not_called_campaigns():
    text = text_of(render_report(empty_result()))
    assert "No campaign found" in text
    assert "they are not accused" in text
    assert "Campaign 1" not in text


def test_the_same_result_gives_the_same_page():
    assert render_report(rich_result()) == rendered("rich")


def test_forbidden_words_do_not_occur():
    text = text_of(rendered("rich")).lower()
    assert not re.search(r"\battack", text)


def large_result(campaigns: int, members: int) -> ScanResult:
    small = rich_result(sizes=(60,) * campaigns)
    share = members // campaigns
    crowd = tuple(
        Member(
            account_id=f"acct_{number:032x}",
            standing=tuple(Standing)[number % 3],
            confidence=0.5 + number / members / 2,
            because=f"{number % 100}% of its {number} exchanges carry the template, in the group's own hours.",
        )
        for number in range(members)
    )
    found = tuple(
        replace(each, accounts=share, members=crowd[place * share : (place + 1) * share])
        for place, each in enumerate(small.campaigns)
    )
    return replace(small, campaigns=found)


@pytest.mark.parametrize(("campaigns", "members"), [(60, 25_000), (1, 25_000), (60, 300)])
def test_large_results_stay_under_five_megabytes(campaigns: int, members: int):
    html = render_report(large_result(campaigns, members))
    assert len(html.encode()) < 5_000_000
    shown = sum(
        len(json.loads(island)["ids"]) for island in re.findall(r'(?s)"application/json"[^>]*>(.*?)</script>', html)
    )
    assert shown == members or "This page has room for" in html
