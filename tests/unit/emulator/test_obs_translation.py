"""OBS: what is signed, what is judged and what is carried out are one and the same."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from pulumi_functiongraph.emulator.http.exchange import RawRequest
from pulumi_functiongraph.emulator.obs.signature import Signature, sign_v4
from pulumi_functiongraph.emulator.seeds.default import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY
from unit.emulator.callers import ANN, hold_ann, policy
from unit.emulator.client import HOST, CloudClient
from unit.emulator.obs_calls import DATE, obs

KEYS = (DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY)
V4_DATE = "20260101T000000Z"
V4_SCOPE = "20260101/r/s3/aws4_request"


def v4(
    client: CloudClient,
    method: str,
    path: str,
    content: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    unsigned: Mapping[str, str] | None = None,
    keys: tuple[str, str] = KEYS,
) -> httpx.Response:
    """A call signed as S3's clients sign, with some headers added afterwards."""
    sent = {
        "x-amz-date": V4_DATE,
        "x-amz-content-sha256": hashlib.sha256(content).hexdigest(),
        **(headers or {}),
    }
    names = tuple(sorted([*sent, "host"]))
    bare, _, query = path.partition("?")
    signed = Signature(keys[0], "", "x-amz-", V4_SCOPE, names, V4_DATE)
    request = RawRequest(method, bare.encode(), query.encode(), {**sent, "host": HOST}, content)
    value = sign_v4(keys[1], request, signed, query=query)
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={keys[0]}/{V4_SCOPE}, SignedHeaders={';'.join(names)}, "
        f"Signature={value}"
    )
    sent |= {"authorization": authorization, **(unsigned or {})}
    return client.request(method, path, content=content, headers=sent)


def v2(
    client: CloudClient,
    method: str,
    path: str,
    content: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    media_type: str = "",
    md5: str = "",
) -> httpx.Response:
    """A call signed in OBS's own form, without its query; `headers` are added after."""
    bare = path.partition("?")[0]
    text = f"{method}\n{md5}\n{media_type}\n{DATE}\n{bare}"
    digest = hmac.new(KEYS[1].encode(), text.encode(), hashlib.sha1).digest()
    sent = {
        "date": DATE,
        "authorization": f"OBS {KEYS[0]}:{base64.b64encode(digest).decode()}",
        **({"content-type": media_type} if media_type else {}),
        **({"content-md5": md5} if md5 else {}),
        **(headers or {}),
    }
    return client.request(method, path, content=content, headers=sent)


def temporary(
    client: CloudClient, method: str, path: str, *, more: str = "", **headers: str
) -> Any:
    """A call by a temporary URL of OBS's own form, with parameters and headers added after."""
    expires = int(client.cloud.clock.now().timestamp()) + 60
    digest = hmac.new(
        KEYS[1].encode(), f"{method}\n\n\n{expires}\n{path}".encode(), hashlib.sha1
    ).digest()
    query = f"AccessKeyId={KEYS[0]}&Expires={expires}&Signature={quote(base64.b64encode(digest))}"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, f"{path}?{query}{more}", headers=sent)


@pytest.fixture
def stored(huawei: CloudClient) -> CloudClient:
    for path in ("/elsewhere", "/elsewhere/secret", "/order-failures/mine/a", "/order-failures/b"):
        assert obs(huawei, "PUT", path, b"content").status_code == 200
    return huawei


UNSIGNED = {
    "OBS, another prefix": lambda c, name, value: v2(c, "PUT", "/order-failures/x",
                                                    headers={name: value}),
    "temporary URL": lambda c, name, value: temporary(c, "PUT", "/order-failures/x",
                                                      **{name: value}),
    "version 4": lambda c, name, value: v4(c, "PUT", "/order-failures/x",
                                           unsigned={name: value}),
}  # fmt: skip


@pytest.mark.parametrize("form", UNSIGNED.values(), ids=UNSIGNED)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-amz-copy-source", "/elsewhere/secret"),
        ("x-amz-acl", "public-read"),
        ("x-amz-meta-a", "b"),
        ("x-amz-tagging", "a=b"),
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    ],
)
def test_a_header_that_nobody_signed_is_refused(
    stored: CloudClient, form: Any, name: str, value: str
) -> None:
    answer = form(stored, name, value)

    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text or "DoesNotMatch" in answer.text
    assert obs(stored, "GET", "/order-failures/x").status_code == 404


@pytest.mark.parametrize("name", ["x_amz_copy_source", "x-amz_copy-source", "x-obs-copy-source"])
def test_a_header_of_another_spelling_means_nothing(stored: CloudClient, name: str) -> None:
    sent = {name: "/elsewhere/secret"}

    assert v4(stored, "PUT", "/order-failures/x", b"own", unsigned=sent).status_code in {200, 403}
    found = obs(stored, "GET", "/order-failures/x")
    assert (found.status_code, found.content) in {(200, b"own"), (404, found.content)}


def test_metadata_keep_their_spelling(stored: CloudClient) -> None:
    sent = {"x-amz-meta-my_key": "1", "x-amz-meta-my-other": "2"}

    assert v4(stored, "PUT", "/order-failures/x", b"own", headers=sent).status_code == 200
    found = obs(stored, "HEAD", "/order-failures/x").headers
    assert (found["x-obs-meta-my_key"], found["x-obs-meta-my-other"]) == ("1", "2")


@pytest.mark.parametrize(
    "added",
    ["attributes", "legal-hold", "accelerate", "analytics", "metrics", "select", "x-amz-acl=a",
     "ownershipControls", "unheard-of=1"],
)  # fmt: skip
def test_a_parameter_that_version_2_does_not_sign_is_refused(
    stored: CloudClient, added: str
) -> None:
    for answer in (
        temporary(stored, "GET", "/order-failures/b", more=f"&{added}"),
        v2(stored, "GET", f"/order-failures/b?{added}"),
    ):
        assert answer.status_code == 403
        assert f"not signed: {added.partition('=')[0]}" in answer.text


def test_what_chooses_from_a_list_needs_no_signature_in_version_2(stored: CloudClient) -> None:
    answer = v2(stored, "GET", "/order-failures?prefix=mine/&max-keys=5")

    assert (answer.status_code, "<Key>mine/a</Key>" in answer.text) == (200, True)


def hold_to_mine(client: CloudClient) -> None:
    actions = [f"obs:object:{name}Object" for name in ("Get", "Put", "Delete")]
    actions.append("obs:object:GetObjectVersion")
    hold_ann(client, policy(*actions, Resource=["obs:*:*:object:order-failures/mine/*"]))


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amz-copy-source": "/elsewhere/secret"},
        {"x-amz-copy-source": "elsewhere/secret"},
        {"x-amz-copy-source": "/elsewhere/secret?versionId=null"},
        {"x-amz-copy-source": "/elsewhere/secret", "x-obs-copy-source": "/order-failures/mine/a"},
        {"x-amz-copy-source": "//elsewhere/secret"},
        {"x-amz-copy-source": "//order-failures/elsewhere/secret"},
        {"x-amz-copy-source": "///order-failures/mine/../elsewhere/secret"},
        {"x-amz-copy-source": "http://order-failures/elsewhere/secret"},
        {"x-amz-copy-source": "/order-failures/mine/a?versionId=1&/elsewhere/secret"},
        {"x-amz-copy-source": "/order-failures/mine/a#/elsewhere/secret"},
        {"x-amz-copy-source": "/order-failures%2f..%2f..%2felsewhere/secret"},
        {"x-amz-copy-source": "%2f%2felsewhere/secret"},
        {"x-amz-copy-source": "x:/elsewhere/secret"},
        {"x-amz-copy-source": ""},
    ],
    ids=lambda headers: ",".join(headers.values()),
)
@pytest.mark.parametrize("query", ["", "?acl=", "?tagging="])
def test_a_copy_reads_what_it_is_judged_for(
    stored: CloudClient, headers: dict[str, str], query: str
) -> None:
    hold_to_mine(stored)

    answer = v4(stored, "PUT", f"/order-failures/mine/x{query}", headers=headers, keys=ANN)

    assert answer.status_code in {400, 403, 404}
    assert obs(stored, "GET", "/order-failures/mine/x").status_code == 404


@pytest.mark.parametrize("key", ["a b", "ä/+%3f?#;&=", "/x", "a//b"])
def test_a_copy_finds_any_key(stored: CloudClient, key: str) -> None:
    path = f"/order-failures/mine/{quote(key)}"
    assert v4(stored, "PUT", path, b"odd").status_code == 200

    copied = v4(stored, "PUT", "/order-failures/c", headers={"x-amz-copy-source": path})

    assert copied.status_code == 200
    assert obs(stored, "GET", "/order-failures/c").content == b"odd"


@pytest.mark.parametrize("key", ["mine/%61", "mine/a?x", "mine/%2561", "mine/a#", "mine/a;x"])
def test_a_key_is_decoded_once(stored: CloudClient, key: str) -> None:
    allow = policy("obs:object:*", Resource=["obs:*:*:object:order-failures/mine/*"])
    deny = policy("obs:object:*", Resource=["obs:*:*:object:order-failures/mine/a"])
    deny["policy"]["Statement"][0]["Effect"] = "Deny"
    hold_ann(stored, allow, deny)
    path = f"/order-failures/{quote(key)}"

    assert v4(stored, "GET", path, keys=ANN).status_code == 404
    assert v4(stored, "PUT", path, b"own", keys=ANN).status_code == 200
    assert v4(stored, "DELETE", path, keys=ANN).status_code == 204
    assert obs(stored, "GET", "/order-failures/mine/a").content == b"content"


def test_a_header_for_a_copy_gives_no_right_to_write(stored: CloudClient) -> None:
    hold_ann(stored, policy("obs:object:PutObjectAcl", "obs:object:GetObject"))
    sent = {"x-amz-copy-source": "/elsewhere/secret"}

    assert v4(stored, "PUT", "/order-failures/b?acl=", headers=sent, keys=ANN).status_code == 403


def deleted(key: str) -> bytes:
    return f"<Delete><Object><Key>mine/a</Key></Object>{key}</Delete>".encode()


@pytest.mark.parametrize(
    "body",
    [
        deleted("<Object><Key>b</Key></Object>"),
        deleted("<Object><Key >b</Key></Object>"),
        deleted("<Object><Key><![CDATA[b]]></Key></Object>"),
        deleted("<Object><Key><!-- x -->b</Key></Object>"),
        deleted("<Object><Key>&#98;</Key></Object>"),
        deleted('<Object><Key xmlns="urn:x">b</Key></Object>'),
        deleted('<Object><n:Key xmlns:n="u">b</n:Key></Object>'),
        deleted('<n:Object xmlns:n="u"><Key>b</Key></n:Object>'),
        deleted("<Object><Key>mine/a</Key><Key>b</Key></Object>"),
        deleted("<Object><Key><Key>b</Key></Key></Object>"),
        deleted("<Object><Key>b</Key><VersionId>null</VersionId></Object>"),
        deleted("<Object><Key>mine/a</Key><ETag>x</ETag></Object><Object><Key>b</Key></Object>"),
        deleted("<Objects><Object><Key>b</Key></Object></Objects>"),
        '<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16")
        + deleted("<Object><Key>b</Key></Object>").decode().encode("utf-16")[2:],
    ],
)
def test_a_deletion_of_many_deletes_what_it_is_judged_for(stored: CloudClient, body: bytes) -> None:
    hold_to_mine(stored)

    answer = v4(stored, "POST", "/order-failures?delete=", body, keys=ANN)

    assert answer.status_code in {400, 403}
    assert obs(stored, "GET", "/order-failures/b").status_code == 200
    assert obs(stored, "GET", "/order-failures/mine/a").status_code == 200


@pytest.mark.parametrize("key", ["<&>'\"", " a ", "ä", "a&#13;b", "]]>"])
def test_a_deletion_of_many_finds_any_key(stored: CloudClient, key: str) -> None:
    name = key.replace("&#13;", "\r")
    path = f"/order-failures/{quote(name)}"
    if "\r" not in name:
        assert v4(stored, "PUT", path, b"odd").status_code == 200
    spelled = key if "#13" in key else key.replace("&", "&amp;").replace("<", "&lt;")
    spelled = spelled.replace(">", "&gt;")

    answer = v4(stored, "POST", "/order-failures?delete=", deleted(
        f"<Object><Key>{spelled}</Key></Object>"))  # fmt: skip

    assert answer.status_code == 200
    assert v4(stored, "GET", path).status_code in {400, 404}


def test_a_deletion_has_a_limit(stored: CloudClient) -> None:
    body = deleted("<Object><Key>k</Key></Object>" * 1000)

    assert "MalformedXML" in v4(stored, "POST", "/order-failures?delete=", body).text


def test_each_of_several_sub_resources_is_judged(stored: CloudClient) -> None:
    hold_ann(stored, policy("obs:bucket:PutBucketAcl"))

    answer = v4(stored, "PUT", "/order-failures?acl=&policy=", b"{}", keys=ANN)

    assert answer.status_code == 403


FORMS = [
    ("application/x-www-form-urlencoded", b"a=b&c=d"),
    ("application/x-www-form-urlencoded; charset=utf-8", b"key=stolen&file=x"),
    ("application/x-www-form-urlencoded", b'{"json": 1}'),
    ("multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nq\r\n--x--\r\n'),
    ("multipart/form-data", b"no boundary"),
]  # fmt: skip


@pytest.mark.parametrize(("media_type", "content"), FORMS)
def test_content_is_kept_whatever_its_type(
    huawei: CloudClient, media_type: str, content: bytes
) -> None:
    path = "/order-failures/form"

    assert v2(huawei, "PUT", path, content, media_type=media_type).status_code == 200
    found = obs(huawei, "GET", path)
    assert (found.content, found.headers["content-type"]) == (content, media_type)


def test_compressed_content_is_kept_as_it_is(huawei: CloudClient) -> None:
    sent = {"content-encoding": "gzip"}

    assert v4(huawei, "PUT", "/order-failures/z", b"not gzip", headers=sent).status_code == 200
    kept = huawei.cloud.store.read(lambda c: list(c.execute("SELECT content FROM obs_objects")))
    assert kept[0]["content"] == b"not gzip"


ODD_CREDENTIALS = [
    {"authorization": f"OBS {KEYS[0]}:é="},
    {"authorization": "AWS é:é", "date": DATE},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": "Thu, 01 Jan 99999999999 00:00:00 GMT"},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": "Thu, 01 Jan 2026 00:00:00 +99999999"},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": "Thu, 01 Jan 2026 00:00:00 -2400"},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": "Mon, 00 Foo 0000 99:99:99"},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": "é"},
    {"authorization": f"OBS {KEYS[0]}:aaaa=", "date": ","},
]


@pytest.mark.parametrize("size", [1, 2 << 20], ids=["small", "large"])
@pytest.mark.parametrize("headers", ODD_CREDENTIALS, ids=str)
def test_odd_credentials_are_refused_and_not_stumbled_over(
    huawei: CloudClient, headers: dict[str, str], size: int
) -> None:
    sent = {name: value.encode() for name, value in headers.items()}

    answer = huawei.request("PUT", "/order-failures/k", content=b"x" * size, headers=sent)  # type: ignore[arg-type] # bytes are taken

    assert answer.status_code == 403
    assert answer.text.startswith("<?xml")


@pytest.mark.parametrize("query", [
    f"AccessKeyId={KEYS[0]}&Expires=9999999999&Signature=%C3%A9",
    f"AccessKeyId={KEYS[0]}&Expires={'9' * 400}&Signature=a",
    f"AccessKeyId={KEYS[0]}&Expires=-{'9' * 5000}&Signature=a",
    "AccessKeyId=%C3%A9&Expires=9999999999&Signature=a",
    (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEYS[0]}/{V4_SCOPE}"
        f"&X-Amz-Date={V4_DATE}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=%C3%A9"
    ),
])  # fmt: skip
def test_odd_temporary_urls_are_refused(huawei: CloudClient, query: str) -> None:
    answer = huawei.request("GET", f"/order-failures/k?{query}")

    assert answer.status_code == 403
    assert answer.text.startswith("<?xml")


def test_an_odd_signature_of_a_chunk_is_refused(huawei: CloudClient) -> None:
    sent = {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}
    body = b"1;chunk-signature=\xe9\r\nx\r\n0;chunk-signature=\xe9\r\n\r\n"

    answer = v4(huawei, "PUT", "/order-failures/k", body, headers=sent)

    assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "declared",
    ["A" * 64, hashlib.sha256(b"b").hexdigest().upper(), "garbage", "", "unsigned-payload",
     "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"],
)  # fmt: skip
def test_a_hash_that_nobody_checks_is_refused_by_name(huawei: CloudClient, declared: str) -> None:
    sent = {"x-amz-content-sha256": declared}

    answer = v4(huawei, "PUT", "/order-failures/k", b"b", headers=sent)

    assert (answer.status_code, "x-amz-content-sha256 must be" in answer.text) == (400, True)


def test_a_body_that_is_not_the_declared_one_is_refused(huawei: CloudClient) -> None:
    sent = {"x-amz-content-sha256": "0" * 64}

    answer = v4(huawei, "PUT", "/order-failures/a", b"b", headers=sent)

    assert (answer.status_code, "XAmzContentSHA256Mismatch" in answer.text) == (400, True)


def md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (md5(b"content"), ""),
        (md5(b"other"), "BadDigest"),
        ("garbage", "InvalidDigest"),
        (hashlib.md5(b"content", usedforsecurity=False).hexdigest(), "InvalidDigest"),
        ("é", "InvalidDigest"),
    ],
)
def test_a_content_md5_is_checked(huawei: CloudClient, given: str, code: str) -> None:
    path, content = "/order-failures/k", b"content"
    sent = {"content-md5": given}
    if given.isascii():
        answers = [v2(huawei, "PUT", path, content, md5=given)]
        answers.append(v4(huawei, "PUT", path, content, headers=sent))
    else:
        answers = [v4(huawei, "PUT", path, content, unsigned={"content-md5": given.encode()})]  # type: ignore[dict-item] # bytes are taken

    for answer in answers:
        assert answer.status_code == (400 if code else 200)
        assert f"<Code>{code}</Code>" in answer.text or not code


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE", "POST"])
@pytest.mark.parametrize("key", ["a%0Ab", "%0A", "a%0D%0Ab"])
def test_a_key_that_s3_cannot_take_is_refused_in_the_form_of_obs(
    huawei: CloudClient, method: str, key: str
) -> None:
    answer = obs(huawei, method, f"/order-failures/{key}")

    assert "html" not in answer.headers.get("content-type", "")
    assert "<!doctype" not in answer.text
    assert answer.status_code in {200, 204, 400, 404, 405}


def test_no_parameter_has_two_values(stored: CloudClient) -> None:
    answer = v4(stored, "GET", "/order-failures?prefix=a&prefix=mine")

    assert (answer.status_code, "has two values" in answer.text) == (403, True)


def test_a_range_of_an_upload_means_nothing(huawei: CloudClient) -> None:
    sent = {"range": "bytes=0-"}

    assert v4(huawei, "PUT", "/order-failures/k", b"whole", headers=sent).status_code == 200
    assert obs(huawei, "GET", "/order-failures/k").content == b"whole"
