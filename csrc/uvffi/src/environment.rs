use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use uv_python::{Interpreter, PythonEnvironment};

use crate::calls;
use crate::inventory::Inventory;
use crate::lock::lock_path;
use crate::notice::Notice;
use crate::own;
use crate::reply::Place as Shown;
use crate::reroute::Reroute;
use crate::transaction::{self, blocks};

/// One Python environment the engine knows, keyed by its real prefix and interpreter.
#[derive(Debug)]
pub(crate) struct Environment {
    key: Key,
    python: PythonEnvironment,
    transactions: Arc<transaction::Place>,
}

/// What makes an Environment: the interpreter as it is on disk now, and where it installs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    /// `sys.prefix`, or the root of `--target` or `--prefix`.
    pub(crate) prefix: PathBuf,
    /// `sys.executable`, not resolved: two environments may share one binary.
    pub(crate) executable: PathBuf,
    /// As `3.12.1`.
    pub(crate) python_version: String,
}

static KNOWN: LazyLock<Mutex<HashMap<Place, Arc<Environment>>>> = LazyLock::new(Mutex::default);

/// Prefix and executable.
type Place = (PathBuf, PathBuf);

impl Environment {
    /// The Environment of what uv just found.
    ///
    /// uv has proved its answer against the interpreter's file. Where it is the one we know, ours comes back, with
    /// its tags computed; where the interpreter is another one by now, the Environment is a new one.
    /// `place` is the root of `--target` or `--prefix`, where one is given.
    pub(crate) fn of(python: PythonEnvironment, place: Option<&Path>) -> Arc<Self> {
        let key = Key::of(&python, place);
        let lock_path = lock_path(python.interpreter(), place);
        let at = (key.prefix.clone(), key.executable.clone());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(environment) = known.get(&at)
            && same(environment.python.interpreter(), python.interpreter())
        {
            return environment.clone();
        }
        let interpreter = python.interpreter();
        let venv = interpreter.is_virtualenv().then(|| interpreter.sys_prefix());
        let transactions = transaction::Place::of(interpreter.layout(), lock_path, venv, place);
        let environment = Arc::new(Self { key, python, transactions });
        known.insert(at, environment.clone());
        environment
    }

    /// How many Environments the engine knows.
    pub(crate) fn count() -> usize {
        // Never waits: a forked child asks for its status too.
        KNOWN.try_lock().map_or(0, |known| known.len())
    }

    /// As an answer shows it.
    pub(crate) fn place(&self) -> Shown {
        Shown {
            prefix: self.key.prefix.to_string_lossy().into_owned(),
            python: self.key.executable.to_string_lossy().into_owned(),
            python_version: self.key.python_version.clone(),
        }
    }

    pub(crate) fn python(&self) -> &PythonEnvironment {
        &self.python
    }

    /// Where changes of it are made.
    pub(crate) fn transactions(&self) -> &Arc<transaction::Place> {
        &self.transactions
    }

    /// What is installed in it. Its roots are told anew each time: two directories may have become one by a link.
    pub(crate) fn inventory(&self) -> Inventory {
        let roots: Vec<PathBuf> = self.python.site_packages().map(Cow::into_owned).collect();
        let scheme = self.python.interpreter().layout().scheme;
        // Of a target or prefix neither is a root.
        let one = roots.contains(&scheme.purelib) && !roots.contains(&scheme.platlib);
        Inventory::of(roots).with_alias(one.then_some(scheme.platlib))
    }

    /// Takes this environment's turn if nobody has it.
    pub(crate) fn try_lock(&self) -> std::io::Result<Option<Locked>> {
        Ok(self.transactions.try_lock()?.map(|lock| Locked { notices: Vec::new(), _lock: lock }))
    }

    /// The same, a little patient.
    pub(crate) fn lock_soon(&self) -> Option<Locked> {
        self.transactions.lock_soon().map(|lock| Locked { notices: Vec::new(), _lock: lock })
    }

    /// Waits for this environment's turn, in the process and among processes, and has all in order then.
    #[tracing::instrument(name = "lock", level = "debug", skip_all)]
    pub(crate) async fn lock(&self) -> Result<Locked, Reroute> {
        let lock = calls::unless_cancelled(self.transactions.lock()).await;
        let lock = lock.ok_or_else(|| Reroute::because("the call was cancelled"))??;
        // Whoever left a journal is dead: it would have the lock.
        let recovered = self.transactions.recover().map_err(|error| {
            Reroute::because(format!("what a dead process left can't be finished or undone: {error}"))
        })?;
        let mut notices: Vec<_> = recovered.as_ref().map(Notice::recovered).into_iter().collect();
        if let Some(generation) = blocks::abandoned(&self.transactions) {
            notices.push(own::roll_back(self, generation));
        }
        // Last: what was to be taken back may lie in one of them.
        self.transactions.clear_stages();
        Ok(Locked { notices, _lock: lock })
    }
}

/// An environment's lock, held.
pub(crate) struct Locked {
    /// What dead processes had left, and what was done about it.
    pub(crate) notices: Vec<Notice>,
    _lock: transaction::Lock,
}

impl Key {
    fn of(python: &PythonEnvironment, place: Option<&Path>) -> Self {
        let interpreter = python.interpreter();
        let prefix = place.unwrap_or_else(|| interpreter.sys_prefix());
        Self {
            prefix: prefix.to_path_buf(),
            executable: interpreter.sys_executable().to_path_buf(),
            python_version: interpreter.python_full_version().to_string(),
        }
    }
}

/// Whether two answers about one interpreter path say the same of all that resolving and installing ask.
fn same(known: &Interpreter, found: &Interpreter) -> bool {
    known.markers() == found.markers()
        && known.platform() == found.platform()
        && known.layout().scheme.purelib == found.layout().scheme.purelib
        && known.layout().scheme.platlib == found.layout().scheme.platlib
        && known.sys_base_prefix() == found.sys_base_prefix()
        && known.gil_disabled() == found.gil_disabled()
}
