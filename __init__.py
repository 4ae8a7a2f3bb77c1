"""bayang reads folders of self-inspection reports and says exactly what is missing in each."""

__version__ = "0.1.0"
