"""A session of Spark: the one that is open, or a new one as Spark's own settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN: Final = {"spark.app.name": "stillwatch", "spark.ui.showConsoleProgress": "false"}
"""What a session that we open is told beside the user's settings; a bar of Spark's would break ours."""


def spark_session(conf: Mapping[str, str]) -> SparkSession:
    """The session that is open, told of `conf` as far as a running one can be, or a new one.

    Raises:
        SettingsError: Spark does not start, or what `spark.remote` names does not answer.
    """
    try:
        # Only the builder of its own class finds a session of Spark Connect; the other asks where to connect to.
        if (session := SparkSession.getActiveSession()) is not None:
            return type(session).builder.config(map=dict(conf)).getOrCreate()
        return SparkSession.builder.config(map={**_OWN, **conf}).getOrCreate()
    # gRPC, Java and Python each have errors of their own, and any of them keeps a session from opening.
    except (PySparkException, Py4JError, ImportError, OSError, RuntimeError, ValueError) as error:
        mend = "Spark needs Java 17 and the master that its settings name; see --spark-conf and SPARK_CONF_DIR"
        raise SettingsError(f"Spark did not start: {_first_line(error)}", where="--engine spark", mend=mend) from error


def _first_line(error: Exception) -> str:
    text = str(error.java_exception) if isinstance(error, Py4JJavaError) else str(error)
    return next((line for line in text.splitlines() if line.strip()), type(error).__name__)
