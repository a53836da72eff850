//! Trees that were live and may be again: how many are kept, and for how long.

use std::env;

use super::object::Object;
use super::place::Place;
use super::stages;
use super::trees::Trees;

const BYTES: u64 = 256 << 20;
const COUNT: usize = 64;

/// How much the Shelf of one environment may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) bytes: u64,
    pub(crate) count: usize,
}

impl Limit {
    /// By `UVFFI_SHELF_LIMIT` (bytes, or with `K`, `M`, `G`) and `UVFFI_SHELF_COUNT`.
    pub(crate) fn now() -> Self {
        let text = |name: &str| env::var(name).ok();
        Self {
            bytes: text("UVFFI_SHELF_LIMIT").and_then(|text| bytes(&text)).unwrap_or(BYTES),
            count: text("UVFFI_SHELF_COUNT").and_then(|text| text.trim().parse().ok()).unwrap_or(COUNT),
        }
    }
}

/// Whether outgoing trees are kept: not with `UVFFI_SHELF=0`, and only where the directory beside stays.
pub(crate) fn is_on(place: &Place) -> bool {
    place.store.stays && env::var_os("UVFFI_SHELF").is_none_or(|value| value != "0")
}

/// Lets the longest unused go until the rest is within the limit; gives back how many went.
pub(crate) fn prune(place: &Place, trees: &mut Trees, limit: Limit) -> usize {
    let mut shelved: Vec<(f64, Object, u64)> =
        trees.shelved().map(|tree| (tree.used, tree.object, tree.manifest.bytes())).collect();
    shelved.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut bytes, mut count, mut gone) = (0, 0, 0);
    for (_, object, size) in shelved {
        if count >= limit.count || bytes + size > limit.bytes {
            let_go(place, trees, object);
            gone += 1;
        } else {
            (bytes, count) = (bytes + size, count + 1);
        }
    }
    gone
}

fn let_go(place: &Place, trees: &mut Trees, object: Object) {
    trees.forget(&place.store, object);
    stages::remove(&place.store.on_shelf(object));
}

/// A size as people write it.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches(['B', 'b']).trim_end_matches(['i']);
    let (number, unit) = match text.char_indices().next_back()? {
        (at, 'K' | 'k') => (&text[..at], 10),
        (at, 'M' | 'm') => (&text[..at], 20),
        (at, 'G' | 'g') => (&text[..at], 30),
        _ => (text, 0),
    };
    number.trim().parse::<u64>().ok()?.checked_mul(1 << unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(bytes("1048576"), Some(1 << 20));
        assert_eq!(bytes("256M"), Some(256 << 20));
        assert_eq!(bytes(" 2 GiB "), Some(2 << 30));
        assert_eq!(bytes("4kb"), Some(4096));
        assert_eq!(bytes("much"), None);
    }
}
