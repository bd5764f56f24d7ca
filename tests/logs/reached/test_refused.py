"""What Spark says, as it says it, becomes a line for whoever must act."""

from __future__ import annotations

import pytest
from local_spark import find_pyspark, why_missing

from stillwatch.core.errors import InputError, PeerError, SettingsError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]
_STACK = "\n\tat org.apache.hadoop.fs.FileSystem.get(FileSystem.java:558)\n\tat java.lang.Thread.run(Thread:840)"
_CASES = [
    (
        '(org.apache.hadoop.fs.UnsupportedFileSystemException) No FileSystem for scheme "s3"',
        SettingsError,
        'No FileSystem for scheme "s3" (name the connector of this file system in --spark-conf spark.jars.packages',
    ),
    (
        "java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.x.S3AFileSystem not found",
        SettingsError,
        "Class org.x.S3AFileSystem not found (name the connector",
    ),
    (
        "[DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta. SQLSTATE: 42K02",
        SettingsError,
        "[DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta. (name the connector",
    ),
    ("[PATH_NOT_FOUND] Path does not exist: s3a://b/x. SQLSTATE: 42K03", InputError, "[PATH_NOT_FOUND]"),
    ("org.apache.hadoop.security.AccessControlException: Permission denied: user=a", SettingsError, "Permission"),
    ("java.nio.file.AccessDeniedException: s3a://b/x: getFileStatus: 403", SettingsError, "s3a://b/x: getFileStatus"),
    ("[UNSUPPORTED_FEATURE.TIME_TRAVEL] The feature is not supported", InputError, "[UNSUPPORTED_FEATURE"),
    ("[TABLE_OR_VIEW_NOT_FOUND] The table or view `a` cannot be found.", InputError, "[TABLE_OR_VIEW"),
    ("java.net.ConnectException: Call From a to b failed", PeerError, "Spark does not reach it: Call From a to b"),
]


@pytest.mark.parametrize(("said", "kind", "line"), _CASES, ids=[line[:40] for _, _, line in _CASES])
def test_who_must_act_and_how(said: str, kind: type[Exception], line: str) -> None:
    find_pyspark()
    from pyspark.errors import PySparkException

    from stillwatch.logs.reached.refused import reaching

    with pytest.raises(kind) as error, reaching("x"):
        raise PySparkException(said + _STACK)
    assert str(error.value).startswith(f"x: {line}")
    assert "\n" not in str(error.value)


def test_what_nobody_knows_is_left_to_whoever_asked() -> None:
    find_pyspark()
    from stillwatch.logs.reached.refused import known_refusal

    assert known_refusal(ValueError("a task crashed"), "x") is None
    assert len(str(known_refusal(ValueError("Forbidden " * 99), "x"))) < 450
