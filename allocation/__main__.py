"""Lets ``python -m allocation`` do what the console script does."""

from allocation.cli.main import run

run()
