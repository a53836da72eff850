//! Answers to questions that change nothing.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use uv_cache::Cache;
use uv_python::{EnvironmentPreference, PythonEnvironment, PythonPreference, PythonRequest};

use crate::beside;
use crate::call::on_own_thread;
use crate::engine::{Refusal, engine, run};
use crate::environment::Environment;
use crate::fault::Fault;
use crate::inventory::{self, Picture};
use crate::output::Output;
use crate::query::{Query, Which};
use crate::recall::note_place;
use crate::reply::{Place, Reply};
use crate::request::Request;
use crate::targets::{Targets, Told};
use crate::trace;
use crate::truth::{FoundInterpreter, Notes};

/// Answers a query.
pub(crate) fn query(query: Query, notes: &Notes) -> Result<Value, Box<Reply>> {
    match query {
        Query::Packages(which) => packages(&which, notes).map_err(error),
        Query::Changes { site_packages, since } => changes(&site_packages, since).map_err(error),
        Query::Plan(mut request) => {
            dry(&mut request).map_err(error)?;
            note_place(&request, notes);
            let (reply, _) = run(request, notes);
            if reply.is_fault() {
                return Err(Box::new(reply));
            }
            let mut answer = reply.to_value();
            answer["digest"] = reply.digest().into();
            Ok(answer)
        }
        Query::History(which) => beside::history(&*found(&which, notes).map_err(error)?).map_err(error),
        Query::Shelf(which) => Ok(beside::shelf(&*found(&which, notes).map_err(error)?)),
        Query::Doctor(which) => beside::doctor(&*found(&which, notes).map_err(error)?).map_err(error),
        Query::Trace(switch) => trace::switch(&switch).map_err(error),
        Query::Spans { most } => Ok(trace::drain(most)),
        Query::Status => Ok(engine().status()),
        Query::Settings(request) => match engine().settings(&request) {
            Ok(settings) => Ok(json!({ "settings": settings })),
            Err(Refusal::Fault(fault)) => Err(error(fault)),
            Err(Refusal::Reroute(reroute) | Refusal::Unbuilt(reroute, _)) => {
                Ok(json!({ "settings": null, "reason": reroute.0 }))
            }
        },
    }
}

fn error(fault: Fault) -> Box<Reply> {
    Box::new(fault.into())
}

/// Makes a command a dry run of uv's: resolved and planned, and nothing touched.
pub(crate) fn dry(request: &mut Request) -> Result<(), Fault> {
    if request.is_dry_run() {
        return Ok(());
    }
    let commands = ["install", "uninstall", "sync"];
    let pip = request.argv.iter().position(|word| word == "pip").unwrap_or(request.argv.len());
    let command = (pip + 1..request.argv.len()).find(|at| commands.iter().any(|command| request.argv[*at] == *command));
    let Some(command) = command else {
        let asked = request.argv.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        return Err(Fault::new("bad-request", format!("A plan was asked for, found the command `{asked}`"))
            .hint("Give one of `pip install`, `pip uninstall`, `pip sync`"));
    };
    // Not at the end: after `--` it would be a package.
    request.argv.insert(command + 1, "--dry-run".into());
    Ok(())
}

/// The Environment of a question that only the resident engine answers.
pub(crate) fn found(which: &Which, notes: &Notes) -> Result<Arc<Environment>, Fault> {
    engine().awake().map_err(|reroute| {
        Fault::new("not-resident", format!("This can't be answered here: {}", reroute.0))
            .hint("Ask in a process of its own")
    })?;
    on_own_thread(&Output::default(), || find(which, notes))?
}

/// What is installed, as it is on disk now.
fn packages(which: &Which, notes: &Notes) -> Result<Value, Fault> {
    let engine = engine();
    if engine.awake().is_err() {
        return Ok(packages_by_place(which));
    }
    let environment = on_own_thread(&Output::default(), || find(which, notes))??;
    let look = environment.inventory().look().map_err(|error| {
        Fault::new(
            "site-packages-unreadable",
            format!("The packages of `{}` can't be listed: {error}", environment.place().prefix),
        )
        .hint("Look at the permissions of its site-packages")
    })?;
    let picture = look.picture();
    notes.rest_on(look.basis(false, true), None);
    let mut answer = listed(Some(environment.place()), &picture);
    answer["roots"] = environment.inventory().paths().map(|path| path.to_string_lossy()).collect();
    Ok(answer)
}

/// What changed in one site-packages.
fn changes(site_packages: &Path, since: Option<u64>) -> Result<Value, Fault> {
    let found = inventory::changes(site_packages, since).map_err(|error| {
        Fault::new(
            "site-packages-unreadable",
            format!("The packages in `{}` can't be listed: {error}", site_packages.display()),
        )
        .hint("Look at its permissions")
    })?;
    Ok(json!({
        "site_packages": site_packages.to_string_lossy(),
        "epoch": found.numbers.epoch,
        "generation": found.generation,
        "complete": found.changes.is_some(),
        "unsettled": found.unsettled,
        "changes": found.changes.unwrap_or_default(),
    }))
}

/// The same where uv's crates can't be used, in a forked child or after a panic: by the directories alone.
fn packages_by_place(which: &Which) -> Value {
    let mut argv: Vec<OsString> = vec!["pip".into(), "list".into()];
    match which {
        Which::Current => {}
        Which::Python(python) => argv.extend(["--python".into(), python.into()]),
        Which::Prefix(prefix) => argv.extend(["--python".into(), prefix.into()]),
    }
    let cwd = std::env::current_dir().unwrap_or_default();
    let targets = Targets::of(&Told { argv: &argv, cwd: &cwd, var: &|name| std::env::var_os(name) });
    let mut answer = listed(targets.place(), &targets.inventory());
    answer["roots"] = targets.roots().map(|root| root.to_string_lossy().into_owned()).collect();
    answer
}

fn listed(place: Option<Place>, picture: &Picture) -> Value {
    json!({ "environment": place, "packages": picture.iter().collect::<Vec<_>>() })
}

fn find(which: &Which, notes: &Notes) -> Result<Arc<Environment>, Fault> {
    let missing = |error: &dyn std::error::Error| {
        let asked = match which {
            Which::Current => "No environment was found from here".to_owned(),
            Which::Python(python) => format!("No environment was found for `{python}`"),
            Which::Prefix(prefix) => format!("No environment was found at `{}`", prefix.display()),
        };
        let found = anstream::adapter::strip_str(&error.to_string()).to_string();
        Fault::new("environment-not-found", format!("{asked}: {found}"))
            .hint("Make one with `uv venv`, or name another by its directory or interpreter")
    };
    std::env::current_dir().map_err(|error| Fault::directory_gone(None, &error))?;
    let cache = Cache::from_settings(false, std::env::var_os("UV_CACHE_DIR").map(Into::into))
        .map_err(|error| Fault::new("cache", format!("uv's cache can't be used: {error}")))?;
    let request = match which {
        Which::Prefix(prefix) => PythonRequest::Directory(prefix.clone()),
        Which::Current => match std::env::var("UV_PYTHON").ok().filter(|python| !python.is_empty()) {
            Some(python) => PythonRequest::parse(&python),
            None => PythonRequest::default(),
        },
        Which::Python(python) => PythonRequest::parse(python),
    };
    let found = match which {
        Which::Prefix(prefix) => PythonEnvironment::from_root(prefix, &cache),
        Which::Current | Which::Python(_) => from_request(&request, &cache),
    };
    let environment = Environment::of(found.map_err(|error| missing(&error))?, None);
    let interpreter = environment.python().interpreter();
    notes.interpreter(&FoundInterpreter { interpreter, request: &request, system: false });
    Ok(environment)
}

fn from_request(request: &PythonRequest, cache: &Cache) -> Result<PythonEnvironment, uv_python::Error> {
    PythonEnvironment::find(
        request,
        EnvironmentPreference::from_system_flag(false, true),
        PythonPreference::default(),
        cache,
    )
}
