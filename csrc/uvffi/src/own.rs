//! Commands that uv does not have: `uvffi undo`, `restore`, `doctor --fix`, `shelf prune`, `transaction ...`.

use std::ffi::OsString;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use uv_distribution_types::{InstalledDist, InstalledMetadata};
use uv_normalize::PackageName;

use crate::answers::found;
use crate::calls;
use crate::change::{Action, Change};
use crate::environment::{Environment, Locked};
use crate::fault::Fault;
use crate::notice::Notice;
use crate::output::Output;
use crate::query::Which;
use crate::reply::Reply;
use crate::request::Request;
use crate::transaction::{Failure, NoWay, Work, blocks};
use crate::truth::{Footing, Notes, Recent, View, view};
use crate::uvlike::flow::Done;
use crate::uvlike::text::{InstallLog, Printer};

/// A command, and the environment it is about.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    command: Own,
    /// Its interpreter or directory.
    python: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Own {
    /// Takes back the last change.
    Undo,
    /// Goes back to how all was after a change.
    Restore { generation: u64 },
    /// Finishes or undoes what dead processes left.
    DoctorFix,
    /// Lets go of the trees that are over the limit, or of all.
    ShelfPrune { all: bool },
    /// Several calls as one.
    Transaction(Block),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Begin,
    Commit,
    Rollback,
}

impl Line {
    /// By hand: a parser of command lines would take longer than the command. `None`: it is none of these.
    fn parse(argv: &[OsString]) -> Option<Self> {
        let words = argv.iter().map(|word| word.to_str()).collect::<Option<Vec<_>>>()?;
        let (mut plain, mut python) = (Vec::new(), None);
        let mut rest = words.into_iter().skip(1);
        while let Some(word) = rest.next() {
            match (word, word.split_once('=')) {
                ("--python" | "-p", _) => python = Some(rest.next()?.to_owned()),
                (_, Some(("--python", value))) => python = Some(value.to_owned()),
                (word, _) => plain.push(word),
            }
        }
        let command = match plain[..] {
            ["undo"] => Own::Undo,
            ["restore", generation] => Own::Restore { generation: generation.parse().ok()? },
            ["doctor", "--fix"] => Own::DoctorFix,
            ["shelf", "prune"] => Own::ShelfPrune { all: false },
            ["shelf", "prune", "--all"] | ["shelf", "--all", "prune"] => Own::ShelfPrune { all: true },
            ["transaction", "begin"] => Own::Transaction(Block::Begin),
            ["transaction", "commit"] => Own::Transaction(Block::Commit),
            ["transaction", "rollback"] => Own::Transaction(Block::Rollback),
            _ => return None,
        };
        Some(Self { command, python })
    }
}

/// Whether a command is one of these.
pub(crate) fn is_own(argv: &[OsString]) -> bool {
    argv.first().is_some_and(|word| word == "uvffi")
}

/// Runs one.
pub(crate) fn run(request: &Request, notes: &Notes) -> Result<Reply, Fault> {
    let start = Instant::now();
    let line = Line::parse(&request.argv).ok_or_else(|| {
        Fault::new("bad-request", format!("`{}` is no command", request.text())).hint(
            "The commands are `uvffi undo`, `restore GENERATION`, `doctor --fix`, `shelf prune [--all]` and \
             `transaction begin|commit|rollback`, each with `--python PYTHON`",
        )
    })?;
    request.same_process_view()?.map_err(|reroute| {
        Fault::new("not-resident", format!("`{}` can't be answered here: {}", request.text(), reroute.0))
            .hint("Leave out `cwd` and `env`")
    })?;
    let environment = environment(line.python, notes)?;
    notes.spoil("it is a command of uvffi's own");
    let lock = locked(&environment, request)?;
    let mut done = Done::default();
    done.notices.extend(lock.notices.iter().cloned());
    let asked = Asked { text: request.text(), durable: request.is_durable() };
    let ran = match line.command {
        Own::Undo => undo(&environment, &asked, &mut done, start),
        Own::Restore { generation } => back(&environment, generation, &asked, &mut done, start),
        Own::DoctorFix => Ok(doctor(&environment, &done)),
        Own::ShelfPrune { all } => {
            let count = environment.transactions().prune_shelf(all);
            Ok((Vec::new(), format!("Removed {count} tree{} from the Shelf\n", if count == 1 { "" } else { "s" })))
        }
        Own::Transaction(block) => blocked(block, &environment, &asked, &mut done, start),
    };
    let (changes, text) = match ran {
        Ok(ran) => ran,
        // What was found on the way is told all the same.
        Err(fault) => return Ok(Reply::refused(fault).with_done(done).within(Some(environment.place()))),
    };
    Ok(Reply::resident(0, (String::new(), text))
        .with_changes(changes, false)
        .with_done(done)
        .within(Some(environment.place())))
}

/// What a command of these asks for.
struct Asked {
    text: String,
    durable: bool,
}

/// Goes back to where a dead process began a transaction that it did not end. The lock is held.
pub(crate) fn roll_back(environment: &Environment, generation: u64) -> Notice {
    let asked = Asked { text: "uvffi transaction rollback".to_owned(), durable: false };
    let place = environment.transactions();
    let mut done = Done::default();
    let gone_back = match place.generation() > generation {
        true => back(environment, generation, &asked, &mut done, Instant::now()).map(|(changes, _)| changes),
        false => Ok(Vec::new()),
    };
    blocks::forget(place);
    match gone_back {
        Ok(changes) => Notice::rolled_back(&changes),
        Err(fault) => Notice::not_rolled_back(&fault.message),
    }
}

/// The Environment of a command; the last ones are known again by what led to them.
fn environment(python: Option<String>, notes: &Notes) -> Result<Arc<Environment>, Fault> {
    let key = view().map(|view| (python.clone(), view));
    if let Some((footing, environment)) = key.as_ref().and_then(|key| FOUND.get(key))
        && footing.holds_by_path().is_some()
    {
        return Ok(environment);
    }
    let environment = found(&python.map_or(Which::Current, Which::Python), notes)?;
    if let Some((key, footing)) = key.zip(notes.footing()) {
        FOUND.put(key, (footing, environment.clone()));
    }
    Ok(environment)
}

/// By the word that names it, and the view of the process.
static FOUND: Recent<(Option<String>, View), (Footing, Arc<Environment>), 16> = Recent::new();

type Ran = Result<(Vec<Change>, String), Fault>;

fn locked(environment: &Environment, request: &Request) -> Result<Locked, Fault> {
    let place = environment.transactions();
    if let Some(lock) = environment.lock_soon()
        && place.is_at_rest()
    {
        return Ok(lock);
    }
    let lock = crate::engine::engine().block_on(environment.lock())?;
    lock.map_err(|reroute| {
        Fault::new("environment-locked", format!("`{}` could not begin: {}", request.text(), reroute.0))
            .hint("Wait for the other command, or look at the permissions of the environment")
    })
}

fn undo(environment: &Environment, asked: &Asked, done: &mut Done, start: Instant) -> Ran {
    match environment.transactions().generation() {
        0 => Err(no_way(&NoWay::Nothing, environment, asked)),
        last => back(environment, last - 1, asked, done, start),
    }
}

/// A Transaction to how all was after a generation.
fn back(environment: &Environment, to: u64, asked: &Asked, done: &mut Done, start: Instant) -> Ran {
    let place = environment.transactions();
    let told = |no: &NoWay| no_way(no, environment, asked);
    let look = environment.inventory().look().map_err(|error| told(&NoWay::Io(error)))?;
    let installed = |name: &str| -> Vec<InstalledDist> {
        let Ok(name) = PackageName::from_str(name) else { return Vec::new() };
        look.get(&name).iter().filter_map(|found| found.reading.dist()).cloned().collect()
    };
    let (way, outgoing) = place.way_back(to, installed).map_err(|no| told(&no))?;
    if way.names.is_empty() {
        return Ok((Vec::new(), "Nothing to change\n".to_owned()));
    }
    let incoming = way.incoming().map_err(|name| told(&NoWay::Lost(vec![name])))?;
    let names: Vec<PackageName> = way.names.keys().filter_map(|name| PackageName::from_str(name).ok()).collect();
    let claim = environment.inventory().claim(Some(&names));
    let preview = uv_preview::Preview::default();
    let changes = way.changes();
    let told = (asked.text.clone(), serde_json::to_value(&changes).unwrap_or_default());
    let durable = asked.durable;
    let work = Work { incoming: &incoming, outgoing: &outgoing, preview, durable, claim, asked: told, journal: None };
    let changed = place.change(work).map_err(|failure| {
        let why = match failure {
            Failure::Unchanged(error) | Failure::Stuck(error) => format!("{error:#}"),
            Failure::Unfit(why) => why,
            Failure::Cancelled => return calls::cancelled(),
        };
        Fault::new("cannot-undo", format!("`{}` could not be done: {why}", asked.text))
            .hint("Install the versions you want by name")
    })?;
    done.note(changed);
    let output = Output::default();
    let log = InstallLog::new(Printer::new(0, output.clone()));
    if !outgoing.is_empty() {
        log.uninstalled(outgoing.len(), start.elapsed());
    }
    if !incoming.is_empty() {
        log.installed(incoming.len(), start.elapsed());
    }
    for change in &changes {
        output.stderr(&listed(change));
    }
    Ok((changes, output.take()))
}

/// A change in uv's form.
fn listed(change: &Change) -> String {
    let mut text = String::new();
    if let (Some(version), true) = (&change.previous_version, change.action != Action::Reinstalled) {
        text.push_str(&format!(" - {}=={version}\n", change.name));
    }
    if let Some(version) = &change.version {
        let sign = if change.action == Action::Reinstalled { '~' } else { '+' };
        text.push_str(&format!(" {sign} {}=={version}\n", change.name));
    }
    text
}

fn doctor(environment: &Environment, done: &Done) -> (Vec<Change>, String) {
    let count = environment.transactions().clean();
    let mut text = String::new();
    if count > 0 {
        text = format!("Removed {count} director{} that dead processes left\n", if count == 1 { "y" } else { "ies" });
    }
    if count == 0 && done.notices.is_empty() {
        text = "Nothing was left by dead processes\n".to_owned();
    }
    (Vec::new(), text)
}

fn blocked(block: Block, environment: &Environment, asked: &Asked, done: &mut Done, start: Instant) -> Ran {
    let place = environment.transactions();
    let refused = |why: String| {
        Fault::new("transaction-state", format!("`{}` can't be done: {why}", asked.text))
            .hint("A transaction is begun once, and then committed or rolled back")
    };
    match block {
        Block::Begin => {
            let generation = place.generation();
            blocks::begin(place, generation, picture(environment)).map_err(refused)?;
            done.generation = Some(generation);
            Ok((Vec::new(), String::new()))
        }
        Block::Commit => blocks::end(place).map_err(refused).map(|()| (Vec::new(), String::new())),
        Block::Rollback => {
            let (generation, then) = blocks::begun(place).map_err(refused)?;
            let ran = if place.generation() > generation {
                back(environment, generation, asked, done, start)
            } else {
                Ok((Vec::new(), String::new()))
            };
            // Over it is in any case: what could not be taken back now, won't be later.
            blocks::end(place).map_err(refused)?;
            ran.and_then(
                |ran| if picture(environment) == then { Ok(ran) } else { Err(not_all(&then, environment, asked)) },
            )
        }
    }
}

/// The versions of all that is installed.
fn picture(environment: &Environment) -> blocks::Picture {
    let Ok(look) = environment.inventory().look() else { return blocks::Picture::default() };
    let versions = |name: &PackageName| {
        let found = look.get(name);
        let dists = found.iter().filter_map(|found| found.reading.dist());
        dists.map(|dist| dist.installed_version().version().to_string()).collect()
    };
    look.names().iter().map(|name| (name.to_string(), versions(name))).collect()
}

/// What the Child or another tool did has no history to be taken back by.
fn not_all(then: &blocks::Picture, environment: &Environment, asked: &Asked) -> Fault {
    let now = picture(environment);
    let names: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let other: Vec<&str> =
        names.into_iter().filter(|name| then.get(*name) != now.get(*name)).map(String::as_str).collect();
    let message = format!("`{}`: not all could be taken back: {}", asked.text, other.join(", "));
    Fault::new("cannot-undo", message).hint("Changes that uv made in a process of its own have no history")
}

fn no_way(no: &NoWay, environment: &Environment, asked: &Asked) -> Fault {
    let (prefix, asked) = (environment.place().prefix, &asked.text);
    match no {
        NoWay::Nothing => Fault::new("nothing-to-undo", format!("`{asked}`: nothing was changed in `{prefix}` since"))
            .hint("`uvffi history` lists what was"),
        NoWay::Unknown => {
            Fault::new("unknown-generation", format!("`{asked}`: the history of `{prefix}` has none such"))
                .hint("`uvffi history` lists what there is")
        }
        NoWay::Changed(names) => Fault::new(
            "cannot-undo",
            format!("`{asked}`: something else changed `{prefix}` since then: {}", names.join("; ")),
        )
        .hint("Install the versions you want by name"),
        NoWay::Lost(names) => Fault::new(
            "cannot-undo",
            format!("`{asked}`: neither the Shelf nor uv's cache has {} any more", names.join(", ")),
        )
        .hint("Install these versions by name"),
        NoWay::Io(error) => Fault::new("cannot-undo", format!("`{asked}`: `{prefix}` can't be read: {error}"))
            .hint("Look at the permissions of the environment"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Line> {
        Line::parse(&text.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn lines() {
        let here = |command| Some(Line { command, python: None });
        let there = |command| Some(Line { command, python: Some("/a".to_owned()) });
        assert_eq!(parsed("uvffi undo"), here(Own::Undo));
        assert_eq!(parsed("uvffi undo --python /a"), there(Own::Undo));
        assert_eq!(parsed("uvffi --python=/a restore 12"), there(Own::Restore { generation: 12 }));
        assert_eq!(parsed("uvffi shelf prune --all -p /a"), there(Own::ShelfPrune { all: true }));
        assert_eq!(parsed("uvffi transaction begin"), here(Own::Transaction(Block::Begin)));
        for wrong in ["uvffi", "uvffi undo twice", "uvffi restore", "uvffi restore x", "uvffi doctor", "uvffi undo -p"]
        {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
