//! The words that the process was started with.

use std::ffi::{CString, c_char, c_int};
use std::io;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::Alone;
use super::environ::leaked;

/// Where the words that the process was started with are: the standard library gives them out from there.
static WORDS: AtomicPtr<*const c_char> = AtomicPtr::new(ptr::null_mut());

extern "C" fn note_words(_count: c_int, words: *mut *const c_char) {
    WORDS.store(words, Ordering::Relaxed);
}

/// glibc calls the functions of this list with what main gets.
#[cfg(target_env = "gnu")]
#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_WORDS: extern "C" fn(c_int, *mut *const c_char) = note_words;

/// Makes these the words that the process was started with, where it was started with as many or more.
pub(crate) fn set_words(_: &Alone, words: &[CString]) -> io::Result<()> {
    let place = WORDS.load(Ordering::Relaxed);
    if place.is_null() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let words = leaked(words.to_vec());
    // SAFETY: the kernel's own list, NULL at its end, which belongs to the process; no other thread reads it.
    unsafe {
        let room = (0..).take_while(|at| !(*place.add(*at)).is_null()).count();
        if words.len() - 1 > room {
            return Err(io::ErrorKind::ArgumentListTooLong.into());
        }
        ptr::copy_nonoverlapping(words.as_ptr(), place, words.len());
    }
    Ok(())
}
