"""Lets ``python -m allocation`` do what the console script does."""

from allocation.cli import run

run()
