import pytest

from pulumi_functiongraph.core.semver import as_semver


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("0.1.0", "0.1.0"),
        ("1.2", "1.2.0"),
        ("1", "1.0.0"),
        ("1.2.0a3", "1.2.0-alpha.3"),
        ("1.2.0b1", "1.2.0-beta.1"),
        ("1.2.0rc1", "1.2.0-rc.1"),
        ("1.2.0.dev4", "1.2.0-dev.4"),
        ("1.2.0rc1.dev4", "1.2.0-rc.1.dev.4"),
        ("1.2.0.post1", "1.2.0+post.1"),
        ("1.2.0rc1.post2+local.5", "1.2.0-rc.1+post.2.local.5"),
    ],
)
def test_a_version_of_a_package_is_told_as_the_engine_reads_it(release: str, told: str) -> None:
    assert as_semver(release) == told


@pytest.mark.parametrize("release", ["1!1.0.0", "1.2.3.4", "", "latest"])
def test_what_semver_has_no_place_for_is_refused(release: str) -> None:
    with pytest.raises(ValueError, match="cannot be told as semver"):
        as_semver(release)
