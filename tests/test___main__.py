import subprocess
import sys

from stillwatch.core.version import VERSION


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "stillwatch", "--version"], capture_output=True, text=True, check=True)
    assert VERSION in done.stdout
