//! How a call of the driver or of the machine fails, and which fault is planted.

use serde_json::{json, Value};

/// A failed call: a text, an error class, and the errno of a system call where there is one.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub code: &'static str,
    pub errno: Option<&'static str>,
}

impl Failure {
    /// The `error` of a reply.
    pub fn as_reply(&self) -> Value {
        let mut reply = json!({ "message": self.message, "code": self.code });
        if let Some(errno) = self.errno {
            reply["errno"] = json!(errno);
        }
        reply
    }
}

pub type Outcome<T> = Result<T, Failure>;

/// A refusal of the driver's own.
pub fn refuse<T>(code: &'static str, message: String) -> Outcome<T> {
    Err(Failure { message, code, errno: None })
}

/// A system call that failed, told as Go tells it: `mkdir /home/a: file exists`.
pub fn fail<T>(errno: &'static str, what: String) -> Outcome<T> {
    let text = match errno {
        "EBUSY" => "device or resource busy",
        "EEXIST" => "file exists",
        "EINVAL" => "invalid argument",
        "EISDIR" => "is a directory",
        "ELOOP" => "too many levels of symbolic links",
        "ENAMETOOLONG" => "file name too long",
        "ENOENT" => "no such file or directory",
        "ENOTDIR" => "not a directory",
        "ENOTEMPTY" => "directory not empty",
        "ENXIO" => "no such device or address",
        "EPERM" => "operation not permitted",
        "EROFS" => "read-only file system",
        "EXDEV" => "invalid cross-device link",
        other => other,
    };
    let message = format!("{what}: {text}");
    Err(Failure { message, code: "syscall", errno: Some(errno) })
}

/// Whether `--fault NAME` has planted this fault.
pub fn has_fault(name: &str) -> bool {
    std::env::args().skip_while(|it| it != "--fault").nth(1).as_deref() == Some(name)
}
