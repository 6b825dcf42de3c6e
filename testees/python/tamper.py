"""What somebody else does to the machine behind the driver's back."""

import re


def tamper(machine, id, part, to):
    """Takes a part of a layer away, empties it, or gives it another text."""
    if part == "symlink":
        path = f"l/{machine.read(f'{id}/link')}"
        machine.unlink(path)
        if to != "missing":
            machine.symlink(text_of(machine, to), path)
        return
    path = f"{id}/{part}"
    if part in ("diff", "work"):
        machine.remove_tree(path)
        if to == "empty":
            machine.mkdir(path, 0o755)
            return
    elif to == "missing":
        machine.unlink(path)
    if to != "missing":
        machine.write(path, text_of(machine, to))


def text_of(machine, to):
    """The text, with `{link:a}` replaced by what the `link` of layer `a` holds."""
    if to == "empty":
        return ""
    return re.sub(r"\{link:([^}]*)\}", lambda it: machine.read(f"{it[1]}/link"), to["text"])
