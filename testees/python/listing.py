"""What shows in a tree and what lies in the home, as entries of the protocol."""

from base64 import b64encode

PRIVATE = ("trusted.overlay.", "system.", "security.selinux")


def wire_name(name):
    """A name as it travels: a text where it is UTF-8, else its bytes."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        return {"base64": wire_bytes(name.encode("utf-8", "surrogateescape"))}


def wire_bytes(content):
    return b64encode(content).decode()


def list_tree(view):
    """A look at a tree, its root included, in the order of paths."""
    entries = []
    first = {}
    for path, node in sorted((path, found.node) for path, found in view.visit()):
        entry = entry_of(path, node, first)
        entry["mtime"] = list(node.mtime)
        if node.type == "file":
            entry["content"] = wire_bytes(node.content)
        entries.append(entry)
    return entries


def entry_of(path, node, first):
    """One file; `first` knows the first path of every file that was seen so far."""
    entry = {
        "path": wire_name(path),
        "type": node.type,
        "mode": node.mode,
        "uid": node.uid,
        "gid": node.gid,
    }
    if node.type == "symlink":
        entry["target"] = wire_name(node.target)
    if node.type in ("character", "block"):
        entry["device"] = list(node.device)
    xattrs = {
        name: wire_bytes(value)
        for name, value in sorted(node.xattrs.items())
        if value and not name.startswith(PRIVATE)
    }
    if xattrs:
        entry["xattrs"] = xattrs
    if not node.is_directory:
        known = first.setdefault(id(node), path)
        if known != path:
            entry["linkOf"] = wire_name(known)
    return entry


def dump_home(machine):
    """Everything in the home; of what is mounted the mountpoint alone."""
    entries = []
    first = {}
    waiting = [("", machine.home)]
    while waiting:
        path, node = waiting.pop()
        entry = entry_of(path, node, first)
        entries.append(entry)
        if node.type == "file":
            entry["size"] = str(len(node.content))
            entry["content"] = wire_bytes(node.content)
        if node.opaque:
            entry.setdefault("xattrs", {})["trusted.overlay.opaque"] = wire_bytes(b"y")
        if path in machine.mounts:
            entry["mounted"] = True
        elif node.is_directory:
            prefix = f"{path}/" if path else ""
            for name in sorted(node.children, reverse=True):
                waiting.append((prefix + name, node.children[name]))
    return entries
