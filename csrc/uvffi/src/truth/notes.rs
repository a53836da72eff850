use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::footing::Footing;
use super::verdict::Verdict;
use super::view::{View, all_variables, view};
use super::witness::{Reach, Witness, Witnesses, moment};
use super::{ground, interpreter, mounts};
use crate::freshness::Moment;
use crate::inventory::Basis;
use crate::sys;

/// What a call finds out about its own answer: on what it rests, or why it can't be remembered.
#[derive(Debug)]
pub(crate) struct Notes {
    view: Option<View>,
    mounts: Option<u64>,
    began: i64,
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Why the answer is not to be remembered.
    spoiled: Option<&'static str>,
    ground: Vec<Witnesses>,
    single: Vec<Arc<Witness>>,
    variables: Option<Arc<[u8]>>,
    deadline: Option<Moment>,
    basis: Option<Basis>,
}

impl Notes {
    /// Begins before anything is read.
    pub(crate) fn begin() -> Self {
        if sys::forked() {
            return Self::spoiled("this process is a fork");
        }
        let notes = Self { mounts: mounts::epoch(), view: view(), began: moment(), noted: Mutex::default() };
        match notes.view.as_ref().and_then(ground::of) {
            Some(ground) => notes.noted().ground.push(ground),
            None => notes.spoil("the directory or its configuration files can't be witnessed"),
        }
        notes
    }

    /// Of an answer that is not to be remembered whatever it rests on: nothing is looked at.
    pub(crate) fn spoiled(reason: &'static str) -> Self {
        let notes = Self { view: None, mounts: None, began: 0, noted: Mutex::default() };
        notes.spoil(reason);
        notes
    }

    /// The answer is not to be remembered; the first reason stays.
    pub(crate) fn spoil(&self, reason: &'static str) {
        self.noted().spoiled.get_or_insert(reason);
    }

    /// A file or directory that is about to be read.
    pub(crate) fn about_to_read(&self, path: &Path) {
        self.add(Witness::of(path, Reach::Behind));
    }

    /// One that was read since the call began.
    pub(crate) fn has_read(&self, path: &Path) {
        self.add(Witness::of_what_was_read(path, Reach::Behind, self.began));
    }

    /// The variables that the answer may depend on are all there are.
    pub(crate) fn reads_variables(&self) {
        self.noted().variables.get_or_insert_with(|| all_variables().into());
    }

    /// The interpreter that was found, by the words or variables that named it.
    pub(crate) fn interpreter(&self, found: &interpreter::Found<'_>) {
        match interpreter::witnesses(found, self.began) {
            Ok(Some(witnesses)) => self.noted().ground.push(witnesses),
            Ok(None) => self.spoil("the interpreter was searched for"),
            Err(_) => self.spoil("the interpreter can't be witnessed"),
        }
    }

    /// The answer rests on what is installed, and on the index until `deadline`, where it was asked.
    pub(crate) fn rest_on(&self, basis: Option<Basis>, deadline: Option<Moment>) {
        let mut noted = self.noted();
        match basis {
            Some(basis) => (noted.basis, noted.deadline) = (Some(basis), deadline),
            None => {
                noted.spoiled.get_or_insert("what is installed was changing, or is uv's to judge");
            }
        }
    }

    /// What was noted of settings, files and interpreter, if it can be remembered.
    pub(crate) fn footing(&self) -> Option<Footing> {
        let noted = self.noted();
        if noted.spoiled.is_some() {
            return None;
        }
        let mut witnesses = noted.ground.clone();
        if !noted.single.is_empty() {
            witnesses.push(noted.single.clone().into());
        }
        let (view, variables, mounts) = (self.view.clone()?, noted.variables.clone(), self.mounts);
        let footing = Footing { view, witnesses, variables, mounts };
        let trusted = footing.witnesses().all(|witness| witness.trust().is_some());
        trusted.then_some(footing)
    }

    /// The Verdict on this call.
    pub(crate) fn verdict(self, json: &str) -> Option<Verdict> {
        let footing = self.footing()?;
        let noted = self.noted.into_inner().unwrap_or_else(PoisonError::into_inner);
        Verdict::of(json, footing, noted.basis?, noted.deadline)
    }

    fn add(&self, witness: io::Result<Arc<Witness>>) {
        match witness {
            Ok(witness) => self.noted().single.push(witness),
            Err(_) => self.spoil("a file that was read can't be witnessed"),
        }
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
