from stillwatch.evaluation.leaks import find_leaks
from stillwatch.service.range_leaks import range_leaks


def test_the_suites_of_a_composed_folder(small_sample):
    folder = small_sample.truth_path.parent
    assert range_leaks(folder) == find_leaks(folder)
