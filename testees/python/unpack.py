"""
Unpacks an archive: natively into a layer's own directory, where whiteouts stay whiteouts, or into
what is mounted, where they delete. Names lead nowhere but below the root.
"""

from archive import OPAQUE, WHITEOUT, archive_failure
from failure import Failure, failed, quoted
from machine import UMASK
from node import Node, directory, whiteout

AUFS = ".wh..wh."
AUFS_LINKS = ".wh..wh.plnk"
PRIVATE = ("trusted.overlay.", "user.overlay.")


class Unpacker:
    """One archive on its way into a view; `below` is what the layers below show."""

    def __init__(self, view, is_native, below=None):
        self.view = view
        self.is_native = is_native
        self.below = below
        self.paths = set()
        self.aufs = {}
        self.directories = []
        self.roots = []
        self.hides_below = False

    def run(self, entries):
        try:
            for entry in entries:
                self.unpack(entry)
            # What is put into a directory changes its time, so that times come last.
            for entry in self.directories:
                self.find(entry.name).mtime = entry.mtime
            for entry in self.roots:
                equip(self.view.root().node, entry)
            if self.hides_below:
                self.hide_below()
        except Failure as failure:
            raise archive_failure(failure.message, failure.errno) from failure

    def unpack(self, entry):
        path = clean(entry.name)
        if self.is_native and is_aufs_link(entry):
            raise archive_failure("Invalid aufs hardlink")
        if path == "":
            return self.unpack_root(entry)
        above, _, name = path.rpartition("/")
        is_aufs = path.startswith(AUFS) and path != OPAQUE
        if is_aufs and self.is_native:
            return None
        place = self.make_parents_if_possible(above)
        if is_aufs:
            if path.startswith(AUFS_LINKS) and entry.type == "file":
                self.aufs[name] = entry
            return None
        if self.is_native:
            self.clear(place, name, entry)
        if name == OPAQUE:
            return self.hide(place, above)
        if name.startswith(WHITEOUT):
            return self.delete(entry, above, name[len(WHITEOUT) :])
        if not self.is_native:
            self.clear(place, name, entry)
        return self.create(self.linked(entry), path)

    def unpack_root(self, entry):
        is_dot = not entry.name.startswith("/") and ".." not in entry.name
        if entry.type == "directory":
            self.directories.append(entry)
            self.roots.append(entry)
        elif not (is_dot and self.is_native):
            raise failed("EBUSY", f"remove {entry.name}")

    def make_parents_if_possible(self, path):
        """What is in the way is told by whoever needs the directory."""
        try:
            return self.make_parents(path)
        except Failure as failure:
            if failure.errno == "EEXIST":
                raise
            return None

    def make_parents(self, path, is_direct=True):
        try:
            return self.view.walk_to(path)
        except Failure as failure:
            if failure.errno != "ENOENT":
                raise
        above, _, name = path.rpartition("/")
        parent = self.make_parents(above, False)
        if self.view.look(parent.parts, name) is not None:
            # A symlink that leads nowhere.
            raise failed("ENOENT" if is_direct else "EEXIST", f"mkdir {path}")
        self.view.insert(parent, name, directory(0o777 & ~UMASK))
        return self.view.walk_to(path)

    def clear(self, place, name, entry):
        """What lies under the name goes, unless both are directories."""
        old = place and self.view.look(place.parts, name)
        if old is not None and not (entry.type == "directory" and old.node.is_directory):
            self.view.erase(place, name)

    def hide(self, place, path):
        """An opaque mark."""
        if place is None:
            self.find(path)
        elif not self.is_native:
            self.hide_by_deleting(place, path)
        elif place.parent is not None:
            place.node.opaque = True
        else:
            self.hides_below = True

    def hide_by_deleting(self, place, path):
        """Whatever the archive did not bring is deleted; a symlink is not followed."""
        if path:
            above, _, name = path.rpartition("/")
            start = self.view.look(self.view.walk_to(above).parts, name)
            if start is not None and start.node.type == "symlink":
                return
        doomed = [it for it, _ in self.view.visit(path, place) if it not in self.paths]
        for it in doomed:
            if it != path:
                self.remove(it)

    def hide_below(self):
        """Every root entry of the layers below that the archive did not bring gets a whiteout."""
        children = self.view.root().node.children
        if self.below is not None:
            for name in self.below.list(self.below.root().parts):
                children.setdefault(name, whiteout())

    def remove(self, path):
        above, _, name = path.rpartition("/")
        try:
            place = self.view.walk_to(above)
        except Failure as failure:
            if failure.errno == "ENOENT":
                return
            raise
        if self.view.look(place.parts, name) is not None:
            self.view.erase(place, name)

    def delete(self, entry, above, name):
        """A whiteout."""
        if name in ("", ".", ".."):
            raise archive_failure(f"invalid whiteout name {quoted(WHITEOUT + name)}")
        if not self.is_native:
            return self.remove(clean(f"{above}/{name}"))
        place = self.view.walk_to(above)
        if name in place.node.children:
            self.view.erase(place, name)
            # What goes may have been the very way here.
            place = self.view.walk_to(above)
        node = whiteout()
        node.uid, node.gid = entry.uid, entry.gid
        return self.view.insert(place, name, node)

    def linked(self, entry):
        """What aufs kept beside the tree is given back by its names."""
        if not is_aufs_link(entry):
            return entry
        stored = self.aufs.get(entry.target.rpartition("/")[2])
        if stored is None:
            raise archive_failure("Invalid aufs hardlink")
        stored.name = entry.name
        return stored

    def create(self, entry, path):
        above, _, name = path.rpartition("/")
        is_seen = True
        # The kernel looks for the source of a link, then for its place, then at what the source is.
        source = self.source(entry.target) if entry.type == "link" else None
        place = self.view.walk_to(above)
        old = self.view.look(place.parts, name)
        if source is not None:
            node = self.linkable(*source)
            self.view.insert(self.view.walk_to(above), name, node)
            # Mode and time are set where the link name leads to a file.
            is_seen = self.is_there(entry.target)
        elif old is not None:
            node = self.view.copy_up(place, name, old)
        else:
            node = Node(entry.type, 0, entry.content, device=entry.device)
            if entry.type == "symlink":
                node.mode, node.target = 0o777, entry.target
            self.view.insert(place, name, node)
        self.paths.add(path)
        if entry.type == "directory":
            self.directories.append(entry)
        (equip if is_seen else describe)(node, entry)

    def is_there(self, target):
        above, _, name = target.rpartition("/")
        try:
            place = self.view.walk_to(above)
        except Failure:
            return False
        if name in ("", ".", ".."):
            return True
        found = self.view.look(place.parts, name)
        return found is not None and found.node.type != "symlink"

    def source(self, target):
        """Where the file lies that a hard link names, and what is found there."""
        above, _, name = clean(target).rpartition("/")
        place = self.view.walk_to(above)
        found = self.view.look(place.parts, name) if name else place
        if found is None:
            raise failed("ENOENT", f"link {target}")
        return place, name, found

    def linkable(self, place, name, found):
        """The file itself, safe to write to."""
        if found.node.is_directory:
            raise failed("EPERM", f"link {name}")
        return self.view.copy_up(place, name, found)

    def find(self, path):
        """What a path leads to, safe to write to."""
        above, _, name = clean(path).rpartition("/")
        place = self.view.walk_to(above)
        found = self.view.look(place.parts, name) if name else place
        if found is None:
            raise failed("ENOENT", f"stat {path}")
        return self.view.copy_up(place, name, found)


def is_aufs_link(entry):
    return entry.type == "link" and clean(entry.target).startswith(AUFS_LINKS)


def equip(node, entry):
    """Gives a file its owner, attributes, mode and time."""
    describe(node, entry)
    if node.type != "symlink":
        node.mode = entry.mode
    if entry.type != "link" or node.type != "symlink":
        node.mtime = entry.mtime


def describe(node, entry):
    node.chown(entry.uid, entry.gid)
    can_have_user = node.type in ("file", "directory")
    for name, value in entry.xattrs.items():
        if not name.startswith(PRIVATE) and (can_have_user or not name.startswith("user.")):
            node.xattrs[name] = value


def clean(path):
    """A path without `.` and `..`; nothing leads out of the root."""
    names = []
    for name in path.split("/"):
        if name == "..":
            del names[-1:]
        elif name not in ("", "."):
            names.append(name)
    return "/".join(names)
