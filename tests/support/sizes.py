"""Windows in which pages are looked at, width and height [px]."""

DESKTOP, PHONE, NARROW = (1366, 768), (390, 844), (320, 640)
