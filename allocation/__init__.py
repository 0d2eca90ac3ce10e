"""The transparent housing allocation publisher."""

__version__ = "0.1.0"
