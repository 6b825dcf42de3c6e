"""Files in memory: a node is a file, and a directory holds nodes by name."""

import time

CAPABILITY = "security.capability"


class Node:
    """One file. It is the same file under each of its names."""

    __slots__ = (
        "type", "mode", "uid", "gid", "mtime", "content", "target", "device", "xattrs",
        "opaque", "children",
    )  # fmt: skip

    def __init__(self, type, mode, content=b"", target="", device=(0, 0)):
        self.type = type
        self.mode = mode
        self.uid = 0
        self.gid = 0
        self.mtime = now()
        self.content = content
        self.target = target
        self.device = device
        self.xattrs = {}
        # A directory that hides what lies below it in the layers below.
        self.opaque = False
        self.children = {} if type == "directory" else None

    @property
    def is_directory(self):
        return self.children is not None

    @property
    def is_whiteout(self):
        """What a layer has instead of a file that is gone: a character device 0:0."""
        return self.type == "character" and self.device == (0, 0)

    def touch(self):
        self.mtime = now()

    def copy(self):
        """The same file once more; of a directory without what it holds."""
        other = Node(self.type, self.mode, self.content, self.target, self.device)
        other.uid, other.gid, other.mtime = self.uid, self.gid, self.mtime
        other.xattrs = dict(self.xattrs)
        return other

    def chown(self, uid, gid):
        """Another owner takes away what the old one may have granted."""
        self.uid, self.gid = uid, gid
        if self.is_directory:
            return
        self.mode &= ~0o4000
        if self.mode & 0o010:
            self.mode &= ~0o2000
        self.xattrs.pop(CAPABILITY, None)

    def write(self, content):
        """Another content; whoever writes takes the capabilities away."""
        self.content = content
        self.touch()
        self.xattrs.pop(CAPABILITY, None)


def directory(mode):
    return Node("directory", mode)


def whiteout():
    return Node("character", 0)


def now():
    """Seconds and nanoseconds."""
    return divmod(time.time_ns(), 1_000_000_000)
