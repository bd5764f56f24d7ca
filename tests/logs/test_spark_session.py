"""A session is opened as Spark's settings say, once."""

from __future__ import annotations

import pytest
from local_spark import connected_spark, local_spark, why_missing

from stillwatch.core.errors import SettingsError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.mark.parametrize("spark", [local_spark, connected_spark], ids=["context", "connect"])
def test_the_session_that_is_open_is_taken_and_told_what_it_can_still_be_told(spark, monkeypatch):
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with spark() as session:
        from stillwatch.logs.spark_session import spark_session

        again = spark_session({"spark.sql.shuffle.partitions": "3"})
        assert again is session
        assert session.conf.get("spark.sql.shuffle.partitions") == "3"


def test_settings_that_cannot_be_are_an_error_that_says_where(monkeypatch):
    with local_spark():
        pass
    from stillwatch.logs.spark_session import spark_session

    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with pytest.raises(SettingsError, match=r"--engine spark: Spark did not start: .*nowhere://host:1.*SPARK_CONF_DIR"):
        spark_session({"spark.master": "nowhere://host:1"})
