"""The fictional association of ``allocation sample``."""

from allocation.sample.writing import FORMATS, SampleSummary, write_sample

__all__ = ["FORMATS", "SampleSummary", "write_sample"]
