"""How figures look: the sheet, the calendar, bands, curves and dots."""
