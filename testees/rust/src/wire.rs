//! What travels by the protocol: bytes, changes of files, and trees as entries.

use crate::changes::Change;
use crate::failure::{refuse, Outcome};
use crate::machine::Machine;
use crate::union::{File, Kind, Node, View};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::rc::Rc;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PRIVATE: [&str; 3] = ["trusted.overlay.", "system.", "security.selinux"];
const KINDS: [(&str, Kind); 7] = [
    ("file", Kind::File),
    ("directory", Kind::Directory),
    ("symlink", Kind::Symlink),
    ("fifo", Kind::Fifo),
    ("character", Kind::Character),
    ("block", Kind::Block),
    ("socket", Kind::Socket),
];

/// A text of an object; "" where it is absent.
pub fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

fn number(object: &Value, key: &str) -> u64 {
    object[key].as_u64().unwrap_or_default()
}

fn base64(bytes: &[u8]) -> String {
    let mut made = String::new();
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            made.push(if i <= three.len() { char::from(digit) } else { '=' });
        }
    }
    made
}

fn bytes(base64: &str) -> Vec<u8> {
    let (mut made, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for digit in base64.bytes().filter_map(|it| DIGITS.iter().position(|digit| *digit == it)) {
        bits = bits << 6 | digit as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            made.push((bits >> count) as u8);
        }
    }
    made
}

pub fn read_change(json: &Value) -> Outcome<Change> {
    let what = text(json, "do").to_string();
    if what.is_empty() {
        return refuse("option", "a change without `do`".to_string());
    }
    let value = if what == "setxattr" { "value" } else { "content" };
    let kind = KINDS.iter().find(|(name, _)| *name == text(json, "kind"));
    let mtime = |i: usize| json["mtime"][i].as_i64().unwrap_or_default();
    Ok(Change {
        what,
        path: text(json, "path").to_string(),
        to: text(json, "to").to_string(),
        from: text(json, "from").to_string(),
        target: text(json, "target").to_string(),
        name: text(json, "name").to_string(),
        content: bytes(text(json, value)),
        size: number(json, "size") as usize,
        mode: number(json, "mode") as u32,
        uid: number(json, "uid") as u32,
        gid: number(json, "gid") as u32,
        mtime: (mtime(0), mtime(1)),
        kind: kind.map_or(Kind::File, |(_, kind)| *kind),
        device: (number(json, "major") as i64, number(json, "minor") as i64),
    })
}

/// What becomes of a part that somebody damages: a text, or nothing where it goes.
pub fn read_damage(params: &Value) -> Option<&str> {
    match &params["to"] {
        Value::String(word) if word == "missing" => None,
        Value::String(_) => Some(""),
        to => Some(text(to, "text")),
    }
}

/// A look at a tree, its root included, in the order of paths.
pub fn tree_entries(view: &View) -> Vec<Value> {
    let mut first = HashMap::new();
    let mut entries = Vec::new();
    for (path, file) in view.visit() {
        let mut entry = entry_of(&path, &file, &mut first, false);
        let (seconds, nanoseconds) = file.borrow().mtime;
        entry["mtime"] = json!([seconds, nanoseconds]);
        entries.push(entry);
    }
    entries
}

/// Everything in the home; of what is mounted the mountpoint alone.
pub fn home_entries(machine: &Machine) -> Vec<Value> {
    let mut first = HashMap::new();
    let mut entries = Vec::new();
    let is_hidden = |path: &str| {
        let lies_below =
            |it: &String| path.starts_with(it.as_str()) && path[it.len()..].starts_with('/');
        machine.mounts.keys().any(lies_below)
    };
    for (path, file) in View::plain(&machine.home).visit() {
        if is_hidden(&path) {
            continue;
        }
        let mut entry = entry_of(&path, &file, &mut first, true);
        if file.borrow().kind == Kind::File {
            entry["size"] = json!(file.borrow().content.len().to_string());
        }
        if machine.mounts.contains_key(&path) {
            entry["mounted"] = json!(true);
        }
        entries.push(entry);
    }
    entries
}

/// One file; `first` knows the first path of every file that was seen so far.
fn entry_of(
    path: &str,
    file: &File,
    first: &mut HashMap<*const std::cell::RefCell<Node>, String>,
    with_marks: bool,
) -> Value {
    let node = file.borrow();
    let (kind, _) = KINDS[node.kind as usize];
    let mut entry = json!({
        "path": path, "type": kind, "mode": node.mode, "uid": node.uid, "gid": node.gid,
    });
    match node.kind {
        Kind::File => entry["content"] = json!(base64(&node.content)),
        Kind::Symlink => entry["target"] = json!(node.target),
        Kind::Character | Kind::Block => entry["device"] = json!([node.device.0, node.device.1]),
        _ => {}
    }
    for (name, value) in &node.xattrs {
        if !value.is_empty() && !PRIVATE.iter().any(|it| name.starts_with(it)) {
            entry["xattrs"][name] = json!(base64(value));
        }
    }
    if with_marks && node.opaque {
        entry["xattrs"]["trusted.overlay.opaque"] = json!(base64(b"y"));
    }
    if !node.is_directory() {
        let known = first.entry(Rc::as_ptr(file)).or_insert_with(|| path.to_string());
        if known != path {
            entry["linkOf"] = json!(known);
        }
    }
    entry
}
