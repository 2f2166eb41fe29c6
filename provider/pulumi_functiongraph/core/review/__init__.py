"""Review: what a previewed update would do to notifications.

Never here: how a preview is read, or a report rendered.
"""

REPORT_VARIABLE = "FUNCTIONGRAPH_REPORT"
"""The variable that names the file which the gate writes in a preview, for a review to read."""
