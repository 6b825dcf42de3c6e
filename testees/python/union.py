"""
What a directory shows that lies on others, by the rules of overlayfs without redirects, index and
metacopy: whiteouts, opaque directories, copy-up. A plain directory is a view of one root in which
whiteouts are devices like others.
"""

from failure import failed
from node import whiteout

SYMLINKS_MAX = 40
NAME_BYTES_MAX = 255


class Found:
    """A file as it shows: the node, which root it is from, and the directories that make it up."""

    __slots__ = ("node", "layer", "parts")

    def __init__(self, parts, node=None, layer=0):
        self.parts = parts
        self.layer, self.node = parts[0] if node is None else (layer, node)


class Place(Found):
    """A directory, and how one comes to it from the root."""

    __slots__ = ("name", "parent")

    def __init__(self, parts, name, parent):
        super().__init__(parts)
        self.name = name
        self.parent = parent


class View:
    """Roots that lie on each other, uppermost first; only the uppermost is written to."""

    def __init__(self, roots, writable=True, plain=False):
        self.roots = roots
        self.writable = writable
        self.plain = plain

    def root(self):
        """The root merges every layer, whatever it is marked with."""
        return Place(list(enumerate(self.roots)), "", None)

    def look(self, parts, name):
        """Finds a name in a directory; None where nothing shows."""
        merged = []
        for layer, directory in parts:
            node = directory.children.get(name)
            if node is None:
                continue
            if node.is_whiteout and not self.plain:
                break
            if not node.is_directory:
                if not merged:
                    return Found([], node, layer)
                break
            merged.append((layer, node))
            if node.opaque and not self.plain:
                break
        return Found(merged) if merged else None

    def list(self, parts):
        """The names in a directory, in their order."""
        seen = {}
        for _, directory in parts:
            for name, node in directory.children.items():
                seen.setdefault(name, node)
        return sorted(name for name, node in seen.items() if self.plain or not node.is_whiteout)

    def walk_to(self, path):
        """Finds a directory by its path; the root is taken for `/`, symlinks are followed."""
        place = self.root()
        waiting = path.split("/")[::-1] if path else []
        symlinks = 0
        while waiting:
            name = waiting.pop()
            if name in ("", "."):
                continue
            if name == "..":
                place = place.parent or place
                continue
            check_name(name)
            found = self.look(place.parts, name)
            if found is None:
                raise failed("ENOENT", f"openat {path}")
            if found.node.type == "symlink":
                symlinks += 1
                if symlinks > SYMLINKS_MAX:
                    raise failed("ELOOP", f"openat {path}")
                if found.node.target.startswith("/"):
                    place = self.root()
                waiting += found.node.target.split("/")[::-1]
            elif not found.node.is_directory:
                raise failed("ENOTDIR", f"openat {path}")
            else:
                place = Place(found.parts, name, place)
        return place

    def visit(self, path="", place=None):
        """Gives every path with what shows there, directories before what they hold."""
        waiting = [(path, place or self.root())]
        while waiting:
            path, found = waiting.pop()
            yield path, found
            prefix = f"{path}/" if path else ""
            for name in reversed(self.list(found.parts)):
                waiting.append((prefix + name, self.look(found.parts, name)))

    def upper(self, place):
        """The directory in the uppermost root, copied up with those above it where need be."""
        layer, node = place.parts[0]
        if layer == 0:
            return node
        above = self.upper(place.parent)
        copy = above.children.get(place.name)
        # Somebody who came here by another way may have made the copy already.
        if copy is None:
            copy = above.children[place.name] = node.copy()
        place.parts = [(0, copy), *place.parts]
        place.layer, place.node = 0, copy
        return copy

    def copy_up(self, place, name, found):
        """The file in the uppermost root, safe to write to; its other names keep the old one."""
        if found.layer == 0:
            return found.node
        copy = found.node.copy()
        self.upper(place).children[name] = copy
        return copy

    def shows_below(self, place, name):
        """Whether a name shows in the roots below the uppermost."""
        return self.look([part for part in place.parts if part[0] > 0], name) is not None

    def insert(self, place, name, node):
        """Puts a file where nothing shows; a directory in place of a whiteout is opaque."""
        above = self.upper(place)
        hidden = above.children.get(name)
        if node.is_directory and hidden is not None and hidden.is_whiteout and not self.plain:
            node.opaque = True
        above.children[name] = node
        above.touch()

    def erase(self, place, name):
        """Takes a name away, whatever it names; what shows below needs a whiteout."""
        above = self.upper(place)
        if not self.plain and self.shows_below(place, name):
            above.children[name] = whiteout()
        else:
            above.children.pop(name, None)
        above.touch()


def check_name(name):
    if len(name.encode("utf-8", "surrogateescape")) > NAME_BYTES_MAX:
        raise failed("ENAMETOOLONG", f"openat {name}")
