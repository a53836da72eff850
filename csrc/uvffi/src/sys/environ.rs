use std::ffi::{CStr, CString, OsStr, OsString, c_char};
use std::ptr;

use super::Alone;

unsafe extern "C" {
    // Not `static` alone: the C library moves the list.
    static mut environ: *const *const c_char;
}

/// Calls `look` with each variable of the process, as `NAME=VALUE`.
///
/// The standard library's own way makes two strings of each, which is more than all the rest of a remembered answer.
/// Like it, this must not run while the host changes a variable on another thread.
pub(crate) fn each_variable(mut look: impl FnMut(&[u8])) {
    // SAFETY: the C library's list of C strings, with NULL at its end; NULL itself after clearenv(3).
    unsafe {
        let mut at = (&raw const environ).read();
        while !at.is_null() && !(*at).is_null() {
            look(CStr::from_ptr(*at).to_bytes());
            at = at.add(1);
        }
    }
}

/// Makes these the variables of the process, `NAME=VALUE` each. What is given is never given back.
pub(crate) fn set_variables(_: &Alone, variables: Vec<CString>) {
    // SAFETY: no other thread; the C library copies a list that is not its own before it changes it.
    unsafe { (&raw mut environ).write(leaked(variables).as_ptr()) };
}

/// Takes a variable away.
pub(crate) fn take_variable(_: &Alone, name: &str) -> Option<OsString> {
    let value = std::env::var_os(name)?;
    // SAFETY: no other thread.
    unsafe { std::env::remove_var(name) };
    Some(value)
}

/// Gives a variable a value.
pub(crate) fn set_variable(_: &Alone, name: &str, value: &OsStr) {
    // SAFETY: as above.
    unsafe { std::env::set_var(name, value) };
}

/// The strings as C has them, with NULL after the last, for ever.
pub(super) fn leaked(strings: Vec<CString>) -> &'static [*const c_char] {
    let strings: Vec<&'static CStr> =
        strings.into_iter().map(|string| &*Box::leak(string.into_boxed_c_str())).collect();
    Vec::leak(strings.into_iter().map(CStr::as_ptr).chain([ptr::null()]).collect())
}
