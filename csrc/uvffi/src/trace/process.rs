use std::ffi::OsString;
use std::path::Path;

use serde_json::{Map, json};
use tracing::Level;

use super::told::{Kind, Thread, Told};
use super::{FILE, PATIENCE, chrome, file, lines, safe};
use crate::sys;

/// A process that becomes uv, from beginning to end, where `UVFFI_TRACE` asks for it: uv has a subscriber of its own,
/// so this is all that is told of it. Nothing here begins a thread, and nobody is told of a file that can't be written.
pub(crate) fn whole<T>(words: &[OsString], work: impl FnOnce() -> T) -> T {
    let named = std::env::var_os(FILE).filter(|value| !value.is_empty() && value != "0");
    let Some(path) = named.and_then(|named| std::path::absolute(Path::new(&named)).ok()) else { return work() };
    let words: Vec<String> = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let (start, thread) = (sys::since_boot(), Thread::this());
    let tell = |kind: Kind| {
        let mut fields = Map::new();
        fields.insert("request".to_owned(), json!(safe::shown(&words)));
        let (name, target, level, thread) = ("uv", "uvffi", Level::DEBUG, thread.clone());
        let told = Told { name, target, level, kind, call: 0, thread, start, fields };
        let names = |kind| if kind == Kind::Begin { chrome::names(&told.thread, true) } else { Vec::new() };
        let told = if file::is_chrome(&path) {
            [names(kind), vec![chrome::event(&told)]].concat()
        } else {
            lines::line(&told).into_iter().collect()
        };
        let _ = file::append(&path, &told, PATIENCE);
    };
    tell(Kind::Begin);
    let done = work();
    tell(Kind::End(sys::since_boot().saturating_sub(start)));
    done
}
