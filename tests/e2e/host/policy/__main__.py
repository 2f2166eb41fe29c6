"""A policy pack: no resource may be called forbidden."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def refuse_the_forbidden_name(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.name == "forbidden":
        report(f"nothing may be called {args.name}", None)


PolicyPack(
    "trial",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="names", description="Names are allowed.", validate=refuse_the_forbidden_name
        )
    ],
)
