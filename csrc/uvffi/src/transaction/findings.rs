//! What lies beside an environment and should not: for the doctor.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::blocks;
use super::journal::{self, Found};
use super::place::Place;
use super::shelf::{self, Limit};
use super::stages::{self, entries};
use super::trees;

impl Place {
    /// What is not in order. Where others are at work (`at_rest` is false), their stages and journal are in order.
    pub(crate) fn findings(&self, at_rest: bool) -> io::Result<Vec<Value>> {
        let mut findings = Vec::new();
        let mut add = |code: &str, path: &Path, message: String, fix: &str| {
            let path = path.to_string_lossy();
            findings.push(json!({ "code": code, "name": null, "path": path, "message": message, "fix": fix }));
        };
        if !at_rest {
            return Ok(findings);
        }
        self.finish();
        self.write_down();
        let journal = self.store.journal();
        match journal::read(&journal)? {
            Found::Nothing => {}
            Found::Unreadable(why) => add(
                "journal-unreadable",
                &journal,
                format!("What a dead process was changing is not known: {why}"),
                "The journal is kept aside; look at the packages",
            ),
            Found::Armed(record) if record.base != self.store.base || record.base_object != self.base_object()? => {
                let other = record.base.display();
                let message = format!("The environment was copied in the middle of a change of `{other}`");
                add("journal-of-another-place", &journal, message, "The journal is kept aside; look at the packages");
            }
            Found::Armed(record) => {
                let names: Vec<String> = record.dists.iter().map(ToString::to_string).collect();
                let message = format!("A process died in a change of {}", names.join(", "));
                add("interrupted", &journal, message, "It is finished or undone");
            }
        }
        if let Some(generation) = blocks::abandoned(self) {
            let message = format!("A process died in a transaction of several calls, begun after change {generation}");
            add("interrupted", &self.store.root, message, "It is taken back");
        }
        for kept in self.kept_aside() {
            add("journal-unreadable", &kept, "A journal was kept aside".to_owned(), "Remove it once all is in order");
        }
        for stage in self.stale_stages() {
            add("stale-stage", &stage, "A dead process was preparing a change here".to_owned(), "It is removed");
        }
        for tree in self.orphans() {
            add("orphaned-tree", &tree, "Nothing tells what this is the tree of".to_owned(), "It is removed");
        }
        Ok(findings)
    }

    /// Removes what nobody needs; the lock is held, and what was interrupted is recovered. How much went.
    pub(crate) fn clean(&self) -> usize {
        self.finish();
        self.write_down();
        let gone: Vec<PathBuf> = self.stale_stages().into_iter().chain(self.orphans()).collect();
        gone.iter().for_each(|path| stages::remove(path));
        self.store.leave();
        gone.len()
    }

    /// Lets trees go until the Shelf is within its limit, or all of them; how many went. The lock is held.
    pub(crate) fn prune_shelf(&self, all: bool) -> usize {
        self.finish();
        let limit = if all { Limit { bytes: 0, count: 0 } } else { Limit::now() };
        let mut known = self.trees();
        known.make_files(&self.store);
        known.write(&self.store, false);
        known.all(&self.store);
        shelf::prune(self, &mut known, limit)
    }

    /// What is on the Shelf.
    pub(crate) fn shelf(&self) -> Value {
        self.settle();
        let trees = trees::files(&self.store, None).into_iter().filter_map(|(_, tree)| tree);
        let mut bytes = 0;
        let shown: Vec<Value> = trees
            .filter(|tree| tree.shelved)
            .map(|tree| {
                bytes += tree.manifest.bytes();
                json!({
                    "name": tree.name,
                    "version": tree.version,
                    "bytes": tree.manifest.bytes(),
                    "files": tree.manifest.files.len(),
                    "last_used": tree.used,
                })
            })
            .collect();
        json!({
            "trees": shown,
            "bytes": bytes,
            "limit": Limit::now().bytes,
            "path": self.store.shelf().to_string_lossy(),
            "enabled": shelf::is_on(self),
        })
    }

    fn kept_aside(&self) -> Vec<PathBuf> {
        let is_one = |path: &PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("journal."))
        };
        entries(&self.store.root).filter(is_one).collect()
    }

    /// Every stage there is: whoever has one at work has the lock.
    pub(super) fn stale_stages(&self) -> Vec<PathBuf> {
        entries(&self.store.stages()).collect()
    }

    /// Trees of which no file tells.
    pub(super) fn orphans(&self) -> Vec<PathBuf> {
        let told: Vec<PathBuf> = entries(&self.store.manifests()).collect();
        let is_told = |tree: &PathBuf| {
            let Some(name) = tree.file_name().and_then(|name| name.to_str()) else { return false };
            let end = format!("@{name}.json");
            told.iter().any(|path| path.to_str().is_some_and(|path| path.ends_with(&end)))
        };
        entries(&self.store.shelf()).filter(|tree| trees::is_old(tree) && !is_told(tree)).collect()
    }
}
