"""The rules as a CrossGuard policy pack (extra policy).

Never here: rules of its own; they are in core.
"""

from __future__ import annotations

from pulumi_functiongraph.policy.pack import serve

__all__ = ["serve"]
