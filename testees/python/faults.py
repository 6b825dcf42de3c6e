"""
Faults that real drivers had, or that somebody would make, planted into this one by name: a judge
worth the name finds each. The driver knows nothing of them.
"""

import archive
import compare
import diffs
import driver
from archive import Writer
from diffs import DiffDriver, Mark
from driver import Driver
from failure import Failure
from node import Node
from union import View
from unpack import Unpacker


def nothing(*_arguments, **_options):
    """Instead of what should be done."""


def plant(name):
    """Plants a fault into the classes of the driver."""
    owner, method, fault = FAULTS[name]
    setattr(owner, method, fault(getattr(owner, method)))


def instead(fault):
    """The fault takes no notice of what it replaces."""
    return lambda _right: fault


def changed(change):
    """What the right method gives, changed."""
    return lambda right: lambda *arguments: change(right(*arguments))


def commits_too_early(right):
    def lower_of_child(self, parent):
        if self.exists(parent):
            self.commit(parent)
        return right(self, parent)

    return lower_of_child


def leaks_symlink(right):
    def lower_of_child(self, parent):
        try:
            return right(self, parent)
        except Failure:
            self.machine.symlink("../a/diff", f"l/{driver.new_link_id()}")
            raise

    return lower_of_child


def makes_again(right):
    def create(self, id, parent, storage):
        if not self.exists(id):
            right(self, id, parent, storage)

    return create


def ignores_options(right):
    return lambda self, id, parent, storage: right(self, id, parent, None)


def takes_any_layer(right):
    def remove(self, id):
        right(self, id)
        for path in list(self.machine.mounts):
            if id and path.startswith(id):
                self.machine.unmount(path)

    return remove


def put_ignores_count(right):
    def put(self, id):
        if id in self.counts:
            self.counts[id] = 1
        right(self, id)

    return put


def get_ignores_count(right):
    def get(self, id, label):
        path = right(self, id, label)
        if id in self.counts:
            self.counts[id] = 1
        return path

    return get


def trusts_stale_count(right):
    def get(self, id, label):
        if id not in self.counts:
            return right(self, id, label)
        self.counts[id] += 1
        return f"{self.path(id)}/merged"

    return get


def tolerates_missing(right):
    def get(self, id, label):
        known = not driver.is_valid_id(id) or self.machine.exists(id)
        return right(self, id, label) if known else f"{self.path(id)}/diff"

    return get


def writable_base(right):
    def get(self, id, label):
        is_base = self.exists(id) and not self.machine.exists(f"{id}/lower")
        return f"{self.path(id)}/diff" if is_base else right(self, id, label)

    return get


def writable_parent(view):
    view.writable = True
    return view


def reverse_lowers(lowers):
    return lowers[::-1]


def without_lower(metadata):
    metadata.pop("LowerDir", None)
    return metadata


def upper_is_merged(metadata):
    return {**metadata, "UpperDir": metadata["MergedDir"]}


def erase_without_whiteout(self, place, name):
    above = self.upper(place)
    above.children.pop(name, None)
    above.touch()


def insert_without_mark(self, place, name, node):
    above = self.upper(place)
    above.children[name] = node
    above.touch()


def write_through(right):
    def copy_up(self, place, name, found):
        return right(self, place, name, found) if found.node.is_directory else found.node

    return copy_up


def copy_for_root(node):
    node.uid = node.gid = 0
    return node


def without_special_bits(info):
    info.mode &= 0o777
    return info


def without_attributes(info):
    info.pax_headers = {}
    return info


def sum_names(nodes):
    return sum(compare.size_of(node) for node in nodes if not node.is_directory)


def keep_views(self, ids, use):
    return use(*[self.machine.view(self.get(id, "")[len(self.home) + 1 :]) for id in ids])


def swapped(right):
    return lambda old, new: right(new, old) if old else right(old, new)


def only_modified(changes):
    return [("modify" if kind == "add" else kind, path, node) for kind, path, node in changes]


def without_deleted(changes):
    return [change for change in changes if change[0] != "delete"]


def keep_mark(self, kind, failure, trace):
    if kind is not None and self.was_empty:
        self.undo()


def private_parents(right):
    def make_parents(self, path, is_direct=True):
        try:
            self.view.walk_to(path)
        except Failure:
            right(self, path, is_direct).node.mode = 0o600
        return self.view.walk_to(path)

    return make_parents


def deletes_nothing(self, entry, above, name):
    pass


# By name: the class or module, its method, and what becomes of the method.
FAULTS = {
    "symlink-left-by-remove": (Driver, "remove_link", instead(nothing)),
    "parent-left-uncommitted": (Driver, "commit", instead(nothing)),
    "parent-left-committed": (Driver, "lower_of_child", commits_too_early),
    "symlink-left-by-failed-create": (Driver, "lower_of_child", leaks_symlink),
    "chain-reversed": (Driver, "lower_of_child", changed(reverse_lowers)),
    "chain-without-grandparents": (Driver, "lower_of_child", changed(lambda it: it[:1])),
    "mounted-lowers-reversed": (Driver, "lowers", changed(reverse_lowers)),
    "existing-layer-made-again": (Driver, "create", makes_again),
    "storage-options-ignored": (Driver, "create", ignores_options),
    "unmount-by-prefix": (Driver, "remove", takes_any_layer),
    "exists-always": (Driver, "exists", instead(lambda self, id: True)),
    "put-ignores-count": (Driver, "put", put_ignores_count),
    "put-never-unmounts": (Driver, "put", instead(lambda self, id: self.check_id(id))),
    "put-keeps-mount-point": (Driver, "remove_mountpoint", instead(nothing)),
    "get-ignores-count": (Driver, "get", get_ignores_count),
    "get-of-missing-layer": (Driver, "get", tolerates_missing),
    "stale-count-trusted": (Driver, "get", trusts_stale_count),
    "count-lost-at-restart": (Driver, "count", instead(lambda self, id: self.counts.get(id, 0))),
    "committed-base-writable": (Driver, "get", writable_base),
    "committed-layer-writable": (Driver, "overlay", changed(writable_parent)),
    "metadata-without-lower": (Driver, "metadata", changed(without_lower)),
    "metadata-upper-is-merged": (Driver, "metadata", changed(upper_is_merged)),
    "cleanup-does-nothing": (Driver, "cleanup", instead(nothing)),
    "nothing-repaired": (Driver, "repair", instead(nothing)),
    "any-link-is-a-link-id": (driver, "LINK_ID", instead(driver.re.compile(".*", driver.re.S))),
    "incomplete-layer-used": (DiffDriver, "check_layer", instead(Driver.check_exists)),
    "incomplete-mark-kept": (Mark, "__exit__", instead(keep_mark)),
    "failed-apply-not-undone": (Mark, "undo", instead(nothing)),
    "deleted-file-shows-again": (View, "erase", instead(erase_without_whiteout)),
    "new-directory-shows-old-files": (View, "insert", instead(insert_without_mark)),
    "write-reaches-lower-layer": (View, "copy_up", write_through),
    "copy-up-loses-owner": (Node, "copy", changed(copy_for_root)),
    "opaque-not-exported": (Writer, "add_opaque", instead(nothing)),
    "deletions-not-exported": (Writer, "add_whiteout", instead(nothing)),
    "setuid-lost": (Writer, "_info", changed(without_special_bits)),
    "attributes-not-exported": (Writer, "_info", changed(without_attributes)),
    "reserved-names-exported": (archive, "check_name", instead(nothing)),
    "hard-links-counted-twice": (compare, "sum_sizes", instead(sum_names)),
    "time-not-compared": (compare, "is_other_time", instead(lambda a, b: False)),
    "is-parent-never": (DiffDriver, "is_parent", instead(lambda self, id, parent: False)),
    "is-parent-always": (DiffDriver, "is_parent", instead(lambda self, id, parent: True)),
    "diff-leaks-mounts": (DiffDriver, "with_views", instead(keep_views)),
    "changes-swapped": (diffs, "compare", swapped),
    "additions-are-modifications": (diffs, "compare", changed(only_modified)),
    "deletions-not-told": (diffs, "compare", changed(without_deleted)),
    "root-opaque-without-effect": (Unpacker, "hide_below", instead(nothing)),
    "whiteouts-not-applied": (Unpacker, "delete", instead(deletes_nothing)),
    "implied-parents-private": (Unpacker, "make_parents", private_parents),
}
