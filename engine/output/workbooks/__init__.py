"""The workbook in which a report is filled in: what stands on its sheets, and how they look."""
