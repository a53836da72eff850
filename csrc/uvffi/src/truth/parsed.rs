//! The last requests as they were parsed: a few, since settings are large.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::view::View;
use crate::uvlike::flow::Parsed;

const KEPT: usize = 64;

static LAST: Mutex<VecDeque<(Box<str>, Arc<Parsed>)>> = Mutex::new(VecDeque::new());

/// The request as it was parsed in this view of the process.
pub(crate) fn parsed(request: &str, view: &View) -> Option<Arc<Parsed>> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let at = position(&last, request, view)?;
    let found = last.remove(at)?;
    let parsed = found.1.clone();
    last.push_front(found);
    Some(parsed)
}

/// Keeps a request.
pub(crate) fn keep(request: &str, parsed: Parsed) {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = position(&last, request, &parsed.footing.view) {
        last.remove(at);
    }
    last.push_front((request.into(), Arc::new(parsed)));
    last.truncate(KEPT);
}

/// Drops all.
pub(crate) fn forget() {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn position(last: &VecDeque<(Box<str>, Arc<Parsed>)>, request: &str, view: &View) -> Option<usize> {
    last.iter().position(|(known, parsed)| **known == *request && parsed.footing.view == *view)
}
