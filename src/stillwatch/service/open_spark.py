"""Connect to the Spark that the user runs.

session = open_spark(EngineChoice(name="spark", spark_conf={"spark.master": "spark://host:7077"}))

Whatever Spark's own settings name is taken: a session that is open already (a notebook, spark-submit), `--spark-conf`,
SPARK_CONF_DIR, SPARK_REMOTE; this machine's cores where they name nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from stillwatch.service.settings import EngineChoice


def open_spark(choice: EngineChoice) -> Any:
    """A `pyspark.sql.SparkSession`, of Spark Connect too; it stays open, and the next call gives the same.

    Raises:
        SettingsError: PySpark is not installed, or Spark does not start or answer.
    """
    try:
        sessions = import_module("stillwatch.logs.spark_session")
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[spark]', or leave --engine out"
        raise SettingsError(f"{error.name} is missing", where="--engine spark", mend=mend) from error
    return sessions.spark_session(choice.spark_conf)
