"""How a call of the driver or of the machine fails."""

import errno as _errno
import os


class Failure(Exception):
    """A failed call: a text, an error class, and the errno of a system call where there is one."""

    def __init__(self, message, code="syscall", errno=None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.errno = errno

    def as_reply(self):
        """The `error` of a reply."""
        reply = {"message": self.message, "code": self.code}
        if self.errno is not None:
            reply["errno"] = self.errno
        return reply


def failed(errno, what):
    """A system call that failed, told as Go tells it: `mkdir /home/a: file exists`."""
    text = os.strerror(getattr(_errno, errno)).lower()
    return Failure(f"{what}: {text}", errno=errno)


def quoted(text):
    """A text in quotes, as an error names it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\x00") + '"'
