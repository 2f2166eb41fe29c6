"""The account of the credentials, compared with the one that was named."""

import pytest

from pulumi_functiongraph.cloud.auth.credentials import NamedValue
from pulumi_functiongraph.cloud.http.domains import Domain, OwnAccount
from pulumi_functiongraph.cloud.settings import NamedAccount
from pulumi_functiongraph.core.errors import Rejected

MINE = Domain("mine", "d1")


def refused(named: NamedAccount, *listed: Domain) -> str:
    with pytest.raises(Rejected) as caught:
        OwnAccount(named, source="a test").found(lambda: listed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (NamedAccount(name=NamedValue("other", "HW_DOMAIN_NAME")), "HW_DOMAIN_NAME names other"),
        (NamedAccount(id=NamedValue("d2", "OS_DOMAIN_ID")), "OS_DOMAIN_ID names d2"),
        (
            NamedAccount(
                id=NamedValue("d2", "OS_DOMAIN_ID"), name=NamedValue("mine", "OS_DOMAIN_NAME")
            ),
            "OS_DOMAIN_NAME names mine and OS_DOMAIN_ID names d2",
        ),
    ],
)
def test_another_account_than_the_one_that_was_named_is_one_plain_sentence(
    named: NamedAccount, told: str
) -> None:
    assert refused(named, MINE).startswith(
        f"could not work with credentials of the account that was named ({told}): the credentials "
        "from a test belong to mine (d1); nothing else was asked. "
    )


def test_where_no_account_was_named_and_there_are_several_it_says_so() -> None:
    assert refused(NamedAccount(), MINE, Domain("other", "d2")).startswith(
        "could not tell the account of the credentials: the credentials from a test belong to "
        "mine (d1), other (d2)"
    )
    assert "belong to none" in refused(NamedAccount())
