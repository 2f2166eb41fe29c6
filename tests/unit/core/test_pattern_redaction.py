"""What looks like a password, key or token is in no message; ordinary messages stay whole."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.core.errors import Rejected
from pulumi_functiongraph.core.pattern_redaction import IN_THEIR_PLACE, names_a_secret, redacted

NAMES = (
    "password", "Password", "adminPass", "db_password", "newPassword", "password_confirm", "passwd",
    "pwd", "passphrase", "secret", "client_secret", "SecretKey", "secret_access_key", "sk", "SK",
    "ak", "access_key", "accessKey", "AWSAccessKeyId", "AccessKeyId", "securitytoken",
    "security_token", "securityToken", "X-Security-Token", "x-obs-security-token", "X-Auth-Token",
    "x-auth-token", "X-Subject-Token", "token", "access_token", "refreshToken", "Signature",
    "SignatureProvided", "Credential", "api_key", "private_key", "user_data",
    "encrypted_user_data", "HUAWEICLOUD_SDK_SK", "OS_PASSWORD",
)  # fmt: skip

names = st.sampled_from(NAMES)
words = st.text(st.sampled_from("abcXYZ019-_.~+/=$!*"), max_size=12).map(
    lambda text: f"canary{text}canary"
)
"""Values that need no quotes."""
texts = st.text(st.sampled_from("aZ0 \"'\\/&<>{}[],;:=%\té€"), max_size=12).map(
    lambda text: f"canary{text}canary"
)
"""Values that do."""

UNQUOTED: dict[str, Callable[[str, str], str]] = {
    "form": lambda name, value: f"user=ann&{name}={quote_plus(value)}&region=eu-de",
    "header": lambda name, value: f"user: ann\r\n{name}: {value}\r\nregion: eu-de",
    "colon": lambda name, value: f"for ann {name}:{value} was refused in eu-de",
    "equals": lambda name, value: f"user=ann {name} = {value} region=eu-de",
    "arrow": lambda name, value: f"user => ann, {name} => {value} region => eu-de",
    "url": lambda name, value: f"https://ann.example.com/a?{name}={quote(value)}&r=eu-de",
    "map": lambda name, value: f"map[user:ann {name}:{value} region:eu-de]",
}

QUOTED: dict[str, Callable[[str, str], str]] = {
    "json": lambda name, value: json.dumps({"user": "ann", name: value, "region": "eu-de"}),
    "compact": lambda name, value: json.dumps({"u": "ann", name: value, "r": "eu-de"}).replace(
        '": "', '":"'
    ),
    "unicode": lambda name, value: json.dumps(
        {"user": "ann", name: value, "region": "eu-de"}, ensure_ascii=False
    ),
    "list": lambda name, value: json.dumps(["ann", {"name": name, "value": value}, "eu-de"]),
    "object": lambda name, value: json.dumps({"user": "ann", name: {name: value}, "r": "eu-de"}),
    "xml": lambda name, value: f"<u>ann</u><{name}>{html.escape(value)}</{name}><r>eu-de</r>",
    "attribute": lambda name, value: f'<u n="ann" {name}="{html.escape(value)}" r="eu-de"/>',
    "prose": lambda name, value: f"for ann the {name} {json.dumps(value)} is wrong in eu-de",
}

AROUND: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": lambda text: json.dumps({"request": text}),
    "in JSON in JSON": lambda text: json.dumps({"body": json.dumps({"request": text})}),
    "in HTML": html.escape,
    "in a URL": lambda text: quote(text, safe=""),
}


@pytest.mark.parametrize("form", UNQUOTED)
@given(name=names, value=words)
def test_a_value_without_quotes_is_hidden_and_its_neighbours_are_not(
    form: str, name: str, value: str
) -> None:
    text = redacted(UNQUOTED[form](name, value))

    assert "canary" not in text
    assert "ann" in text
    assert "eu-de" in text
    assert redacted(text) == text


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("form", QUOTED)
@given(name=names, value=texts)
def test_a_quoted_value_is_hidden_however_often_it_is_escaped(
    form: str, around: str, name: str, value: str
) -> None:
    text = redacted(AROUND[around](QUOTED[form](name, value)))

    assert "canary" not in text
    assert redacted(text) == text


@pytest.mark.parametrize("around", ["as it is", "in JSON", "in JSON in JSON"])
@pytest.mark.parametrize("form", ["json", "compact", "unicode", "list", "object", "xml"])
@given(name=names, value=texts)
def test_what_stands_beside_a_quoted_value_stays(
    form: str, around: str, name: str, value: str
) -> None:
    text = redacted(AROUND[around](QUOTED[form](name, value)))

    assert "ann" in text
    assert "eu-de" in text


COMMAND = "pulumi config set --secret functiongraph:"
settings = st.from_regex("[a-z]{1,8}([A-Z][a-z]{0,8}){0,3}", fullmatch=True)


@pytest.mark.parametrize("around", AROUND)
@given(setting=settings, after=st.sampled_from(["", " <value>", " (and b)", ", or c", ".", "; d"]))
def test_a_command_that_sets_a_secret_stays_whole(around: str, setting: str, after: str) -> None:
    text = AROUND[around](f"{COMMAND}{setting}{after}")

    assert redacted(text) == text


@pytest.mark.parametrize("around", ["as it is", "in JSON", "in JSON in JSON"])
@given(setting=settings, value=words)
def test_the_secret_that_a_command_sets_is_hidden(around: str, setting: str, value: str) -> None:
    text = redacted(AROUND[around](f"ann: {COMMAND}{setting} {value} --stack dev"))

    assert "canary" not in text
    assert f"{COMMAND}{setting} {IN_THEIR_PLACE}" in text
    assert redacted(text) == text


@pytest.mark.parametrize("option", ["secret", "client-secret", "secret-key", "token", "passphrase"])
@given(value=words)
def test_what_follows_another_option_for_a_secret_is_hidden(option: str, value: str) -> None:
    assert redacted(f"login --{option} {value} eu-de") == f"login --{option} (not shown) eu-de"


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.dBjftJeZ4CVP-mBbtV"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Authorization: SDK-HMAC-SHA256 Access=HSTAK, SignedHeaders=host, Signature=0f0f",
            "Authorization: (not shown)",
        ),
        (
            "SDK-HMAC-SHA256 Access=HSTAK, SignedHeaders=host, Signature=0f0f",
            "SDK-HMAC-SHA256 (not shown), SignedHeaders=host, Signature=(not shown)",
        ),
        (
            "SDK-HMAC-SHA256 Credential=AK/20260101/eu-de/fgs/sdk_request, Signature=0f0f",
            "SDK-HMAC-SHA256 Credential=(not shown) Signature=(not shown)",
        ),
        ("OBS HSTABCDEFGHIJ:c2lnbmF0dXJl= is wrong", "OBS (not shown) is wrong"),
        ("Bearer abcdef0123456789 has expired", "Bearer (not shown) has expired"),
        ("Basic YW5uOnB3ZA== is wrong", "Basic (not shown) is wrong"),
        (f"the JWT {JWT} has expired", "the JWT (not shown) has expired"),
        (f"MIIF{'aB1+' * 40}== has expired", "(not shown) has expired"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- is bad",
            "(not shown) is bad",
        ),
        (
            "proxy http://ann:pa55@proxy.example.com:8080 refused it",
            "proxy http://(not shown)@proxy.example.com:8080 refused it",
        ),
        (
            "The access key HSTA0B1C2D3E4F5G6H7I does not exist",
            "The access key (not shown) does not exist",
        ),
        (f"no key {'aB3' * 13}Z here", "no key (not shown) here"),
        (
            "<Error><Code>InvalidKey</Code><AWSAccessKeyId>AK</AWSAccessKeyId></Error>",
            "<Error><Code>InvalidKey</Code><AWSAccessKeyId>(not shown)</AWSAccessKeyId></Error>",
        ),
        ("<password><![CDATA[a<b]]></password>", "<password>(not shown)</password>"),
        (
            '{"auth":{"identity":{"methods":["token"],"token":{"id":"abc"}}}}',
            '{"auth":{"identity":{"methods":["token"],"token":{(not shown)}}}}',
        ),
        ('{"tokens": 5, "pwd": 12, "left": 1}', '{"tokens": 5, "pwd": (not shown), "left": 1}'),
        ('secret: ["a", "b"] of ann', "secret: [(not shown)] of ann"),
        ('<input name="password" value="a b">', '<input name="password" value="(not shown)">'),
        ("Set-Cookie: a=b; Path=/\nann", "Set-Cookie: (not shown)\nann"),
        ('{"password": "cut in the mid', '{"password": "(not shown)'),
        ("%22sk%22%3A%22abc%22%2C%22r%22", '"sk":"(not shown)","r"'),
        (r"\u0022sk\u0022:\u0022a\u0022,\u0022", '"sk":"(not shown)","'),
        ("password=(not shown)rest of ann", "password=(not shown) of ann"),
        ('{"password":{"value":"a"},"r":1}', '{"password":{(not shown)},"r":1}'),
        ('{"token":{"a":[1,{}],"id":"}"},"r":1}', '{"token":{(not shown)},"r":1}'),
        (r'"{\"token\":{\"id\":\"a}\\\"}\"},\"r\":1}"', r'"{\"token\":{(not shown)},\"r\":1}"'),
        ('{"password":[["a"],"b"],"r":1}', '{"password":[(not shown)],"r":1}'),
        ('{"password":{"cut": "in the mid', '{"password":{(not shown)'),
        ('{"passwords":["a"],"r":1}', '{"passwords":[(not shown)],"r":1}'),
        ('{"tokens":["a"],"r":1}', '{"tokens":[(not shown)],"r":1}'),
        ('{"credentials":"a","r":1}', '{"credentials":"(not shown)","r":1}'),
        ("secrets=a&tokens=5", "secrets=(not shown)&tokens=5"),
        ("password -> a of ann", "password -> (not shown) of ann"),
        ("password := a of ann", "password := (not shown) of ann"),
        ("password == a of ann", "password == (not shown) of ann"),
        ("password：a of ann", "password：(not shown) of ann"),
        ("password: >-\n  a\nann", "password: >-\n  (not shown)\nann"),
        ("密码: a", "密码: (not shown)"),
        ("Passwort: a", "Passwort: (not shown)"),
        ("password.value=a", "password.value=(not shown)"),
        ("password[0]=a", "password[0]=(not shown)"),
        ("login --db-password a --user ann", "login --db-password (not shown) --user ann"),
        ("login --password --user ann", "login --password --user ann"),
        ("bearer  abcdef0123456789 is bad", "bearer  (not shown) is bad"),
        (
            "config set --secret functiongraph:secretKey 'a b' of ann",
            "config set --secret functiongraph:secretKey '(not shown)' of ann",
        ),
        ("login --secret functiongraph --user ann", "login --secret (not shown) --user ann"),
    ],
)  # fmt: skip
def test_each_form_of_a_secret(text: str, left: str) -> None:
    assert redacted(text) == left
    assert redacted(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "can not find function",
        "Invalid function code.",
        "Incorrect IAM authentication information: verify aksk signature fail, the ak is disabled",
        "Incorrect IAM authentication information: x-auth-token not found",
        "Incorrect IAM authentication information: decrypt token fail",
        "You are not authorized to perform the requested action: identity:list_agencies",
        "Topic not found.",
        "The stream does not exist.",
        "Invalid parameter.",
        "Unauthorized access.",
        "not permit",
        "invalid token",
        "The specified resource was not found.",
        "Not acceptable.",
        "request body too large",
        "Too many requests.",
        "Function Disabled",
        "Invalid query parameter.",
        "Invalid function alias",
        "Invalid service link agency.",
        "The selected Xrole does not have permissions to mount the resources.",
        "Check whether the corresponding agency has been configured.",
        "The SMN topic does not exist.",
        "Access denied due to insufficient permissions. Failed to verify permission",
        "Invalid function URN.",
        "Unauthorized user. (failed to obtain the user token)",
        "The request you have made requires authentication.",
        "The user name or password is incorrect.",
        "The password must have 8 to 32 characters.",
        "Incorrect IAM authentication information: Get secretKey failed",
        "The OBS Access Key Id you provided does not exist in our records.",
        "The request signature we calculated does not match the signature you provided.",
        "The difference between the request time and the server's time is too large.",
        "The API does not exist or has not been published in the environment",
        "Bearer authentication is not supported; use a token.",
        "Basic authentication is off",
        "urn:fss:eu-de:0123456789abcdef0123456789abcdef:function:default:token-service:latest",
        "urn:smn:eu-de:0123456789abcdef0123456789abcdef:passwords",
        "no such task: ask at https://support.example.com/a@b",
        "request id 0123456789abcdef0123456789abcdef of 2026-01-01T00:00:00Z",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "the answer lacks the header X-Subject-Token",
        "no such page: /a%20b?c=d&amp;e",
        "more than 16 MiB came",
        "password(s) of 8 to 32 characters",
        "Invalid credentials: they have expired",
        "the tokens of 5 users, tokens = 5",
        "set functiongraph:accessKey (pulumi config set --secret), or OS_ACCESS_KEY",
        "with pulumi config set --secret functiongraph:accessKey (and secretKey)",
        "pulumi config set --secret functiongraph:accessKey and functiongraph:secretKey",
        "pulumi config set --secret functiongraph:accessKey <value>; fgctl doctor",
        "",
    ],
)
def test_an_ordinary_message_stays_whole(text: str) -> None:
    assert redacted(text) == text


def seconds_for(text: str) -> float:
    """The best of a few, because another process may take its turn in between."""
    found = []
    for _ in range(2):
        before = time.process_time()
        redacted(text)
        found.append(time.process_time() - before)
    return min(found)


BEFORE = ("", 'password:"', "password", "token:[")
REPEATED = (
    "\\", '"', "'", "`", " ", "\n", "\t", ",", ":", "=", "-", "+", ".", "_", "/", "[", "]", "{",
    "}", "(", "<", ">", "&", "%", ";", "#", "&#", "%25", r"\u0025", "&amp;", "1", "a", "A1", "eyJ",
    "-eyJaaaaaaaa", "MII/", "://", "password", "password ", 'pw"\\', "bearer ", "-key", "value ",
    "<token ", "--pw ", "-----BEGIN RSA PRIVATE KEY-----",
)  # fmt: skip


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("repeated", REPEATED)
def test_twice_the_text_takes_about_twice_the_time(before: str, repeated: str) -> None:
    once = before + repeated * (5_000 // len(repeated))
    four_times = before + repeated * (20_000 // len(repeated))

    # Were it quadratic, it would take sixteen times as long.
    assert seconds_for(four_times) < 9 * seconds_for(once) + 0.02


@pytest.mark.parametrize("repeated", ["\\", '"', "[", "{", "<", "&", "%", " ", ":"])
def test_a_hostile_text_is_read_within_a_second(repeated: str) -> None:
    assert seconds_for(f'password:"{repeated * 200_000}') < 1


def test_an_entity_with_more_digits_than_python_reads_is_left() -> None:
    text = f"&#{'1' * 5000};"

    assert redacted(text) == text


@given(st.text(), st.text())
def test_redacting_twice_changes_nothing_more(before: str, after: str) -> None:
    text = redacted(f"{before}password{after}")

    assert redacted(text) == text


def test_secrets_in_several_encodings_are_all_hidden() -> None:
    text = r"&quot;pwd&quot;:&quot;a1&quot; %22sk%22:%22b2%22 \u0022token\u0022:\u0022c3\u0022"

    assert redacted(text) == '"pwd":"(not shown)" "sk":"(not shown)" "token":"(not shown)"'


def test_an_error_of_a_cloud_holds_no_secret_whoever_makes_it() -> None:
    error = Rejected(
        operation="set it",
        resource="a",
        code="password=canary",
        detail="x" * 290 + " password=canary",
        request_id=JWT,
    )

    assert "canary" not in f"{error} {vars(error)}"
    assert JWT not in f"{error} {vars(error)}"
    assert error.code == f"password={IN_THEIR_PLACE}"


def test_what_a_service_said_is_on_one_line_and_moves_no_cursor() -> None:
    hostile = "a\x1b[2J\x07b\r\nERROR: forged \u202etxt\u2028\x00\x9b1m\tc\ud800"
    error = Rejected(
        operation=hostile,
        resource=hostile,
        code=hostile,
        detail=hostile,
        request_id=hostile,
        hint=hostile,
    )

    assert str(error).isprintable()
    assert error.code == r"a\x1b[2J\x07b ERROR: forged \u202etxt \x00\x9b1m c\ud800"


def test_a_detail_of_any_length_is_read_in_time_and_cut() -> None:
    before = time.process_time()
    error = Rejected(operation="set it", resource="a", detail='password:"' + "\\" * 2_000_000)

    assert time.process_time() - before < 1
    assert error.detail == f'password:"{IN_THEIR_PLACE}'


def test_what_a_service_said_can_lose_more_later() -> None:
    error = Rejected(
        operation="set it",
        resource="canary",
        code="canary",
        detail="no canary",
        request_id="canary",
        hint="Set another",
    )

    error.hide(lambda text: text.replace("canary", IN_THEIR_PLACE))

    answer = "(not shown) no (not shown) (request id (not shown))"
    assert str(error) == f"could not set it of canary: {answer}. Set another"


def test_a_name_tells_of_a_secret() -> None:
    others = ("region", "projectId", "agencyName", "endpoints", "precheckTimeout", "cloud", "keys")
    assert [each for each in NAMES if not names_a_secret(each)] == []
    assert [each for each in others if names_a_secret(each)] == []
