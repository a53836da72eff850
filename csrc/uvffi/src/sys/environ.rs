use std::ffi::{CStr, c_char};

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
