"""Changes of files below a tree, each with the errno that Linux gives where it fails."""

from base64 import b64decode

from failure import failed
from node import Node
from union import Place, check_name

UMASK = 0o022


def change_file(view, change):
    """Makes one change; `path` is relative to the view, and its last name is not followed."""
    kind, path = change["do"], change["path"]
    if path == "":
        return change_root(view, change)
    place, name, found = locate(view, path)
    return CHANGES[kind](view, place, name, found, change)


def change_root(view, change):
    """The root can be given another mode, owner, time or attribute, and nothing else."""
    if change["do"] not in ATTRIBUTES:
        raise failed("EBUSY", change["do"])
    check_attribute(view, view.root().node, change)
    set_attribute(view.root().node, change)


def locate(view, path):
    """Gives the directory of a path, its last name, and what is there."""
    directory, _, name = path.rpartition("/")
    place = view.walk_to(directory)
    check_name(name)
    return place, name, view.look(place.parts, name)


def check_writable(view, what):
    if not view.writable:
        raise failed("EROFS", what)


def change_content(view, place, name, found, change):
    kind = change["do"]
    content = b64decode(change.get("content", ""))
    if found is None and kind != "write":
        raise failed("ENOENT", f"open {name}")
    if found is not None and found.node.type != "file":
        raise failed({"directory": "EISDIR", "symlink": "ELOOP"}.get(found.node.type, "ENXIO"), name)
    check_writable(view, f"open {name}")
    if found is None:
        return add(view, place, name, Node("file", 0o644 & ~UMASK, content))
    node = view.copy_up(place, name, found)
    if kind == "write":
        node.write(content)
    elif kind == "truncate":
        node.write(node.content[: change["size"]].ljust(change["size"], b"\0"))
    elif content:
        node.write(node.content + content)


def add(view, place, name, node):
    """Puts a new file into a directory; a directory with set-group-id hands its group down."""
    if place.node.mode & 0o2000:
        node.gid = place.node.gid
        if node.is_directory:
            node.mode |= 0o2000
    view.insert(place, name, node)


def make(view, place, name, found, change):
    kind = change["do"]
    if kind == "symlink" and change["target"] == "":
        raise failed("ENOENT", f"symlink {name}")
    if found is not None:
        raise failed("EEXIST", f"{kind} {name}")
    check_writable(view, f"{kind} {name}")
    if kind == "mkdir":
        node = Node("directory", change["mode"] & 0o1777 & ~UMASK)
    elif kind == "symlink":
        node = Node("symlink", 0o777, target=change["target"])
    else:
        is_device = change["kind"] in ("character", "block")
        device = (change["major"], change["minor"]) if is_device else (0, 0)
        node = Node(change["kind"], change["mode"] & 0o7777 & ~UMASK, device=device)
        # The overlay keeps devices 0:0 for itself.
        if node.is_whiteout and not view.plain:
            raise failed("EPERM", f"mknod {name}")
    add(view, place, name, node)


def link(view, place, name, found, change):
    source, old_name, old = locate(view, change["from"])
    if old is None:
        raise failed("ENOENT", f"link {old_name}")
    if found is not None:
        raise failed("EEXIST", f"link {name}")
    check_writable(view, f"link {name}")
    if old.node.is_directory:
        raise failed("EPERM", f"link {old_name}")
    view.insert(place, name, view.copy_up(source, old_name, old))


def remove(view, place, name, found, change):
    kind = change["do"]
    if found is None and kind == "remove-tree":
        raise failed("ENOENT", f"unlink {name}")
    check_writable(view, f"{kind} {name}")
    if found is None:
        raise failed("ENOENT", f"{kind} {name}")
    if kind == "unlink" and found.node.is_directory:
        raise failed("EISDIR", f"unlink {name}")
    if kind == "rmdir" and not found.node.is_directory:
        raise failed("ENOTDIR", f"rmdir {name}")
    if kind == "rmdir" and view.list(found.parts):
        raise failed("ENOTEMPTY", f"rmdir {name}")
    view.erase(place, name)


def rename(view, place, name, found, change):
    directory, _, new_name = change["to"].rpartition("/")
    target = view.walk_to(directory)
    check_writable(view, f"rename {name}")
    if found is None:
        raise failed("ENOENT", f"rename {name}")
    check_name(new_name)
    old = view.look(target.parts, new_name)
    node = found.node
    if is_above(node, target):
        raise failed("EINVAL", f"rename {name}")
    if old is not None and is_above(old.node, place):
        raise failed("ENOTEMPTY", f"rename {name}")
    if old is not None and old.node is node:
        is_same_name = place.node is target.node and name == new_name
        if is_same_name or found.layer == 0:
            return
    if old is not None and node.is_directory != old.node.is_directory:
        raise failed("ENOTDIR" if node.is_directory else "EISDIR", f"rename {name}")
    is_whole = found.layer == 0 and len(found.parts) <= 1
    if node.is_directory and not is_whole and not view.plain:
        raise failed("EXDEV", f"rename {name}")
    if old is not None and node.is_directory and view.list(old.parts):
        raise failed("ENOTEMPTY", f"rename {name}")
    move(view, (place, name, found), (target, new_name))


def move(view, source, destination):
    place, name, found = source
    target, new_name = destination
    node = view.copy_up(place, name, found)
    # A directory that comes to lie on layers must not show what they have under its name.
    lies_on_layers = not view.plain and any(layer > 0 for layer, _ in target.parts)
    is_opaque = node.opaque or (node.is_directory and lies_on_layers)
    view.erase(place, name)
    view.insert(target, new_name, node)
    node.opaque = is_opaque


def is_above(node, place):
    """Whether a directory is, or lies above, a place."""
    while isinstance(place, Place):
        if place.node is node:
            return True
        place = place.parent
    return False


def change_attribute(view, place, name, found, change):
    kind = change["do"]
    if found is None:
        raise failed("ENOENT", f"{kind} {name}")
    if kind == "chmod" and found.node.type == "symlink":
        raise failed("ELOOP", f"chmod {name}")
    check_attribute(view, found.node, change)
    set_attribute(view.copy_up(place, name, found), change)


def check_attribute(view, node, change):
    check_writable(view, change["do"])
    is_user = change["do"] == "setxattr" and change["name"].startswith("user.")
    if is_user and node.type not in ("file", "directory"):
        raise failed("EPERM", "setxattr")


def set_attribute(node, change):
    kind = change["do"]
    if kind == "chmod":
        node.mode = change["mode"] & 0o7777
    elif kind == "chown":
        node.chown(change["uid"], change["gid"])
    elif kind == "utimes":
        node.mtime = tuple(change["mtime"])
    else:
        node.xattrs[change["name"]] = b64decode(change["value"])


ATTRIBUTES = ("chmod", "chown", "utimes", "setxattr")

CHANGES = {
    **dict.fromkeys(("write", "append", "truncate"), change_content),
    **dict.fromkeys(("mkdir", "symlink", "mknod"), make),
    **dict.fromkeys(("unlink", "rmdir", "remove-tree"), remove),
    **dict.fromkeys(ATTRIBUTES, change_attribute),
    "link": link,
    "rename": rename,
}
