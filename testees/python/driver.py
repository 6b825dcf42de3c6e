"""
A small overlay driver that keeps its layers on a machine in memory, as careful as profile `strict`
asks: whatever fails has changed nothing, damage is refused, and Init mends what it can.

    <id>/diff       what the layer holds        l/<link> -> ../<id>/diff
    <id>/link       the layer's link id         <id>/lower      l/<link> of every lower, joined by :
    <id>/work       of layers with lowers       <id>/merged     where the layer is mounted
    <id>/committed  the layer has a child, so that it may not be written to any more
"""

import posixpath
import re
import secrets

from failure import Failure, failed, quoted
from machine import UMASK
from union import View

LOWERS_MAX = 128
LINK_ID = re.compile(r"[A-Z2-7]{26}")
LINK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
RESERVED = re.compile(
    r"\.create-|\.remove-|opaque-bug-check|multiple-lowerdir-check|fsutils-dummy"
)
RESERVED_IDS = ("", ".", "..", "l", "backingFsBlockDev")
ID_BYTES_MAX = 255

# What answers depend on, as the judge has to know it.
WORLD = {
    "backingFs": "memory",
    "pageSize": 4096,
    "pageLimited": False,
    "indexOff": False,
    "nativeDiff": True,
    "quota": False,
    "labels": False,
    "sharedWhiteouts": False,
    "umask": UMASK,
}


class Driver:
    """The layer store. Mounts are views of the machine; who uses them is counted here."""

    def __init__(self, machine, home):
        self.machine = machine
        self.home = home
        self.counts = {}
        if not machine.exists("l"):
            machine.mkdir("l", 0o700)
        self.repair()

    def create(self, id, parent, storage):
        """Makes a layer; `storage` are options that need quotas, which there are none of."""
        if storage:
            raise Failure(
                "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
                "option",
            )
        self.check_id(id)
        if self.machine.exists(id):
            raise failed("EEXIST", f"mkdir {self.path(id)}")
        lower = None if parent == "" else self.lower_of_child(parent)
        self.make_layer(id, lower)
        if lower is not None:
            self.commit(parent)

    def lower_of_child(self, parent):
        """The `lower` of a layer above `parent`, which has to be whole."""
        self.check_layer(parent)
        link = self.machine.read(f"{parent}/link")
        if not LINK_ID.fullmatch(link):
            text = f"layer {quoted(parent)}: link file holds {quoted(link)}, not a link id"
            raise Failure(text, "invalid-link")
        lowers = [f"l/{link}", *self.lowers(parent)]
        if len(lowers) > LOWERS_MAX:
            raise Failure("max depth exceeded", "max-depth")
        return lowers

    def make_layer(self, id, lowers):
        """The layer is made under another name, so that nobody finds half of one."""
        link = new_link_id()
        staged = f".create-{link}"
        self.machine.mkdir(staged, 0o700)
        self.machine.mkdir(f"{staged}/diff", 0o755)
        self.machine.write(f"{staged}/link", link)
        if lowers is not None:
            self.machine.mkdir(f"{staged}/work", 0o700)
            self.machine.write(f"{staged}/lower", ":".join(lowers))
        self.machine.symlink(f"../{id}/diff", f"l/{link}")
        self.machine.rename(staged, id)

    def commit(self, id):
        """A layer with children may not be written to any more."""
        self.machine.write(f"{id}/committed", "")

    def remove(self, id):
        """Takes a layer away with its mount and its symlink; one that is not there is no failure."""
        if id == "":
            raise Failure("refusing to remove the directories: id is empty", "empty-id")
        self.check_id(id)
        if not self.machine.exists(id):
            return
        self.remove_link(id)
        self.unmount(id)
        self.counts.pop(id, None)
        gone = f".remove-{new_link_id()}"
        self.machine.rename(id, gone)
        self.machine.remove_tree(gone)

    def remove_link(self, id):
        """Only a symlink that leads to this layer is the layer's."""
        link = self.machine.read(f"{id}/link") if self.machine.exists(f"{id}/link") else ""
        is_own = LINK_ID.fullmatch(link) and self.machine.exists(f"l/{link}")
        if is_own and self.machine.readlink(f"l/{link}") == f"../{id}/diff":
            self.machine.unlink(f"l/{link}")

    def get(self, id, label):
        """Gives the path of a layer, mounted where it lies on others or is committed."""
        self.check_layer(id)
        has_lower = self.machine.exists(f"{id}/lower")
        if not has_lower and not self.machine.exists(f"{id}/diff"):
            raise failed("ENOENT", f"stat {self.path(id)}/diff")
        if not has_lower and not self.machine.exists(f"{id}/committed"):
            return f"{self.path(id)}/diff"
        lowers = self.lowers(id)
        if self.is_mounted(id):
            self.counts[id] = self.count(id) + 1
        else:
            self.mount(id, lowers, label)
            self.counts[id] = 1
        return f"{self.path(id)}/merged"

    def mount(self, id, lowers, label):
        """Mounts a layer; where that fails, its mountpoint goes again."""
        try:
            view = self.overlay(id, lowers, label)
        except Failure:
            self.counts.pop(id, None)
            self.remove_mountpoint(id, is_strict=False)
            raise
        if not self.machine.exists(f"{id}/merged"):
            self.machine.mkdir(f"{id}/merged", 0o700)
        self.machine.mount(f"{id}/merged", view)

    def overlay(self, id, lowers, label):
        """What the kernel makes of a layer and its lowers; it knows no labels."""
        what = f"error creating overlay mount to {self.path(id)}/merged"
        committed = self.machine.exists(f"{id}/committed")
        if not committed:
            self.machine.node(f"{id}/work")
        roots = [self.machine.directory(path) for path in (f"{id}/diff", *lowers)]
        if label:
            raise failed("EINVAL", what)
        if any(root is other for i, root in enumerate(roots) for other in roots[:i]):
            raise failed("ELOOP", what)
        return View(roots, writable=not committed)

    def put(self, id):
        """One user less; the last one unmounts."""
        self.check_id(id)
        if not self.machine.exists(id):
            return
        is_counted = self.machine.exists(f"{id}/lower") or self.is_mounted(id)
        count = self.count(id) - 1
        if is_counted and count > 0:
            self.counts[id] = count
            return
        if is_counted:
            self.counts.pop(id, None)
            self.unmount(id)
        self.remove_mountpoint(id, is_strict=True)

    def remove_mountpoint(self, id, is_strict):
        """Takes `merged` away, which somebody may have written to while nothing was mounted."""
        try:
            if self.machine.exists(f"{id}/merged"):
                self.machine.rmdir(f"{id}/merged")
        except Failure:
            if is_strict:
                raise

    def exists(self, id):
        return is_valid_id(id) and self.machine.exists(id)

    def metadata(self, id):
        """The paths of a layer."""
        self.check_exists(id)
        names = {"MergedDir": "merged", "UpperDir": "diff", "WorkDir": "work"}
        metadata = {key: f"{self.path(id)}/{name}" for key, name in names.items()}
        if self.machine.exists(f"{id}/lower"):
            lowers = self.machine.read(f"{id}/lower").split(":")
            metadata["LowerDir"] = ":".join(self.resolve(lower) for lower in lowers)
        return metadata

    def resolve(self, lower):
        """The path that one entry of a `lower` leads to."""
        path = posixpath.normpath(lower) if lower else ""
        return posixpath.normpath(f"{self.home}/l/{self.machine.readlink(path)}")

    def status(self):
        return [
            ["Backing Filesystem", WORLD["backingFs"]],
            ["Supports d_type", "true"],
            ["Native Overlay Diff", "true"],
        ]

    def cleanup(self):
        """Every mount goes, and with it whoever used it."""
        for path in list(self.machine.mounts):
            self.machine.unmount(path)
        self.counts.clear()

    def repair(self):
        """Mends what damage it can: links, symlinks and the marks of parents."""
        links = {name: self.machine.readlink(f"l/{name}") for name in self.machine.names("l")}
        layers = [name for name in self.machine.names("") if is_valid_id(name)]
        own = {id: self.read_if_there(f"{id}/link") for id in layers}
        for link, target in links.items():
            for id in layers:
                if target == f"../{id}/diff" and own[id] == "":
                    self.machine.write(f"{id}/link", link)
                    own[id] = link
        for link in links:
            if link not in own.values() and not self.leads_somewhere(link):
                self.machine.unlink(f"l/{link}")
        own = {id: link for id, link in own.items() if LINK_ID.fullmatch(link)}
        for id, link in own.items():
            if not self.machine.exists(f"l/{link}"):
                self.machine.symlink(f"../{id}/diff", f"l/{link}")
        owners = {f"l/{link}": id for id, link in own.items()}
        for id in layers:
            parent = owners.get(self.read_if_there(f"{id}/lower").split(":")[0])
            if parent is not None and not self.machine.exists(f"{parent}/committed"):
                self.commit(parent)

    def leads_somewhere(self, link):
        target = posixpath.normpath(f"l/{self.machine.readlink(f'l/{link}')}")
        return not target.startswith("..") and self.machine.exists(target)

    def read_if_there(self, path):
        return self.machine.read(path) if self.machine.exists(path) else ""

    def lowers(self, id):
        """The entries of a layer's `lower`, uppermost first; each has to be a link."""
        if not self.machine.exists(f"{id}/lower"):
            return []
        lowers = self.machine.read(f"{id}/lower").split(":")
        for lower in lowers:
            if not (lower.startswith("l/") and LINK_ID.fullmatch(lower[2:])):
                text = f"layer {quoted(id)}: lower entry {quoted(lower)} is not a link"
                raise Failure(text, "invalid-lower")
        return lowers

    def count(self, id):
        """How many use a layer; the first look at it asks whether it is mounted already."""
        return self.counts.get(id, 1 if self.is_mounted(id) else 0)

    def is_mounted(self, id):
        return f"{id}/merged" in self.machine.mounts

    def unmount(self, id):
        if self.is_mounted(id):
            self.machine.unmount(f"{id}/merged")

    def check_layer(self, id):
        """A layer has to be there."""
        self.check_exists(id)

    def check_exists(self, id):
        self.check_id(id)
        if not self.machine.exists(id):
            raise failed("ENOENT", f"stat {self.path(id)}")

    def check_id(self, id):
        if not is_valid_id(id):
            raise Failure(f"invalid layer id {quoted(id)}: not a name", "invalid-layer-id")

    def path(self, id):
        return f"{self.home}/{id}"


def is_valid_id(id):
    is_name = id not in RESERVED_IDS and not RESERVED.match(id)
    return is_name and len(id.encode()) <= ID_BYTES_MAX and not set(id) & {"/", "\0"}


def new_link_id():
    return "".join(secrets.choice(LINK_LETTERS) for _ in range(26))
