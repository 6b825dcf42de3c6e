#!/usr/bin/env python3
"""
The adapter: one request a line in, one reply a line out. The driver knows nothing of the protocol,
and this file nothing of layers. `--fault NAME` plants a fault of faults.py.
"""

import json
import sys
from base64 import b64decode

from changes import change_file
from diffs import DiffDriver
from driver import WORLD
from failure import Failure, failed
from listing import dump_home, list_tree, wire_bytes, wire_name
from machine import Machine
from tamper import tamper

NAME = "python-memory 1.0"
CAPABILITIES = {
    "storageOpt": True,
    "diff": True,
    "files": "requests",
    "restart": True,
    "readOnlyBase": True,
    **dict.fromkeys(("metadata", "status", "cleanup"), True),
}


class Testee:
    """One driver, and the machine that it runs on."""

    def __init__(self):
        self.machine = self.driver = self.home = None

    def hello(self, protocol, home, profile, options=()):
        if protocol != 1 or profile != "strict" or options:
            raise Failure("only protocol 1, profile strict and no options are known", "option")
        # Nothing is on disk: another home is another machine.
        if home != self.home:
            self.machine, self.home = Machine(), home
        self.driver = DiffDriver(self.machine, home)
        return {"protocol": 1, "name": NAME, "capabilities": CAPABILITIES, "world": WORLD}

    def restart(self, process="same"):
        self.driver = DiffDriver(self.machine, self.home)

    def view(self, path):
        """What shows at a path that `get` gave."""
        if not path.startswith(f"{self.home}/"):
            raise failed("ENOENT", f"open {path}")
        return self.machine.view(path[len(self.home) + 1 :])


def create(testee, id, parent, storageOpt=None, mountLabel=""):
    testee.driver.create(id, parent, storageOpt)


def tell_changes(testee, id, parent):
    changes = testee.driver.changes(id, parent)
    return {"changes": [{"path": wire_name(f"/{path}"), "kind": kind} for kind, path, _ in changes]}


def apply_diff(testee, id, parent, archive):
    return {"size": str(testee.driver.apply_diff(id, parent, b64decode(archive)))}


def batch(testee, requests):
    return {"replies": [answer(testee, **it) for it in requests]}


METHODS = {
    "hello": Testee.hello,
    "create": create,
    "createReadWrite": create,
    "remove": lambda testee, id: testee.driver.remove(id),
    "get": lambda testee, id, label="": {"path": testee.driver.get(id, label)},
    "put": lambda testee, id: testee.driver.put(id),
    "exists": lambda testee, id: {"exists": testee.driver.exists(id)},
    "getMetadata": lambda testee, id: {"metadata": testee.driver.metadata(id)},
    "status": lambda testee: {"status": testee.driver.status()},
    "cleanup": lambda testee: testee.driver.cleanup(),
    "applyDiff": apply_diff,
    "diff": lambda testee, **pair: {"archive": wire_bytes(testee.driver.diff(**pair))},
    "diffSize": lambda testee, **pair: {"size": str(testee.driver.diff_size(**pair))},
    "changes": tell_changes,
    "restart": Testee.restart,
    "dump": lambda testee: {"entries": dump_home(testee.machine)},
    "file": lambda testee, path, change: change_file(testee.view(path), change),
    "walk": lambda testee, path: {"entries": list_tree(testee.view(path))},
    "umount": lambda testee, id: testee.machine.unmount(f"{id}/merged"),
    "tamper": lambda testee, **params: tamper(testee.machine, **params),
    "batch": batch,
    "quit": lambda testee: None,
}


def answer(testee, method, params={}, id=None):
    """The one of result, error and skipped."""
    if method not in METHODS:
        return {"skipped": {"reason": f"unknown method {method}"}}
    try:
        return {"result": METHODS[method](testee, **params) or {}}
    except Failure as failure:
        return {"error": failure.as_reply()}


def main(arguments):
    if arguments[:1] == ["--fault"]:
        __import__("faults").plant(arguments[1])
    testee = Testee()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **answer(testee, **request)}), flush=True)
        if request["method"] == "quit":
            break


if __name__ == "__main__":
    main(sys.argv[1:])
