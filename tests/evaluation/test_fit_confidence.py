from stillwatch.evaluation.fit_confidence import fit_members


def test_shares_rise_with_likeness_and_none_is_sure():
    seen = [(-5.0, False)] * 9 + [(1.5, True)] * 3 + [(1.5, False)] * 6 + [(9.0, True)] * 99
    fitted = fit_members(seen)
    assert sum(fitted.accounts) == len(seen)
    assert sum(fitted.guilty) == 102
    assert fitted.posterior == tuple(sorted(fitted.posterior))
    by_begin = dict(zip(fitted.begins, fitted.posterior, strict=True))
    assert (by_begin[-8.0], by_begin[1.0], by_begin[8.0]) == (0.05, 0.35, 0.995)


def test_bins_that_fall_are_pooled():
    by_begin = dict(zip(*[fit_members([(1.5, True)] * 3 + [(2.5, False)] * 3)[place] for place in (0, 3)], strict=True))
    assert by_begin[1.0] == by_begin[2.0] == 0.5
