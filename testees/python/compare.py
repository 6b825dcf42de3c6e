"""The naive differ: what two trees show, compared."""

from node import CAPABILITY


def compare(old, new):
    """Gives (kind, path, node) for whatever was added, modified or deleted; no `old` is empty."""
    changes = []
    compare_directories((old, old and old.root()), (new, new.root()), "", changes)
    return changes


def compare_directories(old, new, prefix, changes):
    view, place = new
    for name in view.list(place.parts):
        path = prefix + name
        after = view.look(place.parts, name)
        before = look(old, name)
        start = len(changes)
        if before is None:
            changes.append(("add", path, after.node))
        elif differs(before.node, after.node):
            changes.append(("modify", path, after.node))
        is_told = len(changes) > start
        if after.node.is_directory:
            compare_directories((old[0], before), (view, after), f"{path}/", changes)
        # A directory is modified where anything in it is.
        if len(changes) > start and not is_told:
            changes.insert(start, ("modify", path, after.node))
    tell_deleted(old, new, prefix, changes)


def tell_deleted(old, new, prefix, changes):
    view, place = old
    if place is None:
        return
    for name in view.list(place.parts):
        if look(new, name) is None:
            changes.append(("delete", prefix + name, look(old, name).node))


def look(side, name):
    view, place = side
    return None if place is None else view.look(place.parts, name)


def differs(a, b):
    """Two files are compared by what stat tells, times by seconds where one has no more."""
    if a is b:
        return False
    if (a.type, a.mode, a.uid, a.gid, a.device) != (b.type, b.mode, b.uid, b.gid, b.device):
        return True
    if a.xattrs.get(CAPABILITY) != b.xattrs.get(CAPABILITY):
        return True
    if b.is_directory:
        return False
    return size_of(a) != size_of(b) or is_other_time(a.mtime, b.mtime)


def is_other_time(a, b):
    if a[0] != b[0]:
        return True
    return a[1] != b[1] and a[1] != 0 and b[1] != 0


def size_of(node):
    """What lstat tells of the size of whatever is no directory."""
    if node.type == "symlink":
        return len(node.target.encode("utf-8", "surrogateescape"))
    return len(node.content)


def size_of_layer(root):
    """The sizes of the files of a layer, each of them once."""
    return sum_sizes(node for _, node in walk(root))


def size_of_changes(changes):
    return sum_sizes(node for kind, _, node in changes if kind != "delete")


def sum_sizes(nodes):
    files = {id(node): node for node in nodes if not node.is_directory}
    return sum(size_of(node) for node in files.values())


def walk(root):
    waiting = [("", root)]
    while waiting:
        path, node = waiting.pop()
        yield path, node
        if node.is_directory:
            waiting += node.children.items()
