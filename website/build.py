"""Writes what MkDocs builds the site from: ``python website/build.py FOLDER --version VERSION``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from pages import gather


def main() -> None:
    """Gather the pages into the folder that the command line names."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--version", required=True)
    arguments = parser.parse_args()
    gather(arguments.folder, version=arguments.version)


if __name__ == "__main__":
    main()
