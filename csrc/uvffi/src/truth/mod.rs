//! Remember everything, trust nothing: answers of earlier calls, given again only after what they depended on has been
//! looked at.
//!
//! A [`Verdict`] is an answer with its [`Witness`]es. A Witness is one fact on disk, known again by the [`identity`] of
//! an object; [`trust`] says when an equal identity means that nothing changed. The [`memory`] finds a Verdict by the
//! request's text and the [`view`] of the process. [`descriptors`] make the questions faster and [`mounts`] make them
//! right.

mod clock;
pub(crate) mod descriptors;
mod filesystem;
mod footing;
mod ground;
mod identity;
mod interpreter;
pub(crate) mod memory;
pub(crate) mod mounts;
mod notes;
mod recent;
mod trust;
mod verdict;
mod view;
mod witness;

pub(crate) use footing::Footing;
pub(crate) use identity::{Identity, identity_behind, identity_of_descriptor, same_object};
pub(crate) use interpreter::Found as FoundInterpreter;
pub(crate) use memory::Door;
pub(crate) use notes::Notes;
pub(crate) use recent::Recent;
pub(crate) use trust::Trust;
pub(crate) use verdict::Verdict;
pub(crate) use view::{View, view};
pub(crate) use witness::{Held, Reach, Witness, c_path, moment};
