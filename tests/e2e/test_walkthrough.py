"""The reader of pages itself: what a page says and what is not so fails."""

import os
from pathlib import Path

import pytest

from e2e.walkthrough import Reader

PAGE = """\
```yaml title="a/seed.yaml"
one: 1
two: 2
```

```diff title="a/seed.yaml"
 one: 1
-two: 2
+two: 3
```

```sh
cd a
export COLOUR=red
```

```sh
cat seed.yaml; echo "$COLOUR"
```

```text
one: 1
…
two: …
red
```

<!-- not run: it asks -->
```sh
exit 9
```

1. In a list:

    <!-- fails -->
    ```sh
    false
    ```

```sh
KIND=new bash -c "$0" -- bash
```

```sh
echo "$KIND $COLOUR in $PWD"
```
"""


def follow(folder: Path, page: str) -> int:
    with Reader(folder, dict(os.environ)) as reader:
        return reader.follow(page)


def test_files_commands_and_shells_are_carried_out_in_order(tmp_path: Path) -> None:
    page = PAGE.replace('bash -c "$0" -- bash', "env -- bash") + "\n```text\nnew red in …\n```\n"

    assert follow(tmp_path / "folder", page) == 5


@pytest.mark.parametrize(
    ("is_so", "is_said"),
    [
        ("two: …\nred", "red\ntwo: …"),
        ("…\nred\n", "…\ngreen\n"),
        ("-two: 2", "-two: 4"),
        ("false\n", "true\n"),
        ("export COLOUR=red", "exit 1"),
    ],
)
def test_what_a_page_says_and_is_not_so_is_found(tmp_path: Path, is_so: str, is_said: str) -> None:
    assert PAGE.count(is_so) == 1
    page = PAGE.partition("```sh\nKIND")[0].replace(is_so, is_said)

    with pytest.raises(AssertionError):
        follow(tmp_path / "folder", page)
