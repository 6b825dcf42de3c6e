//! Changes of files below a tree, each with the errno that Linux gives where it fails.

use crate::failure::{fail, Outcome};
use crate::union::{check_name, new_file, split, File, Found, Kind, Node, View, UMASK};
use std::rc::Rc;

/// One change, named as the protocol names it; of the other members it uses the ones it needs.
pub struct Change {
    pub what: String,
    /// Relative to the tree; its last name is not followed.
    pub path: String,
    pub to: String,
    pub from: String,
    pub target: String,
    pub name: String,
    /// Or the value of an attribute.
    pub content: Vec<u8>,
    pub size: usize,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub mtime: (i64, i64),
    pub kind: Kind,
    pub device: (i64, i64),
}

/// Where a change is made: a directory, a name in it, and what is there.
struct Spot<'a> {
    place: Found,
    name: &'a str,
    found: Option<Found>,
}

impl Change {
    pub fn make(&self, view: &View) -> Outcome<()> {
        if self.path.is_empty() {
            return self.change_root(view);
        }
        let spot = locate(view, &self.path)?;
        match self.what.as_str() {
            "write" | "append" | "truncate" => self.change_content(view, spot),
            "mkdir" | "symlink" | "mknod" => self.make_file(view, spot),
            "link" => self.link(view, spot),
            "rename" => self.rename(view, spot),
            "unlink" | "rmdir" | "remove-tree" => self.remove(view, spot),
            _ => self.change_attribute(view, spot),
        }
    }

    fn fail<T>(&self, errno: &'static str) -> Outcome<T> {
        fail(errno, format!("{} {}", self.what, self.path))
    }

    fn check_writable(&self, view: &View) -> Outcome<()> {
        if view.writable {
            return Ok(());
        }
        self.fail("EROFS")
    }

    fn change_content(&self, view: &View, mut spot: Spot) -> Outcome<()> {
        let found = match spot.found.take() {
            None if self.what != "write" => return self.fail("ENOENT"),
            None => {
                self.check_writable(view)?;
                let file = new_file(Kind::File, 0o644 & !UMASK);
                file.borrow_mut().set_content(self.content.clone());
                return add(view, spot, file);
            }
            Some(found) => found,
        };
        match found.file.borrow().kind {
            Kind::File => {}
            Kind::Directory => return self.fail("EISDIR"),
            Kind::Symlink => return self.fail("ELOOP"),
            _ => return self.fail("ENXIO"),
        }
        self.check_writable(view)?;
        let file = view.copy_up(&mut spot.place, spot.name, &found);
        let mut content = file.borrow().content.clone();
        match self.what.as_str() {
            "write" => content = self.content.clone(),
            "truncate" => content.resize(self.size, 0),
            _ if self.content.is_empty() => return Ok(()),
            _ => content.extend(&self.content),
        }
        file.borrow_mut().set_content(content);
        Ok(())
    }

    fn make_file(&self, view: &View, spot: Spot) -> Outcome<()> {
        if self.what == "symlink" && self.target.is_empty() {
            return self.fail("ENOENT");
        }
        if spot.found.is_some() {
            return self.fail("EEXIST");
        }
        self.check_writable(view)?;
        let file = match self.what.as_str() {
            "mkdir" => new_file(Kind::Directory, self.mode & 0o1777 & !UMASK),
            "symlink" => new_file(Kind::Symlink, 0o777),
            _ => new_file(self.kind, self.mode & 0o7777 & !UMASK),
        };
        if self.what == "symlink" {
            file.borrow_mut().target = self.target.clone();
        } else if matches!(self.kind, Kind::Character | Kind::Block) {
            file.borrow_mut().device = self.device;
        }
        // The overlay keeps devices 0:0 for itself.
        if file.borrow().is_whiteout() && !view.plain {
            return self.fail("EPERM");
        }
        add(view, spot, file)
    }

    fn link(&self, view: &View, mut spot: Spot) -> Outcome<()> {
        let mut old = locate(view, &self.from)?;
        let source = match old.found.take() {
            None => return self.fail("ENOENT"),
            Some(_) if spot.found.is_some() => return self.fail("EEXIST"),
            Some(source) => source,
        };
        self.check_writable(view)?;
        if source.is_directory() {
            return self.fail("EPERM");
        }
        let file = view.copy_up(&mut old.place, old.name, &source);
        view.insert(&mut spot.place, spot.name, file);
        Ok(())
    }

    fn remove(&self, view: &View, mut spot: Spot) -> Outcome<()> {
        if spot.found.is_none() && self.what == "remove-tree" {
            return self.fail("ENOENT");
        }
        self.check_writable(view)?;
        let found = match &spot.found {
            None => return self.fail("ENOENT"),
            Some(found) => found,
        };
        match self.what.as_str() {
            "unlink" if found.is_directory() => return self.fail("EISDIR"),
            "rmdir" if !found.is_directory() => return self.fail("ENOTDIR"),
            "rmdir" if !view.list(&found.parts).is_empty() => return self.fail("ENOTEMPTY"),
            _ => {}
        }
        view.erase(&mut spot.place, spot.name);
        Ok(())
    }

    fn rename(&self, view: &View, mut spot: Spot) -> Outcome<()> {
        let (directory, new_name) = split(&self.to);
        let mut target = view.walk_to(directory)?;
        self.check_writable(view)?;
        let found = match spot.found.take() {
            None => return self.fail("ENOENT"),
            Some(found) => found,
        };
        check_name(new_name)?;
        let old = view.look(&target.parts, new_name);
        if target.is_below(&found.file) {
            return self.fail("EINVAL");
        }
        if let Some(old) = &old {
            if spot.place.is_below(&old.file) {
                return self.fail("ENOTEMPTY");
            }
            let is_same_place = Rc::ptr_eq(&spot.place.file, &target.file);
            let is_same_name = is_same_place && spot.name == new_name;
            if Rc::ptr_eq(&old.file, &found.file) && (is_same_name || found.layer == 0) {
                return Ok(());
            }
            if found.is_directory() != old.is_directory() {
                return self.fail(if found.is_directory() { "ENOTDIR" } else { "EISDIR" });
            }
        }
        let is_whole = found.layer == 0 && found.parts.len() <= 1;
        if found.is_directory() && !is_whole && !view.plain {
            return self.fail("EXDEV");
        }
        let is_full = |old: &Found| !view.list(&old.parts).is_empty();
        if found.is_directory() && old.as_ref().map_or(false, is_full) {
            return self.fail("ENOTEMPTY");
        }
        let file = view.copy_up(&mut spot.place, spot.name, &found);
        // A directory that comes to lie on layers must not show what they have under its name.
        let lies_on_layers = !view.plain && target.parts.iter().any(|(layer, _)| *layer > 0);
        let is_opaque = file.borrow().opaque || (found.is_directory() && lies_on_layers);
        view.erase(&mut spot.place, spot.name);
        view.insert(&mut target, new_name, file.clone());
        file.borrow_mut().opaque = is_opaque;
        Ok(())
    }

    fn change_attribute(&self, view: &View, mut spot: Spot) -> Outcome<()> {
        let found = match spot.found.take() {
            None => return self.fail("ENOENT"),
            Some(found) => found,
        };
        if self.what == "chmod" && found.file.borrow().kind == Kind::Symlink {
            return self.fail("ELOOP");
        }
        self.check_attribute(view, &found.file.borrow())?;
        let file = view.copy_up(&mut spot.place, spot.name, &found);
        self.set_attribute(&mut file.borrow_mut());
        Ok(())
    }

    fn check_attribute(&self, view: &View, node: &Node) -> Outcome<()> {
        self.check_writable(view)?;
        let can_have_user = matches!(node.kind, Kind::File | Kind::Directory);
        if self.what == "setxattr" && self.name.starts_with("user.") && !can_have_user {
            return self.fail("EPERM");
        }
        Ok(())
    }

    fn set_attribute(&self, node: &mut Node) {
        match self.what.as_str() {
            "chmod" => node.mode = self.mode & 0o7777,
            "chown" => node.set_owner(self.uid, self.gid),
            "utimes" => node.mtime = self.mtime,
            _ => drop(node.xattrs.insert(self.name.clone(), self.content.clone())),
        }
    }

    /// The root can be given another mode, owner, time or attribute, and nothing else.
    fn change_root(&self, view: &View) -> Outcome<()> {
        if !matches!(self.what.as_str(), "chmod" | "chown" | "utimes" | "setxattr") {
            return self.fail("EBUSY");
        }
        let root = view.root().file;
        self.check_attribute(view, &root.borrow())?;
        self.set_attribute(&mut root.borrow_mut());
        Ok(())
    }
}

fn locate<'a>(view: &View, path: &'a str) -> Outcome<Spot<'a>> {
    let (directory, name) = split(path);
    let place = view.walk_to(directory)?;
    check_name(name)?;
    let found = view.look(&place.parts, name);
    Ok(Spot { place, name, found })
}

/// Puts a new file into a directory; one with set-group-id hands its group down.
fn add(view: &View, mut spot: Spot, file: File) -> Outcome<()> {
    let (mode, gid) = (spot.place.file.borrow().mode, spot.place.file.borrow().gid);
    if mode & 0o2000 != 0 {
        let mut node = file.borrow_mut();
        node.gid = gid;
        if node.is_directory() {
            node.mode |= 0o2000;
        }
    }
    view.insert(&mut spot.place, spot.name, file);
    Ok(())
}
