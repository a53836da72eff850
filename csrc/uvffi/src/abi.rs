//! The C entries, as `include/uvffi.h` declares them. Nothing else in this crate knows about C.
//!
//! Each is the same three steps: take what C gave, let Rust answer inside [`panics::catch`], hand over the text.
//! The caller's thread may have a small stack: it reads the request and waits, the work is done on the engine's.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, OsStr, OsString, c_char};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;
use std::slice;
use std::sync::LazyLock;
use std::time::Duration;

use crate::buffer::Buffer;
use crate::calls::{self, Pulled};
use crate::child;
use crate::delta::Delta;
use crate::engine;
use crate::fault::Fault;
use crate::panics;
use crate::query;
use crate::recall::Answer;
use crate::trace;
use crate::truth::Door;

/// `UVFFI_ABI` of the header.
pub(crate) const ABI: u32 = 1;

/// No request is this long: a greater length is one that was never set.
const LONGEST: usize = 64 << 20;

const ANSWERED: i32 = 0;
const FAULT: i32 = -1;
const NOWHERE: i32 = -2;

/// No event within the time.
const NOTHING: i32 = 1;

/// The call is committing.
const TOO_LATE: i32 = 1;

/// What a process ends with whose main thread panicked.
const PANICKED: i32 = 101;

/// How long a process that ends waits for what is told of it to be written.
const WRITTEN: Duration = Duration::from_millis(200);

/// What a server ends with that could not begin.
const UNSERVED: i32 = 2;

static VERSION: LazyLock<CString> = LazyLock::new(|| {
    let text = format!("uvffi {} (uv {})", env!("CARGO_PKG_VERSION"), uv_version::version());
    CString::new(text).unwrap_or_default()
});

#[unsafe(no_mangle)]
extern "C" fn uvffi_abi() -> u32 {
    ABI
}

#[unsafe(no_mangle)]
extern "C" fn uvffi_version() -> *const c_char {
    panics::silence();
    panics::catch(|| VERSION.as_ptr()).unwrap_or(c"uvffi".as_ptr())
}

/// # Safety
/// `req` is NULL or has `n` readable bytes; `out` is NULL or writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_run(req: *const c_char, n: usize, out: *mut Buffer) -> i32 {
    // SAFETY: the caller's promise, passed on.
    unsafe { answer(req, n, out, |text| calls::run(Door::Run, text)) }
}

/// # Safety
/// `req` is NULL or has `n` readable bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_start(req: *const c_char, n: usize) -> u64 {
    panics::silence();
    trace::begin();
    // SAFETY: the caller's promise, passed on.
    panics::catch(|| calls::start(unsafe { text(req, n) })).unwrap_or_else(|fault| calls::start(Err(fault)))
}

/// # Safety
/// `out` is NULL or writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_wait(call: u64, timeout_ms: u32, out: *mut Buffer) -> i32 {
    if out.is_null() {
        return NOWHERE;
    }
    let (code, text) = match panics::catch(|| calls::wait(call, Duration::from_millis(timeout_ms.into()))) {
        Ok(Some(Pulled::Event(json) | Pulled::End(json))) => (ANSWERED, Some(json)),
        Ok(Some(Pulled::Nothing)) => (NOTHING, None),
        Ok(None) => (FAULT, Some(Answer::fault(no_such_call(call).into()).json)),
        Err(fault) => (FAULT, Some(Answer::fault(fault.into()).json)),
    };
    // SAFETY: not NULL, and the caller's promise.
    unsafe { out.write(text.map_or(Buffer::EMPTY, |text| Buffer::of(text.into()))) };
    code
}

#[unsafe(no_mangle)]
extern "C" fn uvffi_cancel(call: u64) -> i32 {
    match panics::catch(|| calls::cancel(call)) {
        Ok(Some(true)) => ANSWERED,
        Ok(Some(false)) => TOO_LATE,
        Ok(None) | Err(_) => FAULT,
    }
}

fn no_such_call(call: u64) -> Fault {
    Fault::new("no-such-call", format!("There is no call {call}, or its final event was given already"))
}

/// # Safety
/// As for [`uvffi_run`].
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_query(req: *const c_char, n: usize, out: *mut Buffer) -> i32 {
    // SAFETY: the caller's promise, passed on.
    unsafe { answer(req, n, out, |text| calls::run(Door::Query, text)) }
}

/// # Safety
/// As for [`uvffi_run`].
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_patch(delta: *const c_char, n: usize, out: *mut Buffer) -> i32 {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        answer(delta, n, out, |text| match Delta::parse(text) {
            Ok(delta) => Answer { json: query::to_json(delta.apply()).into(), fault: false },
            Err(fault) => Answer::fault(fault.into()),
        })
    }
}

/// # Safety
/// `buf` is NULL, or was filled by one of the functions above, or is zeroed.
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_free(buf: *mut Buffer) {
    // SAFETY: the caller's promise; `data` came from `Buffer::of`, which allocates `len + 1` bytes.
    unsafe {
        if buf.is_null() {
            return;
        }
        let Buffer { data, len } = buf.replace(Buffer::EMPTY);
        if !data.is_null() {
            drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(data.cast::<u8>(), len + 1)));
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn uvffi_shutdown(timeout_ms: u32) -> i32 {
    panics::silence();
    match panics::catch(|| shut_down(Duration::from_millis(timeout_ms.into()))) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(_) => -1,
    }
}

fn shut_down(timeout: Duration) -> bool {
    let is_at_rest = engine::shutdown(timeout);
    trace::flush(timeout.min(WRITTEN));
    is_at_rest
}

/// # Safety
/// `argv` has `argc` NUL-terminated strings, and no other thread is running.
#[unsafe(no_mangle)]
unsafe extern "C" fn uvffi_main(argc: i32, argv: *const *const c_char) -> i32 {
    let main = || {
        let argc = if argv.is_null() { 0 } else { usize::try_from(argc).unwrap_or(0) };
        let words: Vec<OsString> = (0..argc)
            // SAFETY: the caller's promise.
            .map(|at| unsafe { CStr::from_ptr(*argv.add(at)) })
            .map(|word| OsStr::from_bytes(word.to_bytes()).to_owned())
            .collect();
        let words = match argc {
            0 => match child::serve() {
                Ok(Some(words)) => words,
                Ok(None) => return 0,
                Err(_) => return UNSERVED,
            },
            _ => words,
        };
        match child::to_prepare() {
            Ok(None) => {}
            Ok(Some(cache)) => {
                trace::begin();
                let code = child::prepare_here(words, &cache);
                trace::flush(WRITTEN);
                return code;
            }
            Err(_) => return UNSERVED,
        }
        let code = trace::whole(&words, || {
            // SAFETY: the caller's promise of being alone; uv sets a variable before its first thread.
            unsafe { uvffi_main::main(words.clone()) }
        });
        // An exit code can't be read, only compared.
        (0..=u8::MAX).find(|number| ExitCode::from(*number) == code).map_or(1, i32::from)
    };
    std::panic::catch_unwind(main).unwrap_or(PANICKED)
}

/// # Safety
/// As for [`uvffi_run`].
unsafe fn answer(req: *const c_char, n: usize, out: *mut Buffer, give: impl FnOnce(&str) -> Answer) -> i32 {
    if out.is_null() {
        return NOWHERE;
    }
    panics::silence();
    trace::begin();
    let answer = panics::catch(|| {
        // SAFETY: the caller's promise, passed on.
        match unsafe { text(req, n) } {
            Ok(text) => give(text),
            Err(fault) => Answer::fault(fault.into()),
        }
    })
    .unwrap_or_else(|fault| Answer::fault(fault.into()));
    // SAFETY: not NULL, and the caller's promise; what is there is not dropped, it may be anything.
    unsafe { out.write(Buffer::of(answer.json.into())) };
    if answer.fault { FAULT } else { ANSWERED }
}

/// # Safety
/// `req` is NULL or has `n` readable bytes for `'a`.
unsafe fn text<'a>(req: *const c_char, n: usize) -> Result<&'a str, Fault> {
    if req.is_null() {
        return Err(Fault::new("null-pointer", "The request is a NULL pointer"));
    }
    if n == 0 || n > LONGEST {
        return Err(Fault::new(
            "bad-length",
            format!("The request's length is {n}; it must be from 1 to {LONGEST} bytes"),
        ));
    }
    // SAFETY: not NULL, far below `isize::MAX`, and the caller's promise.
    let bytes = unsafe { slice::from_raw_parts(req.cast::<u8>(), n) };
    str::from_utf8(bytes).map_err(|error| Fault::new("bad-utf8", format!("The request is not UTF-8: {error}")))
}

#[cfg(test)]
#[path = "abi_tests.rs"]
mod tests;
