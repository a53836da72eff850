use std::env;
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::sys;

/// The file's name, beside the library.
const LAUNCHER: &str = "uvffi-launcher";

/// Names the launcher to use instead of the one beside the library.
const LAUNCHER_VARIABLE: &str = "UVFFI_LAUNCHER";

/// Finds the launcher: the one that `UVFFI_LAUNCHER` names, or the one beside the library.
pub(crate) fn launcher() -> Result<PathBuf, Fault> {
    let missing = |found: String| {
        Fault::new("launcher-missing", format!("uv must run in a process of its own for this, but {found}"))
            .hint("Install uvffi again, or set UVFFI_LAUNCHER to the uvffi-launcher of the same build")
    };
    if let Some(named) = env::var_os(LAUNCHER_VARIABLE).filter(|value| !value.is_empty()) {
        // A relative name means something here, and perhaps not in the directory of the call.
        return match std::path::absolute(&named).ok().filter(|path| path.is_file()) {
            Some(path) => Ok(path),
            None => Err(missing(format!(
                "{LAUNCHER_VARIABLE} names `{}`, which is not a file",
                Path::new(&named).display()
            ))),
        };
    }
    let library = sys::library().ok_or_else(|| missing("the library's own file is not known".to_owned()))?;
    let beside = library.with_file_name(LAUNCHER);
    // The library may have been reached through a link into the folder that holds both.
    let behind = || library.canonicalize().ok().map(|library| library.with_file_name(LAUNCHER));
    if beside.is_file() {
        return Ok(beside);
    }
    behind().filter(|path| path.is_file()).ok_or_else(|| missing(format!("there is no file `{}`", beside.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_launcher_beside_the_tests() {
        let fault = launcher().unwrap_err();
        assert_eq!(fault.code, "launcher-missing");
        assert!(fault.message.contains(LAUNCHER), "{}", fault.message);
    }
}
