"""The living model of a page: what of a scenario travels, so that a reader can move its numbers anywhere."""

from sim.studies.report.model.pack import pack

__all__ = ["pack"]
