"""
The machine that the driver runs on, in memory: one directory with everything below it, and what is
mounted there. Paths are relative to the home; symlinks on the way are followed, the last name not.
"""

from failure import Failure, failed
from node import Node, directory
from union import View, check_name

READ_BYTES_MAX = 4096
UMASK = 0o022


class Machine:
    """Files and mounts. They outlive the driver, as those of a real machine do."""

    def __init__(self):
        self.home = directory(0o700)
        # What is mounted, by the path it is mounted on.
        self.mounts = {}
        self._files = View([self.home], plain=True)

    def locate(self, path):
        """Gives the directory of a path, its last name, and what is there; None for nothing."""
        above, _, name = path.rpartition("/")
        place = self._files.walk_to(above)
        check_name(name)
        found = self._files.look(place.parts, name)
        return place.node, name, None if found is None else found.node

    def node(self, path, call="stat"):
        """The file at a path."""
        found = self.locate(path)[2]
        if found is None:
            raise failed("ENOENT", f"{call} {path}")
        return found

    def exists(self, path):
        try:
            return self.locate(path)[2] is not None
        except Failure:
            return False

    def names(self, path):
        """The names in a directory, in their order."""
        return sorted(self.directory(path).children)

    def directory(self, path):
        """The directory that a path leads to, its last name followed too."""
        return self._files.walk_to(path).node

    def mkdir(self, path, mode):
        above, name, found = self.locate(path)
        if found is not None:
            raise failed("EEXIST", f"mkdir {path}")
        above.children[name] = directory(mode & ~UMASK)
        above.touch()

    def rmdir(self, path):
        above, name, found = self.locate(path)
        if found is None:
            raise failed("ENOENT", f"rmdir {path}")
        if found.children:
            raise failed("ENOTEMPTY", f"rmdir {path}")
        del above.children[name]
        above.touch()

    def read(self, path):
        """The text of a file."""
        node = self.node(path, "open")
        if node.is_directory:
            raise failed("EISDIR", f"read {path}")
        return node.content[:READ_BYTES_MAX].decode("utf-8", "surrogateescape")

    def write(self, path, text):
        above, name, found = self.locate(path)
        if found is not None and found.is_directory:
            raise failed("EISDIR", f"open {path}")
        content = text.encode("utf-8", "surrogateescape")
        if found is not None:
            found.write(content)
        else:
            above.children[name] = Node("file", 0o644 & ~UMASK, content)
            above.touch()

    def symlink(self, target, path):
        above, name, found = self.locate(path)
        if found is not None:
            raise failed("EEXIST", f"symlink {target} {path}")
        if target == "":
            raise failed("ENOENT", f"symlink {target} {path}")
        above.children[name] = Node("symlink", 0o777, target=target)
        above.touch()

    def readlink(self, path):
        node = self.node(path, "readlink") if path else self.home
        if node.type != "symlink":
            raise failed("EINVAL", f"readlink {path}")
        return node.target

    def unlink(self, path):
        above, name, found = self.locate(path)
        if found is None:
            raise failed("ENOENT", f"unlink {path}")
        if found.is_directory:
            raise failed("EISDIR", f"unlink {path}")
        del above.children[name]
        above.touch()

    def rename(self, path, to):
        above, name, found = self.locate(path)
        into, new_name, _ = self.locate(to)
        if found is None:
            raise failed("ENOENT", f"rename {path} {to}")
        into.children[new_name] = above.children.pop(name)
        above.touch()
        into.touch()

    def remove_tree(self, path):
        """Removes a file with everything below it."""
        above, name, found = self.locate(path)
        if found is None:
            raise failed("ENOENT", f"unlinkat {path}")
        del above.children[name]
        above.touch()

    def mount(self, path, view):
        self.mounts[path] = view

    def unmount(self, path):
        if self.mounts.pop(path, None) is None:
            raise failed("EINVAL", f"unmount {path}")

    def view(self, path):
        """What shows at a path: what is mounted there, else the directory itself."""
        mounted = self.mounts.get(path)
        return mounted or View([self.directory(path)], plain=True)
