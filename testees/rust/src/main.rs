//! The adapter: one request a line in, one reply a line out. The driver knows nothing of the
//! protocol, and this file nothing of layers. `--fault NAME` plants a fault.

mod changes;
mod driver;
mod failure;
mod machine;
mod union;
mod wire;

use driver::{Driver, BACKING_FS};
use failure::{fail, refuse, Outcome};
use machine::Machine;
use serde_json::{json, Value};
use std::io::{BufRead, Write};
use union::{View, UMASK};
use wire::{home_entries, read_change, read_damage, text, tree_entries};

/// What it can do, and what its answers depend on.
fn greeting() -> Value {
    json!({
        "protocol": 1,
        "name": "rust-memory 1.0",
        "capabilities": {
            "storageOpt": true, "files": "requests", "restart": true, "readOnlyBase": true,
            "metadata": true, "status": true, "cleanup": true,
        },
        "world": {
            "backingFs": BACKING_FS, "pageSize": 4096, "pageLimited": false, "indexOff": false,
            "nativeDiff": true, "quota": false, "labels": false, "sharedWhiteouts": false,
            "umask": UMASK,
        },
    })
}

fn hello(driver: &mut Option<Driver>, params: &Value) -> Outcome<Value> {
    if params["protocol"] != 1 || text(params, "profile") != "strict" {
        let text = "only protocol 1 and profile strict are known";
        return refuse("option", text.to_string());
    }
    // Nothing is on disk: another home is another machine.
    let home = text(params, "home");
    match driver {
        Some(driver) if driver.home == home => driver.restart()?,
        _ => *driver = Some(Driver::start(Machine::new(), home)?),
    }
    Ok(greeting())
}

/// What shows at a path that `get` gave.
fn view_of(driver: &Driver, path: &str) -> Outcome<View> {
    match path.strip_prefix(&format!("{}/", driver.home)) {
        None => fail("ENOENT", format!("open {path}")),
        Some(path) => driver.machine.view(path),
    }
}

/// Performs a request; nothing where the method is not known.
fn perform(driver: &mut Driver, method: &str, params: &Value) -> Outcome<Option<Value>> {
    let id = text(params, "id");
    let done = json!({});
    Ok(Some(match method {
        "create" | "createReadWrite" => {
            let has_options = params["storageOpt"].as_object().map_or(false, |it| !it.is_empty());
            driver.create(id, text(params, "parent"), has_options).map(|_| done)?
        }
        "remove" => driver.remove(id).map(|_| done)?,
        "get" => json!({ "path": driver.get(id, text(params, "label"))? }),
        "put" => driver.put(id).map(|_| done)?,
        "exists" => json!({ "exists": driver.exists(id) }),
        "getMetadata" => json!({ "metadata": driver.metadata(id)? }),
        "status" => json!({ "status": [
            ["Backing Filesystem", BACKING_FS], ["Supports d_type", "true"],
            ["Native Overlay Diff", "true"],
        ] }),
        "cleanup" => driver.cleanup().map(|_| done)?,
        "restart" => driver.restart().map(|_| done)?,
        "dump" => json!({ "entries": home_entries(&driver.machine) }),
        "file" => {
            let view = view_of(driver, text(params, "path"))?;
            read_change(&params["change"])?.make(&view).map(|_| done)?
        }
        "walk" => json!({ "entries": tree_entries(&view_of(driver, text(params, "path"))?) }),
        "umount" => driver.machine.unmount(&format!("{id}/merged")).map(|_| done)?,
        "tamper" => {
            let (part, to) = (text(params, "part"), read_damage(params));
            driver.machine.tamper(id, part, to).map(|_| done)?
        }
        "quit" => done,
        _ => return Ok(None),
    }))
}

fn answer(driver: &mut Option<Driver>, method: &str, params: &Value) -> Outcome<Option<Value>> {
    match driver {
        _ if method == "hello" => hello(driver, params).map(Some),
        Some(driver) => perform(driver, method, params),
        None => refuse("option", "the first request is hello".to_string()),
    }
}

fn main() {
    let mut driver = None;
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line.expect("a line")).expect("a JSON object");
        let method = text(&request, "method");
        let mut reply = match answer(&mut driver, method, &request["params"]) {
            Ok(Some(result)) => json!({ "result": result }),
            Ok(None) => json!({ "skipped": { "reason": format!("unknown method {method}") } }),
            Err(failure) => json!({ "error": failure.as_reply() }),
        };
        reply["id"] = request["id"].clone();
        println!("{reply}");
        std::io::stdout().flush().expect("an open output");
        if method == "quit" {
            break;
        }
    }
}
