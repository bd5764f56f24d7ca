"""The page in a real browser, opened from disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hostile import HOSTILE, made_hostile
from report_factory import empty_result, rich_result
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from stillwatch.faces.report.render_report import render_report

if TYPE_CHECKING:
    from pathlib import Path

    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

RESULTS = {
    "rich": rich_result(sizes=(412, 57)),
    "hostile": made_hostile(rich_result(sizes=(30, 12))),
    "nothing": empty_result(complete=False),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, result in RESULTS.items():
        (folder / f"{name}.html").write_text(render_report(result), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in RESULTS}


def show(browser: Chrome, page: Path, *, width: int = 1200, features: tuple[tuple[str, str], ...] = ()) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    media = [{"name": name, "value": value} for name, value in features]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    browser.get("about:blank")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(page.as_uri())


def requests(browser: Chrome) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]


def shown_rows(section: WebElement) -> list[list[str]]:
    rows = section.find_elements(By.CSS_SELECTOR, "tbody tr")
    return [[cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td")] for row in rows[:5]]


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_opens_without_error_request_or_overflow(
    browser: Chrome, pages: dict[str, Path], name: str, width: int
):
    show(browser, pages[name], width=width)
    assert browser.get_log("browser") == []
    assert [url for url in requests(browser) if url != pages[name].as_uri()] == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_charts_have_marks(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["rich"])
    boxes: Any = browser.execute_script(
        "return [...document.querySelectorAll('.graph use, .graph .ties path, .timeline .bars')]"
        ".map((mark) => { const box = mark.getBoundingClientRect(); return [box.width, box.height]; })"
    )
    assert len(boxes) > 200
    assert all(width > 1 or height > 1 for width, height in boxes)


def test_hostile_text_stays_text(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["hostile"])
    assert browser.execute_script("return window.broken") is None
    assert browser.execute_script("return document.querySelectorAll('img, iframe, body script + script').length") == 0
    [first, *_] = browser.find_elements(By.CSS_SELECTOR, "[data-members] tbody th")
    assert first.text.startswith(HOSTILE[:30])
    assert "[U+202E]" in first.text


def test_members_can_be_sorted_by_keyboard(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["rich"])
    section = browser.find_elements(By.CSS_SELECTOR, "[data-members]")[1]
    head = section.find_element(By.CSS_SELECTOR, "[data-sort=ids]")
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "ascending"
    ids = sorted(member.account_id for member in largest_first())
    assert [row[0] for row in shown_rows(section)] == ids[:5]
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert [row[0] for row in shown_rows(section)] == ids[::-1][:5]


def largest_first() -> tuple[Any, ...]:
    """Members of the campaign whose table stands second on the page."""
    ranked = sorted(RESULTS["rich"].campaigns, key=lambda campaign: (campaign.q_value, -campaign.exchanges))
    return ranked[1].members


def test_members_can_be_found_and_filtered(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["rich"])
    section = browser.find_elements(By.CSS_SELECTOR, "[data-members]")[1]
    wanted = largest_first()[3].account_id
    section.find_element(By.CSS_SELECTOR, "[data-find]").send_keys(wanted.upper())
    assert [row[0] for row in shown_rows(section)] == [wanted]
    section.find_element(By.CSS_SELECTOR, "[data-find]").clear()
    section.find_element(By.CSS_SELECTOR, "[data-find]").send_keys(" ")
    section.find_element(By.CSS_SELECTOR, "[data-standing] [value=v]").click()
    assert {row[1] for row in shown_rows(section)} == {"victim"}


def test_long_tables_have_pages(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["rich"])
    sections = browser.find_elements(By.CSS_SELECTOR, "[data-members]")
    [section] = [each for each in sections if each.find_element(By.CSS_SELECTOR, "[data-pages]").is_displayed()]
    assert len(section.find_elements(By.CSS_SELECTOR, "tbody tr")) == 200
    for _ in range(2):
        section.find_element(By.CSS_SELECTOR, "[data-next]").click()
    assert section.find_element(By.CSS_SELECTOR, "[data-shown]").text == "401 to 412 of 412"
    assert not section.find_element(By.CSS_SELECTOR, "[data-next]").is_enabled()


def test_members_can_be_saved_as_csv(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["hostile"])
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "deny"})
    saved: Any = browser.execute_async_script(
        "const done = arguments[0], make = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then(done); return make(blob); };"
        "document.querySelector('[data-download]').click();"
    )
    [head, first, *_] = saved.lstrip("\ufeff").split("\r\n")
    assert head == "account_id,standing,confidence,because"
    assert first.startswith('"</script><script>')
    assert '\'""-->' in first


def test_an_account_can_be_reached_by_keyboard(browser: Chrome, pages: dict[str, Path]):
    show(browser, pages["rich"])
    figure = browser.find_element(By.CSS_SELECTOR, "[data-graph]")
    picture = figure.find_element(By.CSS_SELECTOR, ":scope > svg")
    browser.execute_script("arguments[0].focus()", picture)
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert figure.find_element(By.CSS_SELECTOR, "[data-readout]").text.startswith("acct_")
    button = figure.find_element(By.CSS_SELECTOR, ".kinds button")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert len(figure.find_elements(By.CSS_SELECTOR, ".ties .chosen")) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(browser: Chrome, pages: dict[str, Path], scheme: str):
    show(browser, pages["rich"], features=(("prefers-color-scheme", scheme),))
    colours: Any = browser.execute_script(
        "const of = (css, name) => getComputedStyle(document.querySelector(css))[name].match(/[\\d.]+/g).map(Number);"
        "return [of('body', 'backgroundColor'), ...['body', 'figcaption', '.badge', 'summary', '.badge.review']"
        ".map((css) => of(css, 'color'))]"
    )
    paper, *inks = colours
    assert all(contrast(ink, paper) >= 4.5 for ink in inks)


def contrast(first: list[float], second: list[float]) -> float:
    """The contrast ratio of the web accessibility guidelines."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: list[float]) -> float:
    shares = [value / 255 for value in colour[:3]]
    red, green, blue = (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
