"""A known text is hidden in every spelling in which a service or a proxy may repeat it."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Callable
from itertools import product
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_functiongraph.cloud.http.value_redaction import redactor
from pulumi_functiongraph.core.pattern_redaction import LOOKED_AT

KEY = "Sk/live+Key=9z"
ODD = 'tok/En+\\with=odd"qé漢😀&<z> 9%2F&lt;'

LAYERS: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON as PHP writes it": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON as Go writes it": lambda text: json.dumps(text)[1:-1].replace("&", "\\u0026"),
    "all as \\u": lambda text: "".join(
        f"\\u{text.encode('utf-16-be').hex()[at : at + 4]}"
        for at in range(0, len(text.encode("utf-16-be")) * 2, 4)
    ),
    "URL": quote,
    "URL, slashes too": lambda text: quote(text, safe=""),
    "URL in small letters": lambda text: "".join(
        c if c.isalnum() and c.isascii() else quote(c, safe="").lower() for c in text
    ),
    "form": quote_plus,
    "HTML": html.escape,
    "HTML by numbers": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML by hex numbers": lambda text: "".join(
        c if c.isalnum() else f"&#x{ord(c):X};" for c in text
    ),
    "bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
}

OTHERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "small letters": str.lower,
    "repr": lambda text: repr(text)[1:-1],
    "Latin-1": lambda text: text.encode().decode("latin-1"),
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "Base64 after a user": lambda text: base64.b64encode(f"a:{text}".encode()).decode(),
    "Base64 after another": lambda text: base64.b64encode(f"an:{text}!".encode()).decode(),
}


def is_hidden(secret: str, spelled: str) -> bool:
    text = redactor([secret])(f"the ann {spelled} end")
    return "(not shown)" in text and text.startswith("the ann ") and text.endswith(" end")


@pytest.mark.parametrize("secret", [KEY, ODD])
@pytest.mark.parametrize("spelling", [*LAYERS, *OTHERS])
def test_one_spelling(secret: str, spelling: str) -> None:
    spelled = {**LAYERS, **OTHERS}[spelling](secret)

    assert is_hidden(secret, spelled)
    assert len(redactor([secret])(spelled)) <= len("(not shown)") + 8


@pytest.mark.parametrize("secret", [KEY, ODD])
def test_any_three_layers(secret: str) -> None:
    shown = [
        names
        for names in product(LAYERS, repeat=3)
        if not is_hidden(secret, LAYERS[names[2]](LAYERS[names[1]](LAYERS[names[0]](secret))))
    ]

    assert shown == []


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"]), min_size=3),
    st.sampled_from([*LAYERS]),
)
def test_any_text_in_any_layer(secret: str, layer: str) -> None:
    assert "(not shown)" in redactor([secret])(f"a {LAYERS[layer](secret)} b")


def test_what_stands_around_stays_as_it_came() -> None:
    text = redactor([KEY])(f"a%20b &amp; {quote(KEY, safe='')} \\u0041 c")

    assert text == "a%20b &amp; (not shown) \\u0041 c"


def test_neighbours_are_each_hidden_and_overlaps_are_hidden_once() -> None:
    hide = redactor(["canary", "canary-topic", "topic-b"])

    assert hide("canarycanary-topic canary-topic-b") == "(not shown)(not shown) (not shown)-b"


@pytest.mark.parametrize("secrets", [[], [""], [KEY]])
def test_a_text_without_secrets_stays(secrets: list[str]) -> None:
    assert redactor(secrets)("Topic not found: a%2Fb") == "Topic not found: a%2Fb"


@pytest.mark.parametrize("before", range(-20, 20))
def test_a_secret_where_a_long_text_is_cut_is_not_half_shown(before: int) -> None:
    for end in (LOOKED_AT, LOOKED_AT * 3 // 4):
        text = redactor([KEY])(f"{'- ' * ((end + before) // 2)}{KEY}{' -' * 40_000}")

        assert "Sk" not in text


@pytest.mark.parametrize("repeated", ["\\", "%", "&", "%25", "\\u0041", "&amp;", "S", "Sk/live"])
def test_a_hostile_text_is_read_within_a_second(repeated: str) -> None:
    before = time.process_time()
    redactor([KEY, "canary-topic"])(repeated * (200_000 // len(repeated)))

    assert time.process_time() - before < 1
