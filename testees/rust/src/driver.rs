//! A small overlay driver that keeps its layers on a machine in memory, as careful as profile
//! `strict` asks: whatever fails has changed nothing, damage is refused, and a start mends what it
//! can. It knows nothing of the protocol.
//!
//!     <id>/diff       what the layer holds        l/<link> -> ../<id>/diff
//!     <id>/link       the layer's link id         <id>/lower      l/<link> of every lower, by :
//!     <id>/work       of layers with lowers       <id>/merged     where the layer is mounted
//!     <id>/committed  the layer has a child, so that it may not be written to any more

use crate::failure::{fail, has_fault, refuse, Outcome};
use crate::machine::Machine;
use crate::union::View;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::rc::Rc;

pub const BACKING_FS: &str = "memory";

const LOWERS_MAX: usize = 128;
const ID_BYTES_MAX: usize = 255;
const LINK_ID_LENGTH: usize = 26;
const LINK_LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const RESERVED_IDS: [&str; 5] = ["", ".", "..", "l", "backingFsBlockDev"];
const RESERVED_STARTS: [&str; 5] =
    [".create-", ".remove-", "opaque-bug-check", "multiple-lowerdir-check", "fsutils-dummy"];

/// The layer store. Mounts are views of the machine; who uses them is counted here.
pub struct Driver {
    pub machine: Machine,
    pub home: String,
    users: HashMap<String, usize>,
}

impl Driver {
    /// Starts a driver on a machine, which may have the layers of another one.
    pub fn start(machine: Machine, home: &str) -> Outcome<Driver> {
        let mut driver = Driver { machine, home: home.to_string(), users: HashMap::new() };
        driver.restart()?;
        Ok(driver)
    }

    /// Another driver on the same machine.
    pub fn restart(&mut self) -> Outcome<()> {
        self.users.clear();
        if !self.machine.exists("l") {
            self.machine.mkdir("l", 0o700)?;
        }
        if has_fault("nothing-repaired") {
            return Ok(());
        }
        self.repair()
    }

    pub fn create(&mut self, id: &str, parent: &str, has_options: bool) -> Outcome<()> {
        if has_options && !has_fault("storage-options-ignored") {
            let text =
                "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
            return refuse("option", text.to_string());
        }
        check_id(id)?;
        if self.machine.exists(id) {
            return fail("EEXIST", format!("mkdir {}", self.path(id)));
        }
        if parent.is_empty() {
            return self.make_layer(id, None);
        }
        let lower = self.lower_of_child(parent)?;
        self.make_layer(id, Some(&lower))?;
        self.commit(parent)
    }

    /// The `lower` of a layer above `parent`, which has to be whole.
    fn lower_of_child(&self, parent: &str) -> Outcome<String> {
        self.check_layer(parent)?;
        let link = self.machine.read(&format!("{parent}/link"))?;
        if !is_link_id(&link) {
            let text = format!(
                "layer {}: link file holds {}, not a link id",
                quoted(parent),
                quoted(&link)
            );
            return refuse("invalid-link", text);
        }
        let mut lowers = self.lowers(parent)?;
        lowers.insert(0, format!("l/{link}"));
        if lowers.len() > LOWERS_MAX {
            return refuse("max-depth", "max depth exceeded".to_string());
        }
        if has_fault("chain-reversed") {
            lowers.reverse();
        }
        Ok(lowers.join(":"))
    }

    /// The layer is made under another name, so that nobody finds half of one.
    fn make_layer(&self, id: &str, lower: Option<&str>) -> Outcome<()> {
        let link = new_link_id();
        let staged = format!(".create-{link}");
        self.machine.mkdir(&staged, 0o700)?;
        self.machine.mkdir(&format!("{staged}/diff"), 0o755)?;
        self.machine.write(&format!("{staged}/link"), &link)?;
        if let Some(lower) = lower {
            self.machine.mkdir(&format!("{staged}/work"), 0o700)?;
            self.machine.write(&format!("{staged}/lower"), lower)?;
        }
        self.machine.symlink(&format!("../{id}/diff"), &format!("l/{link}"))?;
        self.machine.rename(&staged, id)
    }

    /// A layer with children may not be written to any more.
    fn commit(&self, id: &str) -> Outcome<()> {
        if has_fault("parent-left-uncommitted") {
            return Ok(());
        }
        self.machine.write(&format!("{id}/committed"), "")
    }

    /// Takes a layer away with its mount and its symlink; one that is not there is no failure.
    pub fn remove(&mut self, id: &str) -> Outcome<()> {
        if id.is_empty() {
            let text = "refusing to remove the directories: id is empty";
            return refuse("empty-id", text.to_string());
        }
        check_id(id)?;
        if !self.machine.exists(id) {
            return Ok(());
        }
        self.remove_link(id)?;
        self.unmount(id);
        self.users.remove(id);
        let gone = format!(".remove-{}", new_link_id());
        self.machine.rename(id, &gone)?;
        self.machine.remove_tree(&gone)
    }

    /// Only a symlink that leads to this layer is the layer's.
    fn remove_link(&self, id: &str) -> Outcome<()> {
        let path = format!("l/{}", self.read_if_there(id, "link")?);
        let is_own = is_link_id(&path[2..]) && self.machine.exists(&path);
        if is_own && !has_fault("symlink-left-by-remove") {
            if self.machine.readlink(&path)? == format!("../{id}/diff") {
                return self.machine.unlink(&path);
            }
        }
        Ok(())
    }

    /// Gives the path of a layer, mounted where it lies on others or is committed.
    pub fn get(&mut self, id: &str, label: &str) -> Outcome<String> {
        self.check_layer(id)?;
        let has_lower = self.has(id, "lower");
        let diff = format!("{}/diff", self.path(id));
        if !has_lower && !self.has(id, "diff") {
            return fail("ENOENT", format!("stat {diff}"));
        }
        if !has_lower && !self.has(id, "committed") {
            return Ok(diff);
        }
        let lowers = self.lowers(id)?;
        if !self.is_mounted(id) {
            self.mount(id, &lowers, label)?;
        } else if !has_fault("get-ignores-count") {
            self.users.insert(id.to_string(), self.count(id) + 1);
        }
        Ok(format!("{}/merged", self.path(id)))
    }

    /// Mounts a layer; where that fails, its mountpoint goes again.
    fn mount(&mut self, id: &str, lowers: &[String], label: &str) -> Outcome<()> {
        let merged = format!("{id}/merged");
        let view = match self.overlay(id, lowers, label) {
            Ok(view) => view,
            Err(failure) => {
                self.users.remove(id);
                // It failed already, and what is left in `merged` is somebody else's.
                let _ = self.remove_mountpoint(id);
                return Err(failure);
            }
        };
        if !self.machine.exists(&merged) {
            self.machine.mkdir(&merged, 0o700)?;
        }
        self.machine.mounts.insert(merged, view);
        self.users.insert(id.to_string(), 1);
        Ok(())
    }

    /// What the kernel makes of a layer and its lowers; it knows no labels.
    fn overlay(&self, id: &str, lowers: &[String], label: &str) -> Outcome<View> {
        let what = || format!("error creating overlay mount to {}/merged", self.path(id));
        let is_committed = self.has(id, "committed");
        if !is_committed {
            self.machine.stat(&format!("{id}/work"))?;
        }
        let mut roots = vec![self.machine.directory(&format!("{id}/diff"))?];
        for lower in lowers {
            roots.push(self.machine.directory(lower)?);
        }
        if !label.is_empty() {
            return fail("EINVAL", what());
        }
        let is_twice = |i: usize| roots[..i].iter().any(|it| Rc::ptr_eq(it, &roots[i]));
        if (0..roots.len()).any(is_twice) {
            return fail("ELOOP", what());
        }
        let writable = !is_committed || has_fault("committed-layer-writable");
        Ok(View { roots, writable, plain: false })
    }

    /// One user less; the last one unmounts.
    pub fn put(&mut self, id: &str) -> Outcome<()> {
        check_id(id)?;
        if !self.machine.exists(id) {
            return Ok(());
        }
        let is_counted = self.has(id, "lower") || self.is_mounted(id);
        let count = self.count(id);
        if is_counted && count > 1 && !has_fault("put-ignores-count") {
            self.users.insert(id.to_string(), count - 1);
            return Ok(());
        }
        if is_counted {
            self.users.remove(id);
            self.unmount(id);
        }
        self.remove_mountpoint(id)
    }

    /// Takes `merged` away, which somebody may have written to while nothing was mounted.
    fn remove_mountpoint(&self, id: &str) -> Outcome<()> {
        if !self.has(id, "merged") || has_fault("put-keeps-mount-point") {
            return Ok(());
        }
        self.machine.rmdir(&format!("{id}/merged"))
    }

    pub fn exists(&self, id: &str) -> bool {
        is_valid_id(id) && self.machine.exists(id)
    }

    /// The paths of a layer, by the names that moby gives them.
    pub fn metadata(&self, id: &str) -> Outcome<BTreeMap<&'static str, String>> {
        self.check_layer(id)?;
        let path = self.path(id);
        let mut metadata = BTreeMap::from([
            ("MergedDir", format!("{path}/merged")),
            ("UpperDir", format!("{path}/diff")),
            ("WorkDir", format!("{path}/work")),
        ]);
        if self.has(id, "lower") && !has_fault("metadata-without-lower") {
            let lower = self.machine.read(&format!("{id}/lower"))?;
            let paths: Outcome<Vec<_>> = lower.split(':').map(|it| self.resolve(it)).collect();
            metadata.insert("LowerDir", paths?.join(":"));
        }
        Ok(metadata)
    }

    /// The path that one entry of a `lower` leads to.
    fn resolve(&self, lower: &str) -> Outcome<String> {
        let path = if lower.is_empty() { String::new() } else { cleaned(lower) };
        let target = self.machine.readlink(&path)?;
        Ok(cleaned(&format!("{}/l/{target}", self.home)))
    }

    /// Every mount goes, and with it whoever used it.
    pub fn cleanup(&mut self) -> Outcome<()> {
        if !has_fault("cleanup-does-nothing") {
            self.machine.mounts.clear();
            self.users.clear();
        }
        Ok(())
    }

    /// Mends what damage it can: links, symlinks and the marks of parents.
    fn repair(&self) -> Outcome<()> {
        let mut own = BTreeMap::new();
        for id in self.machine.names("")?.into_iter().filter(|id| is_valid_id(id)) {
            let link = self.read_if_there(&id, "link")?;
            own.insert(id, link);
        }
        self.mend_links(&mut own)?;
        own.retain(|_, link| is_link_id(link));
        for (id, link) in &own {
            if !self.has("l", link) {
                self.machine.symlink(&format!("../{id}/diff"), &format!("l/{link}"))?;
            }
        }
        // Of several layers with one link id, which damage alone can make, the last one has it.
        let owners: HashMap<String, &str> =
            own.iter().map(|(id, link)| (format!("l/{link}"), id.as_str())).collect();
        for id in self.machine.names("")?.into_iter().filter(|id| is_valid_id(id)) {
            let lower = self.read_if_there(&id, "lower")?;
            if let Some(parent) = owners.get(lower.split(':').next().unwrap_or_default()) {
                if !self.has(parent, "committed") {
                    self.commit(parent)?;
                }
            }
        }
        Ok(())
    }

    /// A layer whose `link` is empty or gone gets it from `l/`; a symlink to nothing goes.
    fn mend_links(&self, own: &mut BTreeMap<String, String>) -> Outcome<()> {
        let links = self.machine.names("l")?;
        for name in &links {
            let target = self.machine.readlink(&format!("l/{name}"))?;
            for (id, link) in own.iter_mut() {
                if link.is_empty() && target == format!("../{id}/diff") {
                    self.machine.write(&format!("{id}/link"), name)?;
                    *link = name.clone();
                }
            }
        }
        for name in links.iter().filter(|name| !own.values().any(|link| link == *name)) {
            let path = format!("l/{name}");
            let target = cleaned(&format!("l/{}", self.machine.readlink(&path)?));
            if target.starts_with("..") || !self.machine.exists(&target) {
                self.machine.unlink(&path)?;
            }
        }
        Ok(())
    }

    /// The entries of a layer's `lower`, uppermost first; each has to be a link.
    fn lowers(&self, id: &str) -> Outcome<Vec<String>> {
        if !self.has(id, "lower") {
            return Ok(Vec::new());
        }
        let lower = self.machine.read(&format!("{id}/lower"))?;
        for entry in lower.split(':') {
            if !entry.strip_prefix("l/").map_or(false, is_link_id) {
                let text =
                    format!("layer {}: lower entry {} is not a link", quoted(id), quoted(entry));
                return refuse("invalid-lower", text);
            }
        }
        Ok(lower.split(':').map(String::from).collect())
    }

    /// How many use a layer; the first look at it asks whether it is mounted already.
    fn count(&self, id: &str) -> usize {
        let mounted = usize::from(self.is_mounted(id));
        self.users.get(id).copied().unwrap_or(mounted)
    }

    fn is_mounted(&self, id: &str) -> bool {
        self.machine.mounts.contains_key(&format!("{id}/merged"))
    }

    fn unmount(&mut self, id: &str) {
        self.machine.mounts.remove(&format!("{id}/merged"));
    }

    fn has(&self, id: &str, name: &str) -> bool {
        self.machine.exists(&format!("{id}/{name}"))
    }

    fn read_if_there(&self, id: &str, name: &str) -> Outcome<String> {
        if self.has(id, name) {
            return self.machine.read(&format!("{id}/{name}"));
        }
        Ok(String::new())
    }

    fn check_layer(&self, id: &str) -> Outcome<()> {
        check_id(id)?;
        if self.machine.exists(id) {
            return Ok(());
        }
        fail("ENOENT", format!("stat {}", self.path(id)))
    }

    fn path(&self, id: &str) -> String {
        format!("{}/{id}", self.home)
    }
}

fn check_id(id: &str) -> Outcome<()> {
    if is_valid_id(id) {
        return Ok(());
    }
    refuse("invalid-layer-id", format!("invalid layer id {}: not a name", quoted(id)))
}

fn is_valid_id(id: &str) -> bool {
    let is_reserved = RESERVED_IDS.contains(&id);
    let starts_so = RESERVED_STARTS.iter().any(|start| id.starts_with(start));
    !is_reserved && !starts_so && id.len() <= ID_BYTES_MAX && !id.contains(&['/', '\0'][..])
}

fn is_link_id(link: &str) -> bool {
    link.len() == LINK_ID_LENGTH && link.bytes().all(|it| LINK_LETTERS.contains(&it))
}

fn new_link_id() -> String {
    let mut random = [0; LINK_ID_LENGTH];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut random))
        .expect("random bytes");
    random.iter().map(|it| char::from(LINK_LETTERS[usize::from(it % 32)])).collect()
}

/// A text in quotes, as an error names it.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\0', "\\x00");
    format!("\"{escaped}\"")
}

/// A path without `.`, `..` and empty names, as far as they can be taken away.
fn cleaned(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().map_or(false, |it| *it != "..") => drop(names.pop()),
            ".." if !root.is_empty() => {}
            _ => names.push(name),
        }
    }
    let made = format!("{root}{}", names.join("/"));
    if made.is_empty() {
        ".".to_string()
    } else {
        made
    }
}
