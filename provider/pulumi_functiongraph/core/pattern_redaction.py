"""Takes passwords, keys and tokens out of a text, known by their names and forms.

What a service, a proxy or a library says may repeat a request, or tell of credentials that are
none of this run's. Names: the bodies and headers of IAM, FunctionGraph and OBS, and the settings of
their SDKs. One word after a name and a colon is taken for its value.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

IN_THEIR_PLACE = "(not shown)"

LOOKED_AT = 65_536
"""Characters of an answer that are enough to look at: a message shows some hundred of them."""

_MOST_ENCODINGS = 3
"""How often a text is decoded, such as a URL in HTML in JSON."""

_NAMES = (
    r"pass[-_ ]?(?:word|wd|phrase|code|wort)|kennwort|secret|token|credential"
    r"|(?-i:(?<![A-Za-z])(?:[Pp]ass|PASS|[Pp]wd|PWD|[Pp]w|PW)|(?<=[a-z])(?:Pass|Pwd))"
    r"|signature|(?:access|private|api|session)[-_ ]?key|user[-_]?data|set-cookie|cookie"
    r"|authorization|(?<![a-z0-9])(?:[as]k|jwt|otp)|密码|口令|令牌|密钥"
)
_ENDS = (
    r"(?:[-_. ]?(?:access[-_ ]?key|key|id|value|text|hash|data|provided|confirm(?:ation)?|\d)){0,4}"
    r"(?P<many>s)?_?(?![a-z0-9])"
)
"""What may follow, as in ``secret_access_key``. ``tokens: 5`` tells how many there are."""

_CLOSED = r"(?:\\*[\"'`])?"

_SETTING = r"functiongraph:\w+(?:\s+(?!and\s|[<(])|(?P<alone>))"
"""What ``pulumi config set --secret`` is told first, and whether prose follows and no value."""

_NAMED = (
    # An option of a command, whose value follows a blank.
    rf"(?P<option>(?<![\w-])--[\w.-]{{0,40}}?)?(?:{_NAMES}){_ENDS}(?:\[\w{{0,20}}\])?"
    rf"(?P<closed>{_CLOSED})"
    rf"(?:(?:[\s,]*{_CLOSED}value{_CLOSED})?\s*(?P<by>=>|->|:=|==?|[:：])[\s+]*"
    r"(?:[|>][-+]?\s*\n\s*)?"
    rf"|\s+(?:is\s+|was\s+)?(?=\\*[\"'`])|(?(option)\s+(?!-)(?:{_SETTING})?|(?!)))"
    r"(?:(?P<group>[\[{])|(?P<run>\\*)(?P<mark>[\"'`]))?"
)
_ELEMENT = rf"<[\w:.-]{{0,60}}?(?:{_NAMES}){_ENDS}(?:\s[^<>]{{0,200}})?>(?P<value>.*?)(?=<\\*/|\Z)"
_FORMS = (
    # RFC 7519: a JSON Web Token.
    r"\beyJ[\w-]{8,}(?:\.[\w-]*)*",
    # IAM API reference: a PKI token is CMS in Base64, which begins so.
    r"\bMII[\w+/-]{60,}={0,2}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    # RFC 6750 and RFC 7617; the words may be prose, what they introduce is not.
    r"(?i:\bbearer\s+)(?=\S*(?:[\d_]|\.\w)|\w{24})(?P<bearer>[\w.~+/-]{8,}=*)",
    r"(?i:\bbasic\s+)(?=\S*(?:\d|=))(?P<basic>[\w+/]{8,}={0,2})",
    # OBS API reference, "Authentication of Signature in a Header".
    r"(?<=\b(?:OBS|AWS) )\w{10,}:[\w+/]+={0,2}",
    # The signature of API Gateway (AK/SK).
    r"(?<=HMAC-SHA256 )(?i:access)=[^\s,]+",
    # RFC 3986: user and password before a host.
    r"(?<=://)[^/\s\"'<>]*(?=@|%40)",
    # IAM user guide, "Managing Access Keys": 20 characters, and 40 of a secret key.
    r"(?<![A-Za-z0-9])(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{20}(?![A-Za-z0-9])",
    r"(?<![\w+/])(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*[0-9])\w{40}(?![\w+/])",
)
_WHOLE_LINE = re.compile(r"authorization|(?:set-)?cookie", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"[^\s&]+")
_WORD_IN_JSON = re.compile(r"[^\s,}\]]+")
_STRUCTURE = re.compile(r"(?<!\\)(?P<run>\\*)(?P<mark>[\"'`])|[\[\]{}]")


@cache
def _named_pattern() -> re.Pattern[str]:
    """Compiled when the first error is made, because most runs make none."""
    return re.compile(_NAMED, re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """Whether what is called so is a password, a key or a token."""
    return re.search(rf"(?:{_NAMES}){_ENDS}", name, re.IGNORECASE) is not None


@cache
def _element_pattern() -> re.Pattern[str]:
    return re.compile(_ELEMENT, re.IGNORECASE | re.DOTALL)


@cache
def _forms_pattern() -> re.Pattern[str]:
    return re.compile("|".join(_FORMS), re.DOTALL)


def redacted(text: str) -> str:
    """The text without what looks like a password, a key or a token.

    Where a secret is found only once HTML entities, percent-encoding or escapes of JSON are
    decoded, the decoded text is returned without it.
    """
    text = _redacted(text)
    for _ in range(_MOST_ENCODINGS):
        for decoded in _decoded(text):
            left = _redacted(decoded)
            if left != decoded:
                text = left
                break
        else:
            break
    return text


def _decoded(text: str) -> Iterator[str]:
    """The text in each way in which it may be encoded, and in all of them one after the other."""
    decoders = (_without_escapes, _without_entities, unquote)
    found = [decode(text) for decode in decoders]
    whole = text
    for _ in range(_MOST_ENCODINGS):
        for decode in decoders:
            whole = decode(whole)
        found.append(whole)
    yield from dict.fromkeys(each for each in found if each != text)


def _without_escapes(text: str) -> str:
    return re.sub(r"\\u00([2-7][0-9a-fA-F])", lambda found: chr(int(found[1], 16)), text)


def _without_entities(text: str) -> str:
    """HTML's entities with their semicolon, since ``&region=`` is no trade mark."""
    return re.sub(r"&#?\w{1,32};", lambda found: html.unescape(found[0]), text)


def _redacted(text: str) -> str:
    for find in (_elements, _named, _formed):
        text = _without(text, find(text))
    return text


def _without(text: str, spans: Iterator[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], IN_THEIR_PLACE]
        at = end
    return "".join([*parts, text[at:]])


def _elements(text: str) -> Iterator[tuple[int, int]]:
    """The contents of XML elements whose names say what they are."""
    for found in _element_pattern().finditer(text):
        if found["value"].strip() not in {"", IN_THEIR_PLACE}:
            yield found.span("value")


def _named(text: str) -> Iterator[tuple[int, int]]:
    """The values behind names, in JSON, forms, headers, options and prose."""
    at = 0
    while found := _named_pattern().search(text, at):
        start = found.end()
        at = _end_of_value(text, found)
        if text[start:at] not in {"", IN_THEIR_PLACE}:
            yield start, at


def _end_of_value(text: str, found: re.Match[str]) -> int:
    start = found.end()
    if found["alone"] is not None:
        return start
    if found["group"]:
        return _end_of_group(text, start)
    if found["mark"]:
        return _end_of_quoted(text, start, run=len(found["run"]), mark=found["mark"])
    if found["many"] and (found["by"] not in {"=", "=="} or text[start : start + 1].isdigit()):
        return start  # how many there are, or prose
    pattern = _WORD_IN_JSON if found["closed"] else _WORD
    if _WHOLE_LINE.match(found[0]):
        pattern = _LINE
    if text.startswith(IN_THEIR_PLACE, start):
        start += len(IN_THEIR_PLACE)
    bare = pattern.match(text, start)
    return bare.end() if bare else start


def _end_of_quoted(text: str, start: int, *, run: int, mark: str) -> int:
    """Where a quoted value ends, in JSON that is a text of JSON as often as may be.

    Args:
        text: all of it.
        start: where the value begins.
        run: how many backslashes stand before the quote that opens it.
        mark: the quote. One that closes it has as many, after those of whole characters.
    """
    # The look-behind has each run of backslashes counted once.
    for found in re.compile(rf"(?<!\\)(\\*){mark}").finditer(text, start):
        if _closes(len(found[1]), run):
            return found.end(1) - run
    return len(text)


def _closes(backslashes: int, run: int) -> bool:
    return backslashes % (2 * (run + 1)) == run


def _end_of_group(text: str, start: int) -> int:
    """Where a list or object ends; brackets in its texts do not count."""
    depth, opened = 1, ("", 0)
    for found in _STRUCTURE.finditer(text, start):
        mark, run = found["mark"], len(found["run"] or "")
        if opened[0]:
            if mark == opened[0] and _closes(run, opened[1]):
                opened = ("", 0)
        elif mark:
            opened = (mark, run)
        else:
            depth += 1 if found[0] in "[{" else -1
            if not depth:
                return found.start()
    return len(text)


def _formed(text: str) -> Iterator[tuple[int, int]]:
    """What is known by its form, wherever it stands."""
    for found in _forms_pattern().finditer(text):
        yield found.span(found.lastgroup or 0)
