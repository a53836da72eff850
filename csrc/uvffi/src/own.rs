//! Commands that uv does not have: `uvffi undo`, `restore`, `doctor --fix`, `shelf prune`, `transaction ...`.

use std::ffi::OsString;
use std::str::FromStr;
use std::time::Instant;

use clap::{Parser, Subcommand};
use uv_distribution_types::InstalledDist;
use uv_normalize::PackageName;

use crate::answers::found;
use crate::change::{Action, Change};
use crate::environment::{Environment, Locked};
use crate::fault::Fault;
use crate::notice::Notice;
use crate::output::Output;
use crate::query::Which;
use crate::reply::Reply;
use crate::request::Request;
use crate::transaction::{Failure, NoWay, Work, blocks};
use crate::truth::Notes;
use crate::uvlike::flow::Done;
use crate::uvlike::text::{InstallLog, Printer};

#[derive(Debug, Parser)]
#[command(name = "uvffi", disable_help_flag = true, disable_help_subcommand = true, no_binary_name = false)]
struct Line {
    #[command(subcommand)]
    command: Own,
    /// The interpreter or directory of the environment.
    #[arg(long, short, global = true)]
    python: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Own {
    /// Takes back the last change.
    Undo,
    /// Goes back to how all was after a change.
    Restore { generation: u64 },
    /// Finishes or undoes what dead processes left.
    Doctor {
        #[arg(long)]
        fix: bool,
    },
    #[command(subcommand)]
    Shelf(Shelf),
    #[command(subcommand)]
    Transaction(Block),
}

#[derive(Debug, Subcommand)]
enum Shelf {
    /// Lets go of what is over the limit, or of all.
    Prune {
        #[arg(long)]
        all: bool,
    },
}

/// Several calls as one.
#[derive(Clone, Copy, Debug, Subcommand)]
enum Block {
    Begin,
    Commit,
    Rollback,
}

/// Whether a command is one of these.
pub(crate) fn is_own(argv: &[OsString]) -> bool {
    argv.first().is_some_and(|word| word == "uvffi")
}

/// Runs one.
pub(crate) fn run(request: &Request, notes: &Notes) -> Result<Reply, Fault> {
    notes.spoil("it is a command of uvffi's own");
    let start = Instant::now();
    let line = Line::try_parse_from(&request.argv).map_err(|error| {
        let text = anstream::adapter::strip_str(&error.to_string()).to_string();
        Fault::new("bad-request", text.trim().trim_start_matches("error: ").to_owned())
            .hint("The commands are `uvffi undo`, `restore GENERATION`, `doctor --fix`, `shelf prune [--all]`")
    })?;
    request.same_process_view()?.map_err(|reroute| {
        Fault::new("not-resident", format!("`{}` can't be answered here: {}", request.text(), reroute.0))
            .hint("Leave out `cwd` and `env`")
    })?;
    let which = line.python.map_or(Which::Current, Which::Python);
    let environment = found(&which, notes)?;
    let lock = locked(&environment, request)?;
    let mut done = Done::default();
    done.notices.extend(lock.notices.iter().cloned());
    let asked = Asked { text: request.text(), durable: request.is_durable() };
    let ran = match line.command {
        Own::Undo => undo(&environment, &asked, &mut done, start),
        Own::Restore { generation } => back(&environment, generation, &asked, &mut done, start),
        Own::Doctor { .. } => Ok(doctor(&environment, &done)),
        Own::Shelf(Shelf::Prune { all }) => {
            let count = environment.transactions().prune_shelf(all);
            Ok((Vec::new(), format!("Removed {count} tree{} from the Shelf\n", if count == 1 { "" } else { "s" })))
        }
        Own::Transaction(block) => blocked(block, &environment, &asked, &mut done, start),
    };
    let (changes, text) = ran?;
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

type Ran = Result<(Vec<Change>, String), Fault>;

fn locked(environment: &Environment, request: &Request) -> Result<Locked, Fault> {
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
    let work = Work { incoming: &incoming, outgoing: &outgoing, preview, durable: asked.durable, claim };
    let changed = place.change(work).map_err(|failure| {
        let why = match failure {
            Failure::Unchanged(error) | Failure::Stuck(error) => format!("{error:#}"),
            Failure::Unfit(why) => why,
        };
        Fault::new("cannot-undo", format!("`{}` could not be done: {why}", asked.text))
            .hint("Install the versions you want by name")
    })?;
    let changes = way.changes();
    done.modules.clone_from(&changed.modules);
    let value = serde_json::to_value(&changes).unwrap_or_default();
    done.note_history(place.remember(&asked.text, value, changed.moves));
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

fn blocked(
    block: Block,
    environment: &Environment,
    asked: &Asked,
    done: &mut Done,
    start: Instant,
) -> Ran {
    let place = environment.transactions();
    let refused = |why: String| {
        Fault::new("transaction-state", format!("`{}` can't be done: {why}", asked.text))
            .hint("A transaction is begun once, and then committed or rolled back")
    };
    match block {
        Block::Begin => {
            let generation = place.generation();
            blocks::begin(place, generation).map_err(refused)?;
            done.generation = Some(generation);
            Ok((Vec::new(), String::new()))
        }
        Block::Commit => blocks::end(place).map_err(refused).map(|_| (Vec::new(), String::new())),
        Block::Rollback => {
            let generation = blocks::begun(place).map_err(refused)?;
            let ran = if place.generation() > generation {
                back(environment, generation, asked, done, start)
            } else {
                Ok((Vec::new(), String::new()))
            };
            // Over it is in any case: what could not be taken back now, won't be later.
            blocks::end(place).map_err(refused)?;
            ran
        }
    }
}

fn no_way(no: &NoWay, environment: &Environment, asked: &Asked) -> Fault {
    let (prefix, asked) = (environment.place().prefix, &asked.text);
    match no {
        NoWay::Nothing => Fault::new("nothing-to-undo", format!("`{asked}`: nothing was changed in `{prefix}` since"))
            .hint("`uvffi history` lists what was"),
        NoWay::Unknown => Fault::new("unknown-generation", format!("`{asked}`: the history of `{prefix}` has none such"))
            .hint("`uvffi history` lists what there is"),
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
