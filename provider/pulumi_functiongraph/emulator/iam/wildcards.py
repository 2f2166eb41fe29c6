"""Wildcards of policies: `*` is any run of characters, `?` any one."""


def matches(pattern: str, text: str) -> bool:
    """Whether `text` has the form of `pattern`.

    In time of at most their lengths' product: a regular expression of many `.*` would take for
    ever over a text that nearly fits.
    """
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    here = there = 0
    star, resume = -1, 0
    while there < len(text):
        if here < len(pattern) and pattern[here] == "*":
            star, resume = here, there
            here += 1
        elif here < len(pattern) and pattern[here] in {"?", text[there]}:
            here += 1
            there += 1
        elif star >= 0:
            resume += 1
            here, there = star + 1, resume
        else:
            return False
    return not pattern[here:].strip("*")
