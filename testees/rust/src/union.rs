//! Files in memory, and what a directory shows that lies on others, by the rules of overlayfs
//! without redirects, index and metacopy: whiteouts, opaque directories, copy-up. A plain directory
//! is a view of one root in which whiteouts are devices like others.

use crate::failure::{fail, has_fault, Outcome};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

pub const UMASK: u32 = 0o022;
const SYMLINKS_MAX: usize = 40;
const NAME_BYTES_MAX: usize = 255;
const CAPABILITY: &str = "security.capability";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    File,
    Directory,
    Symlink,
    Fifo,
    Character,
    Block,
    Socket,
}

/// One file. It is the same file under each of its names.
#[derive(Clone)]
pub struct Node {
    pub kind: Kind,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    /// Seconds and nanoseconds.
    pub mtime: (i64, i64),
    pub content: Vec<u8>,
    pub target: String,
    pub device: (i64, i64),
    pub xattrs: BTreeMap<String, Vec<u8>>,
    /// A directory that hides what the layers below have under its name.
    pub opaque: bool,
    pub children: BTreeMap<String, File>,
}

pub type File = Rc<RefCell<Node>>;

pub fn new_file(kind: Kind, mode: u32) -> File {
    Rc::new(RefCell::new(Node {
        kind,
        mode,
        uid: 0,
        gid: 0,
        mtime: now(),
        content: Vec::new(),
        target: String::new(),
        device: (0, 0),
        xattrs: BTreeMap::new(),
        opaque: false,
        children: BTreeMap::new(),
    }))
}

fn now() -> (i64, i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now.as_secs() as i64, i64::from(now.subsec_nanos()))
}

impl Node {
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// What a layer has instead of a file that is gone: a character device 0:0.
    pub fn is_whiteout(&self) -> bool {
        self.kind == Kind::Character && self.device == (0, 0)
    }

    pub fn touch(&mut self) {
        self.mtime = now();
    }

    /// Another owner takes away what the old one may have granted.
    pub fn set_owner(&mut self, uid: u32, gid: u32) {
        (self.uid, self.gid) = (uid, gid);
        if self.is_directory() {
            return;
        }
        self.mode &= !0o4000;
        if self.mode & 0o010 != 0 {
            self.mode &= !0o2000;
        }
        self.xattrs.remove(CAPABILITY);
    }

    /// Another content; whoever writes takes the capabilities away.
    pub fn set_content(&mut self, content: Vec<u8>) {
        self.content = content;
        self.touch();
        self.xattrs.remove(CAPABILITY);
    }

    pub fn put(&mut self, name: &str, file: File) {
        self.children.insert(name.to_string(), file);
        self.touch();
    }

    pub fn drop_name(&mut self, name: &str) -> Option<File> {
        self.touch();
        self.children.remove(name)
    }
}

/// The same file once more; of a directory without what it holds.
fn copy_of(file: &File) -> File {
    let mut copy = file.borrow().clone();
    copy.opaque = false;
    copy.children.clear();
    if has_fault("copy-up-loses-owner") {
        (copy.uid, copy.gid) = (0, 0);
    }
    Rc::new(RefCell::new(copy))
}

/// A file as it shows: the node, the root it is from, and the directories that make it up. Of a
/// directory that was walked to also its name, and where it lies.
pub struct Found {
    pub file: File,
    pub layer: usize,
    pub parts: Vec<(usize, File)>,
    name: String,
    above: Option<Box<Found>>,
}

impl Found {
    fn new(parts: Vec<(usize, File)>) -> Option<Found> {
        let (layer, file) = parts.first()?.clone();
        Some(Found { file, layer, parts, name: String::new(), above: None })
    }

    pub fn is_directory(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Whether a directory is, or lies above, this place.
    pub fn is_below(&self, file: &File) -> bool {
        let is_above = |it: &Box<Found>| it.is_below(file);
        Rc::ptr_eq(&self.file, file) || self.above.as_ref().map_or(false, is_above)
    }
}

/// Roots that lie on each other, uppermost first; only the uppermost is written to.
#[derive(Clone)]
pub struct View {
    pub roots: Vec<File>,
    pub writable: bool,
    pub plain: bool,
}

impl View {
    pub fn plain(root: &File) -> View {
        View { roots: vec![root.clone()], writable: true, plain: true }
    }

    /// The root merges every layer, whatever it is marked with.
    pub fn root(&self) -> Found {
        let parts = self.roots.iter().cloned().enumerate().collect();
        Found::new(parts).expect("a view has a root")
    }

    /// Finds a name in a directory; nothing where nothing shows.
    pub fn look(&self, parts: &[(usize, File)], name: &str) -> Option<Found> {
        let mut merged: Vec<(usize, File)> = Vec::new();
        for (layer, directory) in parts {
            let child = directory.borrow().children.get(name).cloned();
            let file = match child {
                None => continue,
                Some(file) => file,
            };
            let (hides, is_directory) = {
                let node = file.borrow();
                if node.is_whiteout() && !self.plain {
                    break;
                }
                (node.opaque && !self.plain, node.is_directory())
            };
            if !is_directory && !merged.is_empty() {
                break;
            }
            if !is_directory {
                let (layer, name) = (*layer, String::new());
                return Some(Found { file, layer, parts: Vec::new(), name, above: None });
            }
            merged.push((*layer, file));
            if hides {
                break;
            }
        }
        Found::new(merged)
    }

    /// The names in a directory, in their order.
    pub fn list(&self, parts: &[(usize, File)]) -> Vec<String> {
        let mut names = BTreeSet::new();
        for (_, directory) in parts {
            names.extend(directory.borrow().children.keys().cloned());
        }
        names.into_iter().filter(|name| self.look(parts, name).is_some()).collect()
    }

    /// Finds a directory by its path; the root is taken for `/`, symlinks are followed.
    pub fn walk_to(&self, path: &str) -> Outcome<Found> {
        let mut place = self.root();
        let mut waiting: Vec<String> = path.split('/').rev().map(String::from).collect();
        let mut symlinks = 0;
        while let Some(name) = waiting.pop() {
            if name.is_empty() || name == "." {
                continue;
            }
            if name == ".." {
                place = match place.above {
                    Some(above) => *above,
                    None => place,
                };
                continue;
            }
            check_name(&name)?;
            let mut found = match self.look(&place.parts, &name) {
                None => return fail("ENOENT", format!("openat {path}")),
                Some(found) => found,
            };
            if found.file.borrow().kind == Kind::Symlink {
                symlinks += 1;
                if symlinks > SYMLINKS_MAX {
                    return fail("ELOOP", format!("openat {path}"));
                }
                let target = found.file.borrow().target.clone();
                if target.starts_with('/') {
                    place = self.root();
                }
                waiting.extend(target.split('/').rev().map(String::from));
            } else if !found.is_directory() {
                return fail("ENOTDIR", format!("openat {path}"));
            } else {
                found.name = name;
                found.above = Some(Box::new(place));
                place = found;
            }
        }
        Ok(place)
    }

    /// Everything that shows, in the order of paths.
    pub fn visit(&self) -> BTreeMap<String, File> {
        let mut all = BTreeMap::new();
        let mut waiting = vec![(String::new(), self.root())];
        while let Some((path, found)) = waiting.pop() {
            for name in self.list(&found.parts) {
                let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                waiting.extend(self.look(&found.parts, &name).map(|it| (below, it)));
            }
            all.insert(path, found.file);
        }
        all
    }

    /// The directory in the uppermost root, copied up with those above it where need be.
    fn upper(&self, place: &mut Found) -> File {
        if place.layer == 0 {
            return place.file.clone();
        }
        let above = self.upper(place.above.as_mut().expect("the uppermost root is writable"));
        // Somebody who came here by another way may have made the copy already.
        let made = above.borrow().children.get(&place.name).cloned();
        let copy = made.unwrap_or_else(|| {
            let copy = copy_of(&place.file);
            above.borrow_mut().children.insert(place.name.clone(), copy.clone());
            copy
        });
        place.parts.insert(0, (0, copy.clone()));
        (place.layer, place.file) = (0, copy.clone());
        copy
    }

    /// The file in the uppermost root, safe to write to; its other names keep the old one.
    pub fn copy_up(&self, place: &mut Found, name: &str, found: &Found) -> File {
        let writes_through = has_fault("write-reaches-lower-layer") && !found.is_directory();
        if found.layer == 0 || writes_through {
            return found.file.clone();
        }
        let copy = copy_of(&found.file);
        let above = self.upper(place);
        above.borrow_mut().children.insert(name.to_string(), copy.clone());
        copy
    }

    /// Puts a file where nothing shows; a directory in place of a whiteout is opaque.
    pub fn insert(&self, place: &mut Found, name: &str, file: File) {
        let above = self.upper(place);
        let hides = above.borrow().children.get(name).map_or(false, |it| it.borrow().is_whiteout());
        if hides && !self.plain && file.borrow().is_directory() {
            file.borrow_mut().opaque = !has_fault("new-directory-shows-old-files");
        }
        above.borrow_mut().put(name, file);
    }

    /// Takes a name away, whatever it names; what shows below needs a whiteout.
    pub fn erase(&self, place: &mut Found, name: &str) {
        let above = self.upper(place);
        let below: Vec<_> = place.parts.iter().filter(|(layer, _)| *layer > 0).cloned().collect();
        let shows = !self.plain && self.look(&below, name).is_some();
        if shows && !has_fault("deleted-file-shows-again") {
            above.borrow_mut().put(name, new_file(Kind::Character, 0));
        } else {
            above.borrow_mut().drop_name(name);
        }
    }
}

pub fn check_name(name: &str) -> Outcome<()> {
    if name.len() > NAME_BYTES_MAX {
        return fail("ENAMETOOLONG", format!("openat {name}"));
    }
    Ok(())
}

/// Cuts a path into the directory and the last name.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
