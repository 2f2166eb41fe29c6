"""The same function in two accounts and regions; a provider for each says where and as whom."""

import pulumi

import pulumi_functiongraph.native as functiongraph

ours = functiongraph.Provider(
    "ours", region="cn-north-4", project_id="0123456789abcdef0123456789abcdef"
)
customers = functiongraph.Provider(
    "customers",
    region="cn-east-3",
    project_id="fedcba9876543210fedcba9876543210",
    agency_name="for-us",
    agency_domain_name="customer",
)

for name, provider in {"our": ours, "customers": customers}.items():
    functiongraph.AsyncNotificationConfig(
        f"{name}-orders",
        pulumi.ResourceOptions(provider=provider),
        function_urn="orders",
        max_async_retry_attempts=2,
        on_failure=functiongraph.ObsTarget(f"{name}-orders-failed"),
    )
