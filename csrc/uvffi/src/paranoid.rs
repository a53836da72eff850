//! `UVFFI_PARANOID`: every remembered answer is also computed the long way, and compared. The computed one is given.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

/// How many differences `status` tells of.
const KEPT: usize = 20;

static COMPARED: AtomicU64 = AtomicU64::new(0);
static DIFFERENT: AtomicU64 = AtomicU64::new(0);
static LAST: Mutex<VecDeque<Value>> = Mutex::new(VecDeque::new());

/// `1`, or the file that differences are appended to; asked once.
fn setting() -> Option<&'static str> {
    static SETTING: OnceLock<Option<String>> = OnceLock::new();
    SETTING
        .get_or_init(|| std::env::var("UVFFI_PARANOID").ok().filter(|value| !value.is_empty() && value != "0"))
        .as_deref()
}

pub(crate) fn is_on() -> bool {
    setting().is_some()
}

/// Compares an answer that was remembered with the one computed just now.
pub(crate) fn compare(request: &str, remembered: &str, computed: &str) {
    COMPARED.fetch_add(1, Ordering::Relaxed);
    let [remembered, computed] = [remembered, computed].map(|text| serde_json::from_str(text).unwrap_or(Value::Null));
    if timeless(remembered.clone()) == timeless(computed.clone()) {
        return;
    }
    DIFFERENT.fetch_add(1, Ordering::Relaxed);
    let difference = json!({ "request": request, "remembered": remembered, "computed": computed });
    if let Some(path) = setting().filter(|setting| *setting != "1").map(PathBuf::from)
        && let Ok(mut file) = OpenOptions::new().create(true).append(true).open(path)
    {
        // It is in the status, too.
        let _ = writeln!(file, "{difference}");
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.push_back(difference);
    if last.len() > KEPT {
        last.pop_front();
    }
}

/// Figures for `status`.
pub(crate) fn status() -> Value {
    json!({
        "on": is_on(),
        "compared": COMPARED.load(Ordering::Relaxed),
        "differences": DIFFERENT.load(Ordering::Relaxed),
        "last": LAST.try_lock().map(|last| last.iter().cloned().collect::<Vec<_>>()).unwrap_or_default(),
    })
}

/// Without the times that uv's text tells: `in 12ms`, `in 1.20s`.
fn timeless(mut answer: Value) -> Value {
    for name in ["stdout", "stderr"] {
        if let Some(Value::String(text)) = answer.get_mut(name) {
            let lines = text.lines().map(|line| match line.rsplit_once(" in ") {
                Some((before, took)) if is_time(took) => before,
                _ => line,
            });
            *text = lines.collect::<Vec<_>>().join("\n");
        }
    }
    answer
}

fn is_time(text: &str) -> bool {
    let digits = text.trim_end_matches(['m', 's', ' ']);
    digits.len() < text.len() && digits.starts_with(|char: char| char.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_no_difference() {
        let told = |text: &str| timeless(json!({ "stderr": text, "exit_code": 0 }));
        assert_eq!(told("Checked 1 package in 3ms\n"), told("Checked 1 package in 0.52ms\n"));
        assert_eq!(told("Resolved 2 packages in 1m 2s\n"), told("Resolved 2 packages in 1.20s\n"));
        assert_ne!(told("Checked 1 package in 3ms\n"), told("Checked 2 packages in 3ms\n"));
        assert_ne!(told("Skipped in part"), told("Skipped in whole"));
    }
}
