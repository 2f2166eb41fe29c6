"""The order service, whose declaration is tested in test_notifications.py."""

from notifications import declare

import pulumi_functiongraph as functiongraph

declare(functiongraph.get_function("orders").function_urn)
