"""
What a layer changes, as an archive, a list and a size, and archives put into layers. A layer and
its own parent are told apart natively, by what lies in the layer; any other two by comparing what
they show.
"""

import posixpath

from archive import archive_failure, read_archive, write_changes, write_layer, write_whole
from compare import compare, size_of_changes, size_of_layer
from driver import Driver
from failure import Failure, quoted
from union import View
from unpack import Unpacker


class DiffDriver(Driver):
    """A driver that knows archives."""

    def diff(self, id, parent):
        self.check_pair(id, parent)
        if self.is_parent(id, parent):
            return write_layer(self.machine.directory(f"{id}/diff"))
        if parent == "":
            return self.with_views([id], write_whole)
        return self.with_views([id, parent], write_difference)

    def diff_size(self, id, parent):
        self.check_pair(id, parent)
        if self.is_parent(id, parent):
            return size_of_layer(self.machine.directory(f"{id}/diff"))
        return size_of_changes(self.compare_views(id, parent))

    def changes(self, id, parent):
        self.check_pair(id, parent)
        return self.compare_views(id, parent)

    def compare_views(self, id, parent):
        ids = [id, parent] if parent else [id]
        return self.with_views(ids, lambda new, old=None: compare(old, new))

    def with_views(self, ids, use):
        """Gets layers, uses what they show, and puts them back."""
        taken = []
        try:
            views = []
            for id in ids:
                path = self.get(id, "")
                taken.append(id)
                views.append(self.machine.view(path[len(self.home) + 1 :]))
            return use(*views)
        finally:
            for id in reversed(taken):
                self.release(id)

    def release(self, id):
        """A directory that cannot go must not undo what was done meanwhile."""
        try:
            self.put(id)
        except Failure as failure:
            if failure.errno != "ENOTEMPTY":
                raise

    def apply_diff(self, id, parent, archive):
        """Puts an archive into a layer. Gives the bytes that the layer has, or the archive."""
        self.check_exists(id)
        if parent:
            self.check_id(parent)
        is_native = self.is_parent(id, parent)
        was_incomplete = self.machine.exists(f"{id}/incomplete")
        if was_incomplete:
            self.start_again(id)
        if is_native:
            return self.apply_natively(id, archive, was_incomplete)
        return self.apply_naively(id, archive, was_incomplete)

    def apply_natively(self, id, archive, was_incomplete):
        was_missing = not self.machine.exists(f"{id}/diff")
        if was_missing:
            self.machine.mkdir(f"{id}/diff", 0o755)
        root = self.machine.directory(f"{id}/diff")
        is_free = not (was_incomplete or self.is_mounted(id))
        with Mark(self.machine, id, root, is_free, was_missing):
            Unpacker(View([root], plain=True), True, self.below(id)).run(read_archive(archive))
        return size_of_layer(root)

    def apply_naively(self, id, archive, was_incomplete):
        """An incomplete layer is got for this alone; the mark comes back where it fails."""
        is_free = not (was_incomplete or self.is_mounted(id))
        if was_incomplete:
            self.machine.unlink(f"{id}/incomplete")
        try:
            return self.with_views([id], lambda view: self.unpack_into(id, view, archive, is_free))
        except Failure:
            if was_incomplete:
                self.machine.write(f"{id}/incomplete", "")
            raise

    def unpack_into(self, id, view, archive, is_free):
        entries = list(read_archive(archive))
        if not view.writable and entries:
            raise archive_failure("read-only file system", "EROFS")
        if view.writable:
            with Mark(self.machine, id, view.roots[0], is_free):
                Unpacker(view, False).run(entries)
        return sum(len(entry.content) for entry in entries)

    def start_again(self, id):
        """What is mounted of an incomplete layer ends, and what was unpacked goes."""
        self.unmount(id)
        self.counts.pop(id, None)
        if self.machine.exists(f"{id}/diff"):
            root = self.machine.directory(f"{id}/diff")
            if root.children:
                root.children.clear()
                root.touch()

    def below(self, id):
        """What the layers below show, where there are any."""
        try:
            lowers = self.lowers(id)
            return View([self.machine.directory(it) for it in lowers]) if lowers else None
        except Failure:
            return None

    def is_parent(self, id, parent):
        """Whether a layer lies directly on another, or on none."""
        if not self.machine.exists(f"{id}/lower"):
            return parent == ""
        try:
            lowers = [self.resolve(lower) for lower in self.lowers(id)]
        except Failure:
            return False
        return parent != "" and posixpath.dirname(lowers[0]) == self.path(parent)

    def check_pair(self, id, parent):
        self.check_layer(id)
        if parent:
            self.check_id(parent)

    def check_layer(self, id):
        self.check_exists(id)
        if self.machine.exists(f"{id}/incomplete"):
            text = f"layer {quoted(id)} is incomplete: apply it again or remove it"
            raise Failure(text, "incomplete-layer")


def write_difference(new, old):
    return write_changes(compare(old, new), new.root().node)


class Mark:
    """`incomplete` lies beside a layer's files while an archive is unpacked into them."""

    def __init__(self, machine, id, root, is_free, was_missing=False):
        self.machine = machine
        self.id = id
        self.root = root
        self.was_missing = was_missing
        self.was_empty = is_free and not root.children
        self.before = root.copy()

    def __enter__(self):
        self.machine.write(f"{self.id}/incomplete", "")

    def __exit__(self, kind, failure, trace):
        if kind is None:
            self.machine.unlink(f"{self.id}/incomplete")
        elif self.was_empty:
            self.undo()

    def undo(self):
        """A layer that held nothing holds nothing again, and is whole."""
        if self.was_missing:
            self.machine.remove_tree(f"{self.id}/diff")
        else:
            for name in ("mode", "uid", "gid", "mtime", "xattrs"):
                setattr(self.root, name, getattr(self.before, name))
            self.root.children.clear()
        self.machine.unlink(f"{self.id}/incomplete")
