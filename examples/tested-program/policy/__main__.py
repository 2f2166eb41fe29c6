"""The team's own policy: failures always go somewhere."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def failures_are_kept(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Each config has a failure target."""
    is_config = args.resource_type.endswith(":AsyncNotificationConfig")
    if is_config and not args.props.get("onFailure"):
        report("on_failure is missing: failed events would be dropped")


PolicyPack(
    "team",
    policies=[
        ResourceValidationPolicy(
            name="failures-are-kept",
            description="Each config has a failure target.",
            enforcement_level=EnforcementLevel.MANDATORY,
            validate=failures_are_kept,
        )
    ],
)
