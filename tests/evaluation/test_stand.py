import pytest

from stillwatch.evaluation.score import read_truth, score
from stillwatch.evaluation.stand import LogFiles, all_parts, open_stand, read_log


@pytest.fixture(scope="module")
def held(small_sample, tmp_path_factory):
    files = LogFiles(small_sample.logs[0].parent, small_sample.accounts_path, small_sample.authorised_path)
    return files, read_log(files, tmp_path_factory.mktemp("stand") / "store")


def test_the_stand_reports_what_a_scan_reports(held, small_scan):
    files, store = held
    with open_stand(store, files) as stand:
        found = stand.report(all_parts())
    expected = {frozenset(member.account_id for member in one.members) for one in small_scan.result.campaigns}
    assert {frozenset(member["account_id"] for member in one["members"]) for one in found["campaigns"]} == expected


def test_without_links_nothing_is_proposed(held, small_sample):
    files, store = held
    with open_stand(store, files) as stand:
        found = stand.report(all_parts()._replace(links=frozenset()))
    assert score(read_truth(small_sample.truth_path), found).reported == 0


def test_before_the_log_there_is_nothing(held):
    files, store = held
    with open_stand(store, files, until=1) as stand:
        assert stand.report(all_parts())["campaigns"] == []


def test_a_watch_tells_of_no_more_than_a_scan_and_of_what_is_sure(held, small_scan):
    files, store = held
    with open_stand(store, files) as stand:
        told = stand.told(all_parts())["campaigns"]
    groups = {frozenset(member["account_id"] for member in one["members"]) for one in told}
    found = {frozenset(member.account_id for member in one.members): one.q_value for one in small_scan.result.campaigns}
    assert {members for members, q_value in found.items() if q_value < 1e-5} <= groups <= set(found)


def test_parts_alone_and_left_out():
    parts = all_parts()
    link, signal = min(parts.links), min(parts.signals)
    assert parts.only(link) == (frozenset({link}), parts.signals)
    assert parts.only(signal) == (parts.links, frozenset({signal}))
    assert parts.without(link).links == parts.links - {link}
