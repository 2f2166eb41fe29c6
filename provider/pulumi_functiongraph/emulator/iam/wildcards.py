"""Wildcards of policies: `*` is any run of characters, `?` any one."""

from fnmatch import fnmatchcase


def matches(pattern: str, text: str) -> bool:
    """Whether `text` has the form of `pattern`.

    In time of at most their lengths' product: Python's patterns go back over no `*`.
    """
    return fnmatchcase(text, pattern.replace("[", "[[]"))
