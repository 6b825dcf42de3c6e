//! The machine that the driver runs on, in memory: one directory with everything below it, and what
//! is mounted there. Paths are relative to the home; symlinks on the way are followed, the last name
//! not.

use crate::failure::{fail, Outcome};
use crate::union::{check_name, new_file, split, File, Kind, View, UMASK};
use std::collections::BTreeMap;

const READ_BYTES_MAX: usize = 4096;

/// Files and mounts. They outlive the driver, as those of a real machine do.
pub struct Machine {
    pub home: File,
    /// What is mounted, by the path it is mounted on.
    pub mounts: BTreeMap<String, View>,
}

/// A directory, a name in it, and what is there.
type Place<'a> = (File, &'a str, Option<File>);

impl Machine {
    pub fn new() -> Machine {
        Machine { home: new_file(Kind::Directory, 0o700), mounts: BTreeMap::new() }
    }

    fn locate<'a>(&self, path: &'a str) -> Outcome<Place<'a>> {
        let (directory, name) = split(path);
        let above = self.directory(directory)?;
        check_name(name)?;
        let found = above.borrow().children.get(name).cloned();
        Ok((above, name, found))
    }

    /// Where nothing is yet.
    fn free<'a>(&self, call: &str, path: &'a str) -> Outcome<(File, &'a str)> {
        match self.locate(path)? {
            (_, _, Some(_)) => fail("EEXIST", format!("{call} {path}")),
            (above, name, None) => Ok((above, name)),
        }
    }

    /// The file at a path, with the directory that it is in.
    fn taken<'a>(&self, call: &str, path: &'a str) -> Outcome<(File, &'a str, File)> {
        match self.locate(path)? {
            (_, _, None) => fail("ENOENT", format!("{call} {path}")),
            (above, name, Some(file)) => Ok((above, name, file)),
        }
    }

    pub fn exists(&self, path: &str) -> bool {
        matches!(self.locate(path), Ok((_, _, Some(_))))
    }

    /// States that something is there.
    pub fn stat(&self, path: &str) -> Outcome<()> {
        self.taken("stat", path).map(drop)
    }

    /// The names in a directory, in their order.
    pub fn names(&self, path: &str) -> Outcome<Vec<String>> {
        Ok(self.directory(path)?.borrow().children.keys().cloned().collect())
    }

    /// The directory that a path leads to, its last name followed too.
    pub fn directory(&self, path: &str) -> Outcome<File> {
        Ok(View::plain(&self.home).walk_to(path)?.file)
    }

    pub fn mkdir(&self, path: &str, mode: u32) -> Outcome<()> {
        let (above, name) = self.free("mkdir", path)?;
        above.borrow_mut().put(name, new_file(Kind::Directory, mode & !UMASK));
        Ok(())
    }

    pub fn rmdir(&self, path: &str) -> Outcome<()> {
        let (above, name, file) = self.taken("rmdir", path)?;
        if !file.borrow().children.is_empty() {
            return fail("ENOTEMPTY", format!("rmdir {path}"));
        }
        above.borrow_mut().drop_name(name);
        Ok(())
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> Outcome<String> {
        let (_, _, file) = self.taken("open", path)?;
        let node = file.borrow();
        if node.is_directory() {
            return fail("EISDIR", format!("read {path}"));
        }
        let size = node.content.len().min(READ_BYTES_MAX);
        Ok(String::from_utf8_lossy(&node.content[..size]).into_owned())
    }

    pub fn write(&self, path: &str, text: &str) -> Outcome<()> {
        let (above, name, found) = self.locate(path)?;
        let file = match found {
            Some(file) if file.borrow().is_directory() => {
                return fail("EISDIR", format!("open {path}"))
            }
            Some(file) => file,
            None => {
                let file = new_file(Kind::File, 0o644 & !UMASK);
                above.borrow_mut().put(name, file.clone());
                file
            }
        };
        file.borrow_mut().set_content(text.as_bytes().to_vec());
        Ok(())
    }

    pub fn symlink(&self, target: &str, path: &str) -> Outcome<()> {
        let (above, name) = self.free(&format!("symlink {target}"), path)?;
        if target.is_empty() {
            return fail("ENOENT", format!("symlink {target} {path}"));
        }
        let file = new_file(Kind::Symlink, 0o777);
        file.borrow_mut().target = target.to_string();
        above.borrow_mut().put(name, file);
        Ok(())
    }

    pub fn readlink(&self, path: &str) -> Outcome<String> {
        let file =
            if path.is_empty() { self.home.clone() } else { self.taken("readlink", path)?.2 };
        let node = file.borrow();
        if node.kind != Kind::Symlink {
            return fail("EINVAL", format!("readlink {path}"));
        }
        Ok(node.target.clone())
    }

    pub fn unlink(&self, path: &str) -> Outcome<()> {
        let (above, name, file) = self.taken("unlink", path)?;
        if file.borrow().is_directory() {
            return fail("EISDIR", format!("unlink {path}"));
        }
        above.borrow_mut().drop_name(name);
        Ok(())
    }

    pub fn rename(&self, path: &str, to: &str) -> Outcome<()> {
        let (above, name, file) = self.taken("rename", path)?;
        let (into, new_name, _) = self.locate(to)?;
        above.borrow_mut().drop_name(name);
        into.borrow_mut().put(new_name, file);
        Ok(())
    }

    /// Removes a file with everything below it.
    pub fn remove_tree(&self, path: &str) -> Outcome<()> {
        let (above, name, _) = self.taken("unlinkat", path)?;
        above.borrow_mut().drop_name(name);
        Ok(())
    }

    pub fn unmount(&mut self, path: &str) -> Outcome<()> {
        match self.mounts.remove(path) {
            None => fail("EINVAL", format!("unmount {path}")),
            Some(_) => Ok(()),
        }
    }

    /// What shows at a path: what is mounted there, else the directory itself.
    pub fn view(&self, path: &str) -> Outcome<View> {
        match self.mounts.get(path) {
            Some(view) => Ok(view.clone()),
            None => Ok(View::plain(&self.directory(path)?)),
        }
    }

    /// What somebody else does: takes a part of a layer away, or gives it a text.
    pub fn tamper(&self, id: &str, part: &str, to: Option<&str>) -> Outcome<()> {
        if part == "symlink" {
            let path = format!("l/{}", self.read(&format!("{id}/link"))?);
            self.unlink(&path)?;
            return to.map_or(Ok(()), |text| self.symlink(&self.with_links(text)?, &path));
        }
        let path = format!("{id}/{part}");
        if part == "diff" || part == "work" {
            self.remove_tree(&path)?;
            if to == Some("") {
                return self.mkdir(&path, 0o755);
            }
        } else if to.is_none() {
            return self.unlink(&path);
        }
        to.map_or(Ok(()), |text| self.write(&path, &self.with_links(text)?))
    }

    /// The text, with `{link:a}` replaced by what the `link` of layer `a` holds.
    fn with_links(&self, text: &str) -> Outcome<String> {
        let mut pieces = text.split("{link:");
        let mut made = pieces.next().unwrap_or_default().to_string();
        for piece in pieces {
            let (id, rest) = piece.split_once('}').unwrap_or((piece, ""));
            made += &self.read(&format!("{id}/link"))?;
            made += rest;
        }
        Ok(made)
    }
}
