"""In these tests nobody has imported this package before a program starts."""

import pytest

from pulumi_functiongraph.bridge.sdk_internals import program_start


@pytest.fixture(autouse=True)
def no_program_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi.runtime.stack.set_root_resource", program_start._make_known)
