"""A real standalone cluster of this machine for the tests: one master, two workers, each a Java process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_spark import libraries, this_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STARTS_WITHIN_S = 900
_BEGINS_WITHIN_S = 3600
_CLASSES = "org.apache.spark.deploy"
_DAEMON_MEMORY = "192m"
_SAID = "stillwatch: "
_QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A Java machine that lives for a minute pays more for compiling well than it gains."""


@dataclass
class Cluster:
    """What tells a driver where the cluster is, and ways to hurt it; `local[2]` is a cluster too, without workers."""

    url: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def settings(self, **more: str) -> dict[str, str]:
        """Spark settings of an application here: one small executor on each worker, what happens told in `events`."""
        (self.folder / "events").mkdir(exist_ok=True)
        return {
            "spark.master": self.url,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.driver.extraJavaOptions": _QUICK,
            "spark.executor.extraJavaOptions": _QUICK,
            "spark.executor.memory": "512m",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.dir": str(self.folder / "events"),
            "spark.local.dir": str(self.folder / "driver"),
            "spark.log.level": "ERROR",
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.warehouse.dir": str(self.folder / "driver"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        } | more

    def kill(self, worker: int) -> None:
        """End a worker and the executor that it runs as a machine without power would: nobody is told."""
        for pid in self._processes(worker):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextmanager
    def frozen(self, worker: int) -> Iterator[None]:
        """For as long as it lasts, the executor of a worker does nothing: a straggler."""
        executors = self._processes(worker)[1:]
        for pid in executors:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in executors:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def environment(self) -> dict[str, str]:
        """What a program needs to be a driver here, or a daemon."""
        home = libraries() / "pyspark"
        local = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": _DAEMON_MEMORY}
        local["SPARK_DAEMON_JAVA_OPTS"] = _QUICK
        return os.environ | local | this_python()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What Spark noted of one kind in the applications so far, in order."""
        mark = f'{{"Event":"{kind}",'
        lines = (line for file in (self.folder / "events").iterdir() for line in file.read_text().splitlines())
        return [json.loads(line) for line in lines if line.startswith(mark) and line.endswith("}")]

    def queries(self) -> set[str]:
        """The named queries of which jobs have begun."""
        told = (job["Properties"].get("spark.job.description", "") for job in self.events("SparkListenerJobStart"))
        return {said.removeprefix(_SAID) for said in told if said.startswith(_SAID)}

    def wait_for(self, query: str) -> None:
        """Until a job of a named query has begun."""
        _wait_until(query, lambda: query in self.queries())

    def wait_for_speculation(self) -> None:
        """Until a task that was begun a second time, as the first was slow, has come to its end."""
        ended = "SparkListenerTaskEnd"
        _wait_until("speculation", lambda: any(task["Task Info"]["Speculative"] for task in self.events(ended)))

    def _processes(self, worker: int) -> list[int]:
        """A worker's number, then those of all below it."""
        return _below(self.workers[worker].pid)


@contextmanager
def spark_cluster(folder: Path) -> Iterator[Cluster]:
    """A master and two workers of one core and 512 MB each, which work under `folder` and end with the block."""
    port = _free_port()
    cluster = Cluster(url=f"spark://127.0.0.1:{port}", folder=folder)
    with ExitStack() as stack:

        def start(kind: str, log: str, *arguments: str) -> subprocess.Popen[bytes]:
            output = stack.enter_context((folder / f"{log}.log").open("wb"))
            process = subprocess.Popen(  # noqa: S603  # a program of PySpark's own
                [str(libraries() / "pyspark" / "bin" / "spark-class"), f"{_CLASSES}.{kind}", *arguments],
                env=cluster.environment(),
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            stack.callback(_end, process)
            return process

        start("master.Master", "master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for number in range(2):
            # A task is begun a second time on another host only: each worker has an address of its own.
            own = (
                "--host",
                f"127.0.0.{number + 1}",
                "--work-dir",
                str(folder / f"worker-{number}"),
                "--webui-port",
                "0",
            )
            sizes = ("--cores", "1", "--memory", "512m")
            cluster.workers.append(start("worker.Worker", f"worker-{number}", *own, *sizes, cluster.url))
        _wait_until_said(folder / "master.log", "Registering worker", 2)
        yield cluster


def _end(process: subprocess.Popen[bytes]) -> None:
    for pid in reversed(_below(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _below(pid: int) -> list[int]:
    """A process and all that it started, itself first."""
    listed = [Path(f"/proc/{pid}/task/{one}/children") for one in _threads(pid)]
    children = [int(child) for file in listed if file.exists() for child in file.read_text().split()]
    return [pid, *(below for child in children for below in _below(child))]


def _threads(pid: int) -> list[str]:
    with suppress(FileNotFoundError):
        return [thread.name for thread in Path(f"/proc/{pid}/task").iterdir()]
    return []


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until(what: str, is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + _BEGINS_WITHIN_S
    while not is_so():
        assert time.monotonic() < end, f"{what} did not begin"
        time.sleep(0.3)


def _wait_until_said(log: Path, what: str, times: int) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while log.read_text().count(what) < times:
        if time.monotonic() > end:
            raise AssertionError(f"the cluster did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)
