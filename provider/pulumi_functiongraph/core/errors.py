"""What can go wrong, as one tree, so that a caller can catch exactly what it can fix.

FunctionGraphError
├── InvalidInput          a value that no cloud would take; every problem at once
├── AlreadyConfigured     a config is there that this stack does not own
├── Refused               a pre-check says that notifications would not arrive
├── NotApplied            a config was sent, and the service holds another one, or does not say
├── OwnershipUnknown      what other processes of the run hold cannot be read or written
├── SettingsError         region, project or credentials are missing or contradict each other
│   └── NoCredentials     nothing is wrong with them but that no source has credentials
└── CloudError            a cloud was asked and did not do it
    ├── Unauthorized      who we are was refused (401; wrong key, expired token, clock skew)
    ├── Forbidden         we are known and may not (403; also a missing or powerless agency)
    ├── NotFound          there is no such thing (404 and the other forms that say so)
    ├── Conflict          something else is there or under way (409)
    ├── Rejected          the request itself is wrong (any other 4xx)
    ├── Throttled         too many requests (429), after the retries were used up
    ├── Unavailable       no usable answer: connection, time-out, TLS, 5xx, after the retries
    └── NotUnderstood     an answer came, and it is not what the API promises
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from pulumi_functiongraph.core.one_line import on_one_line, visible, visible_lines
from pulumi_functiongraph.core.pattern_redaction import LOOKED_AT, redacted

_LONGEST_DETAIL = 300


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with an input.

    Attributes:
        path: the property path in the spelling of state, such as ``onSuccess.bucket``.
        what: what is wrong; shows a value only for numbers, flags, destination and region,
            because the engine would print a secret that is quoted here.
        allowed: the allowed range or form, with its source where it is a limit.
        remedy: what to do next.
        rule: the id of the rule that the problem is reported under.
    """

    path: str
    what: str
    allowed: str
    remedy: str = ""
    rule: str = "FGN001"

    def __str__(self) -> str:
        """The problem as one line, path first."""
        parts = [f"{self.path}: {self.what}", self.allowed, self.remedy]
        return visible("; ".join(part for part in parts if part))


class FunctionGraphError(Exception):
    """The root of every error that this package raises on purpose.

    Its text may have lines; all else in it is visible, and can be encoded.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(visible_lines(text))


class InvalidInput(FunctionGraphError):
    """A value that no cloud would take.

    Attributes:
        problems: every problem found, in order of their paths.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.path, problem.what)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class AlreadyConfigured(FunctionGraphError):
    """A config is there that this stack does not own, and it differs from the declared one."""


class Refused(FunctionGraphError):
    """A pre-check found that a config may not be sent as it is."""


class NotApplied(FunctionGraphError):
    """A config was sent, and the service holds another one, or does not say what it holds."""


class OwnershipUnknown(FunctionGraphError):
    """What other processes of this run declare and hold cannot be read or written."""


class SettingsError(FunctionGraphError):
    """Region, project or credentials are missing or contradict each other."""


class NoCredentials(SettingsError):
    """Nothing is wrong with the settings but that no source has credentials."""


class CloudError(FunctionGraphError):
    """A cloud was asked and did not do it.

    What a service said is on one line, without what controls a terminal or looks like a secret.

    Attributes:
        operation: what was attempted, as a person says it, such as ``set the async config``.
        resource: on what, such as a function URN or an agency name.
        status: the HTTP status, ``None`` when no answer came.
        code: the service's own error code, such as ``FSS.0404``, empty when it gave none.
        detail: the service's message, cut to 300 characters.
        request_id: what the vendor's support asks for, empty when none came.
        hint: what to do next.
        may_have_acted: whether the service may have carried the request out all the same: an
            attempt was sent, and no answer that can be trusted said no.
    """

    def __init__(
        self,
        *,
        operation: str,
        resource: str,
        status: int | None = None,
        code: str = "",
        detail: str = "",
        request_id: str = "",
        hint: str = "",
        may_have_acted: bool = False,
    ) -> None:
        self.operation = on_one_line(operation)
        self.resource = on_one_line(resource)
        self.status = status
        self.code = _shown(code)
        self.detail = _shown(detail)[:_LONGEST_DETAIL]
        self.request_id = _shown(request_id)
        self.hint = on_one_line(hint)
        self.may_have_acted = may_have_acted
        super().__init__(self._text())

    def hide(self, hidden: Callable[[str], str]) -> None:
        """Take more out of what the service said, by what gives a text without it."""
        self.code = hidden(self.code)
        self.detail = hidden(self.detail)
        self.request_id = hidden(self.request_id)
        self.args = (self._text(),)

    def _text(self) -> str:
        came_back = [
            f"HTTP {self.status}" if self.status is not None else "",
            self.code,
            self.detail,
            f"(request id {self.request_id})" if self.request_id else "",
        ]
        answer = " ".join(part for part in came_back if part) or "no answer"
        text = f"could not {self.operation} of {self.resource}: {answer}"
        return f"{text.rstrip('.')}. {self.hint}" if self.hint else text


def _shown(text: str) -> str:
    return on_one_line(redacted(text[:LOOKED_AT]))


class Unauthorized(CloudError):
    """Who we are was refused: wrong key, expired token, clock skew."""


class Forbidden(CloudError):
    """We are known and may not; also a missing or powerless agency (FSS.1121, FSS.1303)."""


class NotFound(CloudError):
    """There is no such thing, in whichever of its forms the service said so."""


class Conflict(CloudError):
    """Something else is there, or another change is under way."""


class Rejected(CloudError):
    """The request itself is wrong, and repeating it would not help."""


class Throttled(CloudError):
    """Too many requests, still so after the retries were used up."""


class Unavailable(CloudError):
    """No usable answer after the retries: connection, time-out, TLS, 5xx."""


class NotUnderstood(CloudError):
    """An answer came, and it is not what the API promises."""
