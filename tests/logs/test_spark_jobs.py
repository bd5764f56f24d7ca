"""Jobs carry the name of their query, and their tasks are told of, in both kinds of session."""

from __future__ import annotations

import pytest
from local_spark import connected_spark, local_spark, why_missing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


def _slow_count(session):
    """Some tasks that take longer than two looks at them."""
    session.range(0, 400_000_000, numPartitions=8).selectExpr("sum(id % 7)").collect()


def test_jobs_of_a_context_have_a_description_and_the_group_of_before():
    with local_spark() as session:
        from stillwatch.logs.spark_jobs import jobs_of

        context = session.sparkContext
        told, seen = [], []
        jobs = jobs_of(session, lambda done, total: told.append((done, total)))
        context.setLocalProperty("spark.job.description", "mine")
        with jobs.named("facet"):
            group = context.getLocalProperty("spark.jobGroup.id")
            seen.append(context.getLocalProperty("spark.job.description"))
            _slow_count(session)
            seen.append(len(context.statusTracker().getJobIdsForGroup(group)) > 0)
        assert seen == ["stillwatch: facet", True]
        assert context.getLocalProperty("spark.job.description") == "mine"
        assert context.getLocalProperty("spark.jobGroup.id") is None
        assert told[-1][0] == told[-1][1] >= 8
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        context.setLocalProperty("spark.jobGroup.id", "a cell of a notebook")
        with jobs.named("facet"):
            assert context.getLocalProperty("spark.jobGroup.id") == "a cell of a notebook"
        context.setLocalProperty("spark.jobGroup.id", None)


def test_jobs_of_a_server_have_a_tag():
    with connected_spark() as session:
        from stillwatch.logs.spark_jobs import jobs_of

        told = []
        jobs = jobs_of(session, lambda done, total: told.append((done, total)))
        with jobs.named("facet"):
            assert [tag.rpartition("-")[0] for tag in session.getTags()] == ["stillwatch-facet"]
            _slow_count(session)
        assert session.getTags() == set()
        assert told[-1][0] == told[-1][1] >= 8
        jobs.close()
        told.clear()
        _slow_count(session)
        assert told == []
