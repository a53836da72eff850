//! uv in a process of its own: loads libuvffi and hands everything to the uv in it.
//!
//! Started by the library for what it can't answer itself, and by the `uvffi` command. What the library has to say
//! to it stands in two variables that are gone before uv, or a program that uv starts, could see them.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::ffi::{CString, OsString, c_char};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::ptr;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

/// `UVFFI_ABI` of the header.
const ABI: u32 = 1;

/// The library that started this process.
const PARENT_LIBRARY: &str = "UVFFI_CHILD_LIBRARY";

/// The library that the user wants, for want of the first.
const LIBRARY: &str = "UVFFI_LIBRARY";

/// Whether to serve the library that started this process. The library takes the variable's value.
const SERVER: &str = "UVFFI_CHILD_SERVER";

/// Whether to begin a session.
const SESSION: &str = "UVFFI_CHILD_SESSION";

#[cfg(target_os = "macos")]
const FILE_NAME: &str = "libuvffi.dylib";
#[cfg(not(target_os = "macos"))]
const FILE_NAME: &str = "libuvffi.so";

/// uv's exit code for what it could not begin to do.
const EXIT_ERROR: u8 = 2;

type Abi = unsafe extern "C" fn() -> u32;
type Main = unsafe extern "C" fn(argc: i32, argv: *const *const c_char) -> i32;

unsafe extern "C" {
    safe fn setsid() -> i32;
    safe fn signal(number: i32, handler: usize) -> usize;
}

#[cfg(target_os = "macos")]
const SIGCHLD: i32 = 20;
#[cfg(not(target_os = "macos"))]
const SIGCHLD: i32 = 17;
const DEFAULT: usize = 0;

fn main() -> ExitCode {
    // Before anything is loaded: this process has no other thread yet.
    let parent_library = take_variable(PARENT_LIBRARY);
    // A host that ignores its children hands that down, and uv could wait for none of its own.
    signal(SIGCHLD, DEFAULT);
    if take_variable(SESSION).is_some() {
        // It fails for the leader of a group, who has what this is for.
        setsid();
    }
    match run(parent_library) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(EXIT_ERROR)),
        Err(error) => {
            complain(error.as_ref());
            ExitCode::from(EXIT_ERROR)
        }
    }
}

fn run(parent_library: Option<OsString>) -> Result<i32, Box<dyn Error>> {
    let path = library_path(parent_library)?;
    let shown = path.display();
    // SAFETY: the library's initialisers are Rust's and those of the C code in it, all plain data.
    let library = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) }
        .map_err(|error| format!("the library `{shown}` could not be loaded: {}\n\n{REMEDY}", causes(&error)))?;
    // SAFETY: the two types are those of the header.
    let (abi, uv_main) = unsafe {
        let symbols = library.get::<Abi>(c"uvffi_abi").and_then(|abi| Ok((abi, library.get::<Main>(c"uvffi_main")?)));
        symbols.map_err(|error| format!("the library `{shown}` is not uvffi's: {}\n\n{REMEDY}", causes(&error)))?
    };
    // SAFETY: takes nothing and may be called at any time.
    let found = unsafe { abi() };
    if found != ABI {
        let message = format!("the library `{shown}` has ABI version {found}, this launcher needs {ABI}\n\n{REMEDY}");
        return Err(message.into());
    }
    // A server's own words are there for their place alone.
    let words = env::args_os().filter(|_| env::var_os(SERVER).is_none());
    let words: Vec<CString> = words.map(|word| CString::new(word.into_vec())).collect::<Result<_, _>>()?;
    let argv: Vec<*const c_char> = words.iter().map(|word| word.as_ptr()).chain([ptr::null()]).collect();
    // SAFETY: NUL-terminated strings that outlive the call, on the only thread.
    let code = unsafe { uv_main(i32::try_from(words.len())?, argv.as_ptr()) };
    // The process ends here: taking the library apart first would only cost time.
    std::mem::forget(library);
    Ok(code)
}

const REMEDY: &str = "hint: Install uvffi again, so that launcher and library are of one build, or set UVFFI_LIBRARY";

/// The loader's own words are in the last of these.
fn causes(error: &dyn Error) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The parent's library, the user's, or the one beside this executable.
fn library_path(parent_library: Option<OsString>) -> Result<PathBuf, Box<dyn Error>> {
    let named = parent_library.or_else(|| env::var_os(LIBRARY));
    if let Some(named) = named.filter(|value| !value.is_empty()) {
        return Ok(named.into());
    }
    let this = env::current_exe()?;
    let beside = this.with_file_name(FILE_NAME);
    if beside.is_file() {
        return Ok(beside);
    }
    Ok(this.canonicalize()?.with_file_name(FILE_NAME))
}

fn take_variable(name: &str) -> Option<OsString> {
    let value = env::var_os(name)?;
    // SAFETY: no other thread yet.
    unsafe { env::remove_var(name) };
    Some(value)
}

/// As uv words an error; this is not a host's process, so it may speak.
#[expect(clippy::print_stderr)]
fn complain(error: &dyn Error) {
    eprintln!("error: uvffi-launcher: {error}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_header_has_the_same_abi() {
        let header = include_str!("../../include/uvffi.h");
        assert!(header.contains(&format!("#define UVFFI_ABI {}\n", super::ABI)));
    }
}
