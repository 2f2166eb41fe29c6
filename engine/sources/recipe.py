"""What is built with Go: each program's version, and everything that the result depends on."""

import hashlib
import platform
import re
from dataclasses import dataclass
from pathlib import Path

_ENGINE_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one program is built."""

    binary: str
    """The name of the executable."""

    what: str
    """What it is, as a user reads it."""

    folder: Path
    """The folder of go.mod and go.sum."""

    module: str
    """The module in go.mod whose version is the program's."""

    command: str
    """The package of the program."""

    stamp: str | None
    """The variable that takes the version, where the program tells it."""

    minutes: int
    """How long a build takes on two cores, roughly."""

    @property
    def version(self) -> str:
        """The version in go.mod: what is built, and the lowest engine that is accepted.

        Raises:
            ValueError: go.mod does not require the module.
        """
        text = (self.folder / "go.mod").read_text(encoding="utf-8")
        found = re.search(rf"^require {re.escape(self.module)} v(\S+)$", text, re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.folder / 'go.mod'} does not require {self.module}")
        return found.group(1)

    def build_arguments(self, output: Path) -> list[str]:
        """What follows ``go`` to build the program.

        Without the stamped version the CLI reports an empty one, which Pulumi's own Automation API
        refuses. ``go mod download`` is of no use: it asks for more than a build needs, and fails
        where a proxy serves a module but not its metadata.
        """
        flags, more = "-s -w", ["-buildvcs=false"]
        if self.stamp is not None:
            flags, more = f"{flags} -X {self.stamp}=v{self.version}", []
        # Go asks git about a program of our own, and git may refuse to answer.
        words = ["-v", "-trimpath", *more, "-ldflags", flags, "-o", str(output), self.command]
        return ["build", *words]

    @property
    def name(self) -> str:
        """The name under which the result is kept: version and hash of the whole recipe."""
        sources = sorted(self.folder.glob("*.go"))
        ingredients = [
            (self.folder / "go.mod").read_bytes(),
            (self.folder / "go.sum").read_bytes(),
            "\n".join(self.build_arguments(Path(self.binary))).encode(),
            repr(sorted(build_settings(Path("work")).items())).encode(),
            f"{platform.system()} {platform.machine()}".encode(),
            *(file.read_bytes() for file in sources),
        ]
        digest = hashlib.sha256(b"\0".join(ingredients)).hexdigest()
        return f"{self.version}-{digest[:12]}"


ENGINE = Recipe(
    "pulumi",
    "Pulumi",
    _ENGINE_FOLDER,
    "github.com/pulumi/pulumi/pkg/v3",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    8,
)
YAML_HOST = Recipe(
    "pulumi-language-yaml",
    "the language host for YAML",
    _ENGINE_FOLDER / "yaml_host",
    "github.com/pulumi/pulumi-yaml",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    "github.com/pulumi/pulumi-yaml/pkg/version.Version",
    5,
)
TYPESCRIPT_SDK = Recipe(
    "typescript-sdk",
    "the generator of TypeScript SDKs",
    _ENGINE_FOLDER / "typescript_sdk",
    "github.com/pulumi/pulumi/pkg/v3",
    "typescript-sdk",
    None,
    5,
)


def build_settings(work: Path) -> dict[str, str]:
    """Return the variables of a build that keeps everything below ``work``."""
    return {
        "CGO_ENABLED": "0",  # so that no C compiler is needed
        "GOCACHE": str(work / "compiled"),
        "GOFLAGS": "-mod=readonly",
        "GOMODCACHE": str(work / "modules"),
        "GOPATH": str(work / "path"),
        "GOTMPDIR": str(work),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
