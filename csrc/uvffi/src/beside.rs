//! Questions about what is kept beside an Environment: its history, its Shelf, and what a dead process left.

use serde_json::{Value, json};

use crate::environment::Environment;
use crate::fault::Fault;
use crate::inventory::Found;
use crate::transaction::Entry;

/// What was changed, the oldest first.
pub(crate) fn history(environment: &Environment) -> Result<Value, Fault> {
    let entries = environment.transactions().history_with_ways().map_err(|error| {
        Fault::new("history-unreadable", format!("The history of `{}` can't be read: {error}", prefix(environment)))
            .hint("Look at the permissions of the `.uvffi` directory in it")
    })?;
    let generation = entries.last().map_or(0, |(entry, _)| entry.generation);
    let shown = |(entry, leads_back): &(Entry, bool)| {
        json!({
            "generation": entry.generation,
            "at": entry.at,
            "request": entry.request,
            "changes": entry.changes,
            "undoable": leads_back,
        })
    };
    Ok(json!({
        "generation": generation,
        "history": entries.iter().map(shown).collect::<Vec<_>>(),
        "environment": environment.place(),
    }))
}

/// The trees that are kept.
pub(crate) fn shelf(environment: &Environment) -> Value {
    let mut answer = environment.transactions().shelf();
    answer["environment"] = json!(environment.place());
    answer
}

/// What is not in order. Nothing is changed by looking.
pub(crate) fn doctor(environment: &Environment) -> Result<Value, Fault> {
    let unreadable = |error: std::io::Error| {
        Fault::new("site-packages-unreadable", format!("`{}` can't be looked at: {error}", prefix(environment)))
            .hint("Look at the permissions of its site-packages and of its `.uvffi`")
    };
    // Whoever has the lock is at work: what lies there is no garbage then.
    let lock = environment.try_lock().map_err(unreadable)?;
    let mut findings = environment.transactions().findings(lock.is_some()).map_err(unreadable)?;
    drop(lock);
    let look = environment.inventory().look().map_err(unreadable)?;
    for name in look.names() {
        let found = look.get(&name);
        for one in found.iter().filter(|one| one.is_broken()) {
            let why = one.reading.broken().unwrap_or_default();
            findings.push(finding("half-installed", &name, one, why, "Install it again"));
        }
        if found.iter().filter(|one| one.whole().is_some()).count() > 1 {
            for one in found.iter().filter(|one| one.whole().is_some()) {
                findings.push(finding(
                    "duplicate",
                    &name,
                    one,
                    "there are several of this name",
                    "Keep the one whose files are there",
                ));
            }
        }
    }
    Ok(json!({ "findings": findings, "environment": environment.place() }))
}

fn finding(code: &str, name: &uv_normalize::PackageName, one: &Found, why: &str, fix: &str) -> Value {
    let path = one.path().to_string_lossy();
    json!({ "code": code, "name": name.to_string(), "path": path, "message": format!("`{path}`: {why}"), "fix": fix })
}

fn prefix(environment: &Environment) -> String {
    environment.place().prefix
}
