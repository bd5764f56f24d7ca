"""What the pages have in common."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from stillwatch.faces.report.page_environment import asset, page_environment, page_policy


def test_what_strangers_wrote_is_escaped_and_made_visible() -> None:
    template = page_environment().from_string("<p>{{ name }}</p>")
    assert template.render(name="<b>\u202eA&B") == "<p>&lt;b&gt;[U+202E]A&amp;B</p>"


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        page_environment().from_string("{{ nobody }}").render()


def test_a_page_without_script_runs_none() -> None:
    policy = page_policy(asset("style.css"))
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "script-src 'sha256-" in page_policy("a", "b")
