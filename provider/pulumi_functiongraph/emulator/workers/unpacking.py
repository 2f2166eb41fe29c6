"""Code of a function, written into a folder of its own; what could leave the folder is refused."""

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from pulumi_functiongraph.emulator.workers.job import Code

MAX_FILES = 10_000
"""Files and folders of an archive; ours."""
MAX_BYTES = 256 * 1024 * 1024
"""Of all files of an archive, unpacked; ours."""

_CHUNK = 1 << 20
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


class BadCodeError(ValueError):
    """Code that no worker can run; the message says why."""


def unpack(code: Code, folder: Path) -> None:
    """Write the code into an empty folder.

    Raises:
        BadCodeError: the archive cannot be read, is too large, or has an entry that is a link, lies
            outside of the folder or is there twice; the handler names no file.
        OSError: the disk does not take it.
    """
    try:
        if code.archive:
            _unpack_archive(code.archive, folder)
        else:
            _write(folder, _source_name(code.handler), code.source.encode())
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeError) as error:
        raise BadCodeError(f"the code cannot be unpacked: {error}") from None
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise BadCodeError("the archive has two entries of one name") from None


def _source_name(handler: str) -> PurePosixPath:
    module = handler.rpartition(".")[0].replace("/", ".")
    if not all(module.split(".")):
        raise BadCodeError(
            f"the handler {handler[:200]!a} is not of the form file.function, as index.handler is"
        )
    return _inside(module.replace(".", "/") + ".py")


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    parts = name.removesuffix("/").split("/")
    odd = "\\" in name or ":" in parts[0] or not name.isprintable()
    if odd or path.is_absolute() or name == ".py" or not {"", ".."}.isdisjoint(parts):
        raise BadCodeError(f"{name[:200]!a} is no name of a file inside the folder of the code")
    if any(len(part.encode()) > 255 for part in parts) or len(name) > 1000:  # noqa: PLR2004
        raise BadCodeError(f"{name[:40]!a}… is too long for the name of a file")
    return path


def _unpack_archive(archive: bytes, folder: Path) -> None:
    left = MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries = opened.infolist()
        if len(entries) > MAX_FILES:
            raise BadCodeError(f"the archive has {len(entries)} entries, more than {MAX_FILES}")
        for entry in entries:
            name = _inside(entry.filename)
            mode = entry.external_attr >> 16
            if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
                raise BadCodeError(f"{entry.filename!a} is a link or another special file")
            if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _READABLE:
                raise BadCodeError(f"{entry.filename!a} is encrypted, or compressed in an odd way")
            if entry.is_dir():
                (folder / name).mkdir(parents=True, exist_ok=True)
                continue
            content = _read(opened, entry, left)
            left -= len(content)
            _write(folder, name, content)
            if mode & stat.S_IXUSR:
                (folder / name).chmod(0o700)


def _read(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What an entry says of its size is not believed."""
    content = bytearray()
    with opened.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            content += chunk
            if len(content) > left:
                raise BadCodeError(f"the archive is larger than {MAX_BYTES} bytes when unpacked")
    return bytes(content)


def _write(folder: Path, name: PurePosixPath, content: bytes) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.write(content)
