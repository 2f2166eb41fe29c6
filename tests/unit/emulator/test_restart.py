"""What a local cloud holds is there after a restart, also what an older release kept."""

import base64
from pathlib import Path

from pulumi_functiongraph.emulator.state.store import Connection
from unit.emulator.callers import TOPIC, assume, seed, temporary_key
from unit.emulator.client import PROJECT, CloudClient, local_cloud
from unit.emulator.iam_calls import token_of

RECORD = {"data": base64.b64encode(b"event").decode(), "partition_key": "k"}


def publish(client: CloudClient, token: str) -> int:
    return client.request(
        "POST",
        f"/v2/{PROJECT}/notifications/topics/{TOPIC}/publish",
        content=b'{"message": "m"}',
        headers={"x-auth-token": token},
    ).status_code


def test_records_of_a_stream_survive_a_restart(tmp_path: Path) -> None:
    body = {"stream_name": "order-stream", "records": [RECORD]}
    path = f"/v2/{PROJECT}/records"
    with local_cloud(directory=tmp_path) as first:
        assert first.call("POST", path, body).status_code == 200

    with local_cloud(directory=tmp_path) as second:
        [stream] = second.control("GET", "state")["streams"]
        [sent] = second.call("POST", path, body).json()["records"]

    assert stream["records"] == [{"data": RECORD["data"], "partition_key": "k"}]
    assert sent["sequence_number"] == "1"


def test_what_acts_for_an_agency_acts_for_it_after_a_restart(tmp_path: Path) -> None:
    with local_cloud(directory=tmp_path) as first:
        seed(first, "SMN FullAccess")
        token = token_of(assume(first))
        key = temporary_key(first).json()["credential"]

    with local_cloud(directory=tmp_path) as second:
        functions = second.call(
            "GET",
            f"/v2/{PROJECT}/fgs/functions",
            headers={"x-security-token": key["securitytoken"]},
            access_key=key["access"],
            secret_key=key["secret"],
        )
        granted = publish(second, token)
        seed(second)
        refused = publish(second, token)

    assert (functions.status_code, granted, refused) == (403, 200, 403)


def test_a_restricted_user_is_one_after_a_restart(tmp_path: Path) -> None:
    ann = {"name": "ann", "grants": ["SMN ReadOnlyAccess"]}
    key = {"access_key": "ANNSKEY", "secret_key": "anns-secret", "user": "ann"}
    with local_cloud(directory=tmp_path) as first:
        first.control("POST", "seed", {"users": [ann], "credentials": [key]})

    with local_cloud(directory=tmp_path) as second:
        paths = [f"/v2/{PROJECT}/notifications/topics", f"/v2/{PROJECT}/fgs/functions"]
        answers = [
            second.call("GET", path, access_key="ANNSKEY", secret_key="anns-secret")
            for path in paths
        ]

    assert [answer.status_code for answer in answers] == [200, 403]


def _as_before_grants(connection: Connection) -> None:
    """Without the tables that came later; the number of the layout stayed the same."""
    for table in ("iam_grants", "iam_roles", "iam_assumed", "iam_restricted_users", "dis_records"):
        connection.execute(f"DROP TABLE {table}")


def test_a_state_from_before_there_were_grants_is_opened(tmp_path: Path) -> None:
    with local_cloud(directory=tmp_path) as old:
        old.create_function("kept")
        old.cloud.store.write_now(_as_before_grants)

    with local_cloud(directory=tmp_path) as new:
        roles = new.call("GET", "/v3/roles").json()["roles"]
        names = [each["func_name"] for each in new.control("GET", "state")["functions"]]
        [agency] = new.control("GET", "state")["agencies"]
        seed(new, "SMN FullAccess")
        status = publish(new, token_of(assume(new)))

    assert {"SMN Administrator", "Tenant Guest"} <= {role["display_name"] for role in roles}
    assert names == ["orders", "audit", "kept"]
    assert (agency["name"], agency["grants"]) == ("functiongraph-notifications", [])
    assert status == 200
