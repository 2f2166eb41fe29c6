import re

import badges
import recording
import review_picture

LINE = "    \x1b[38;5;1merror: \x1b[0m\x1b[0m" + "a word that goes on " * 12 + "<&>"


def test_the_badges_of_the_repository_say_what_is_so() -> None:
    drawn = badges.PICTURE.read_text(encoding="utf-8")

    assert drawn == badges.picture(badges.facts()), "they are stale: python website/badges.py"
    assert badges.facts()["coverage of the core"] == "100 %"


def test_a_long_line_is_broken_between_words_and_nothing_is_lost() -> None:
    rows = recording.text_of(recording.picture([LINE]))[1:]

    assert len(rows) > 2
    assert all(len(row) <= recording.COLUMNS for row in rows)
    assert all(row.startswith("      ") for row in rows[1:])
    plain = re.sub(r"\x1b\[[0-9;]*m", "", LINE)
    assert " ".join(rows).split() == plain.split()


def test_colours_are_classes_and_end_where_they_end() -> None:
    drawn = recording.picture(["\x1b[38;5;2m\x1b[1m+ 1\x1b[0m to create"])

    assert '<tspan class="new">+ 1</tspan> to create' in drawn


def test_of_a_preview_the_diagnostics_are_shown_and_no_progress() -> None:
    output = "Previewing\n@ 1\n@ 2\n\x1b[38;5;13m\x1b[1mDiagnostics:\x1b[0m\n  error\n\n"

    rows = recording.text_of(recording.picture(recording.lines_of(output)))

    assert rows == ["$ pulumi preview", "Previewing", "Diagnostics:", "  error"]


def test_the_pictures_are_small_and_load_nothing() -> None:
    for picture in (badges.PICTURE, recording.PICTURE, review_picture.PICTURE):
        text = picture.read_text(encoding="utf-8")

        assert len(text) < 10_000
        assert not re.search(r"<script|href=|url\(|@import", text)
