"""Unit tests: no engine, no network, no account."""

from collections.abc import Mapping
from typing import Any

import pulumi


class Mocks(pulumi.runtime.Mocks):
    """Every resource comes up as it is declared."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", dict(args.inputs)

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


pulumi.runtime.set_mocks(Mocks())

from notifications import declare  # noqa: E402 - after the mocks, as a program is

ORDERS = "urn:fss:eu-de:0123456789abcdef0123456789abcdef:function:default:orders:latest"


@pulumi.runtime.test  # type: ignore[untyped-decorator] # the SDK's own
def test_failures_are_kept_for_a_month() -> pulumi.Output[None]:
    def check(target: Mapping[str, Any] | None) -> None:
        assert target is not None
        assert (target["bucket"], target["expires"]) == ("orders-failed", 30)

    return declare(ORDERS).on_failure.apply(check)
