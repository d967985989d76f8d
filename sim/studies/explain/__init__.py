"""Why an outcome is as likely as it is: mechanisms switched off on the same futures."""
