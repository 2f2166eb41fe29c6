"""The rules of this package as a policy pack: `pulumi preview --policy-pack policy`."""

from pulumi_functiongraph.policy import serve

serve()
