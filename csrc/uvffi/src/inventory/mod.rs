//! What is installed in an Environment, as the disk says: remembered, and proved before each use.
//!
//! A [`Root`] is one site-packages directory with its listing; an [`Entry`] is one name in it; a [`Reading`] is what an
//! entry held when it was read. One stat proves a listing; an entry is read when an answer needs it, and a few stats
//! prove that. A [`Look`] is one call's use of it all, and its [`Basis`] what the call's answer depends on.

mod basis;
mod entry;
mod figures;
mod installed;
mod listing;
mod log;
mod look;
mod past;
mod picture;
mod reading;
mod root;
mod roots;

pub(crate) use basis::Basis;
pub(crate) use figures::figures;
pub(crate) use installed::Installed;
pub(crate) use look::{Found, Look};
pub(crate) use past::came_back;
pub(crate) use picture::Picture;
pub(crate) use reading::Reading;
pub(crate) use root::{Numbers, Root};
pub(crate) use roots::{Claim, Inventory, all_roots, changes, claim_known, forget, forget_all, mark};

#[cfg(test)]
mod tests;
