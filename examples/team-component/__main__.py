"""Two teams, and every function of theirs tells its team when it fails."""

from team import TeamFunctions

TeamFunctions("checkout", ["orders", "billing"])
TeamFunctions("warehouse", ["shipping"], retries=3)
