"""Layers as tar archives: entries that were read, and a writer that knows whiteouts."""

import io
import tarfile

from failure import Failure, quoted
from node import CAPABILITY

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
XATTR = "SCHILY.xattr."

TYPES = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.LNKTYPE: "link",
    tarfile.FIFOTYPE: "fifo",
    tarfile.CHRTYPE: "character",
    tarfile.BLKTYPE: "block",
}
FLAGS = {type: flag for flag, type in TYPES.items() if flag != tarfile.AREGTYPE}


class Entry:
    """One entry of an archive."""

    def __init__(self, info, content):
        if info.type not in TYPES:
            raise archive_failure(f"unhandled tar header type {info.type[0]}")
        self.name = info.name
        self.type = TYPES[info.type]
        self.mode = info.mode & 0o7777
        self.uid, self.gid = info.uid, info.gid
        self.mtime = mtime_of(info)
        self.content = content
        self.target = info.linkname
        is_device = self.type in ("character", "block")
        self.device = (info.devmajor, info.devminor) if is_device else (0, 0)
        self.xattrs = {
            key[len(XATTR) :]: value.encode("utf-8", "surrogateescape")
            for key, value in info.pax_headers.items()
            if key.startswith(XATTR)
        }


def mtime_of(info):
    """The time to the nanosecond, which tarfile gives as a float."""
    whole, _, fraction = info.pax_headers.get("mtime", str(int(info.mtime))).partition(".")
    seconds, nanoseconds = int(whole), int(fraction[:9].ljust(9, "0"))
    return (0, 0) if seconds < 0 else (seconds, nanoseconds)


def read_archive(data):
    """The entries of an archive, in its order."""
    if not data:
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8") as tar:
            for info in tar:
                yield Entry(info, tar.extractfile(info).read() if info.isreg() else b"")
    except tarfile.TarError as error:
        raise archive_failure(str(error)) from error


def archive_failure(message, errno=None):
    return Failure(message, "archive", errno)


class Writer:
    """Writes files as an archive; a file of several names is written once."""

    def __init__(self):
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(
            fileobj=self._buffer, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8"
        )
        self._first = {}

    def finish(self):
        self._tar.close()
        return self._buffer.getvalue()

    def add(self, path, node):
        """Adds a file, but a socket, for which there is no form."""
        check_name(path)
        if node.type == "socket":
            return
        info = self._info(path, node)
        first = path if node.is_directory else self._first.setdefault(id(node), path)
        if first != path:
            info.type, info.linkname = tarfile.LNKTYPE, first
        self._put(info, node.content if info.isreg() else b"")

    def add_root(self, node):
        """The root is told of where it is not as every root."""
        if (node.mode, node.uid, node.gid) != (0o755, 0, 0):
            self._put(self._info(".", node))

    def add_whiteout(self, path, mode, node=None):
        check_name(path)
        directory, slash, name = path.rpartition("/")
        info = tarfile.TarInfo(directory + slash + WHITEOUT + name)
        info.mode = mode
        if node is not None:
            info.mtime = node.mtime[0]
        self._put(info)

    def add_opaque(self, path, node):
        info = tarfile.TarInfo(f"{path}/{OPAQUE}")
        info.mode, info.uid, info.gid = node.mode & 0o777, node.uid, node.gid
        info.mtime = node.mtime[0]
        self._put(info)

    def _info(self, path, node):
        info = tarfile.TarInfo(path)
        info.type = FLAGS[node.type]
        info.mode, info.uid, info.gid, info.mtime = node.mode, node.uid, node.gid, node.mtime[0]
        info.linkname = node.target
        info.devmajor, info.devminor = node.device
        info.pax_headers = {
            XATTR + name: value.decode("utf-8", "surrogateescape")
            for name, value in node.xattrs.items()
            if name.startswith(("user.", "trusted.")) or name == CAPABILITY
        }
        return info

    def _put(self, info, content=b""):
        info.size = len(content)
        self._tar.addfile(info, io.BytesIO(content))


def check_name(path):
    """A real name that would become a whiteout cannot be told."""
    if path.rpartition("/")[2].startswith(WHITEOUT):
        text = f"cannot archive {quoted(path)}: the name is reserved for whiteouts"
        raise Failure(text, "reserved-name")


def write_layer(root):
    """A layer as it lies: whiteouts and opaque directories become entries."""
    writer = Writer()
    writer.add_root(root)
    waiting = children_of("", root)
    while waiting:
        path, node = waiting.pop()
        if node.is_whiteout:
            writer.add_whiteout(path, 0o600, node)
        else:
            writer.add(path, node)
        if node.opaque:
            writer.add_opaque(path, node)
        if node.is_directory:
            waiting += children_of(f"{path}/", node)
    return writer.finish()


def children_of(prefix, node):
    """What a directory holds, the last name first."""
    return [(prefix + name, child) for name, child in sorted(node.children.items(), reverse=True)]


def write_whole(view):
    """Everything that a tree shows."""
    writer = Writer()
    for path, found in view.visit():
        if path:
            writer.add(path, found.node)
        else:
            writer.add_root(found.node)
    return writer.finish()


def write_changes(changes, root):
    """What differs between two trees, and what the root is like."""
    writer = Writer()
    writer.add_root(root)
    for kind, path, node in sorted(changes, key=lambda change: change[1]):
        if kind == "delete":
            writer.add_whiteout(path, 0)
        else:
            writer.add(path, node)
    return writer.finish()
