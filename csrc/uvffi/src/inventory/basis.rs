use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uv_normalize::PackageName;

use super::entry::Entry;
use super::reading::Reading;
use super::root::Root;
use crate::truth::{Held, Witness};

/// What is installed, as far as an answer depended on it.
#[derive(Debug)]
pub(crate) struct Basis {
    roots: Box<[Stood]>,
    readings: Box<[Arc<Reading>]>,
    /// That another path leads to one of the roots.
    alias: Option<Arc<Witness>>,
    deep: bool,
}

/// How a root stood.
#[derive(Debug)]
pub(super) struct Stood {
    root: Arc<Root>,
    /// The root's number when the names were last compared.
    number: AtomicU64,
    names: Box<[Named]>,
    /// Whether any other name counts too.
    all: bool,
}

/// A name that was asked for, and its entries, mostly one or none.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: PackageName,
    pub(super) entries: Box<[Arc<Entry>]>,
}

impl Basis {
    pub(super) fn new(
        roots: Box<[Stood]>,
        readings: Box<[Arc<Reading>]>,
        alias: Option<Arc<Witness>>,
        deep: bool,
    ) -> Self {
        Self { roots, readings, alias, deep }
    }

    /// Whether every reading may be remembered.
    pub(crate) fn is_trusted(&self) -> bool {
        self.readings.iter().all(|reading| reading.is_trusted())
            && self.alias.iter().all(|witness| witness.trust().is_some())
    }

    /// Whether the roots have the same distributions of the names that count. The readings' own witnesses are to be
    /// asked besides.
    pub(crate) fn holds(&self) -> Held {
        self.roots.iter().fold(Held::AtOnce, |held, stood| held.and(stood.holds()))
    }

    pub(crate) fn witnesses(&self) -> impl Iterator<Item = &Arc<Witness>> {
        self.readings.iter().flat_map(|reading| reading.witnesses(self.deep)).chain(&self.alias)
    }

    /// About how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        let names: usize = self.roots.iter().map(|stood| stood.names.len()).sum();
        size_of::<Self>() + self.roots.len() * size_of::<Stood>() + names * 64 + self.readings.len() * 8
    }
}

impl Stood {
    pub(super) fn new(root: Arc<Root>, number: u64, names: Box<[Named]>, all: bool) -> Self {
        Self { root, number: AtomicU64::new(number), names, all }
    }

    fn holds(&self) -> Held {
        let Ok(Some(proved)) = self.root.prove() else { return Held::No };
        let number = proved.number();
        if number == self.number.load(Ordering::Acquire) {
            return proved.held;
        }
        let same = !proved.is_odd()
            && (!self.all || proved.numbers().distributions == self.count())
            && self.names.iter().all(|named| proved.has_just(&named.name, &named.entries));
        if !same {
            return Held::No;
        }
        self.number.store(number, Ordering::Release);
        Held::Again
    }

    fn count(&self) -> usize {
        self.names.iter().map(|named| named.entries.len()).sum()
    }
}
