"""`python -m stillwatch` is `stillwatch`."""

from stillwatch.faces.cli.main import main

main()
