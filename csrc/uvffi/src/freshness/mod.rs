//! How long the indexes' facts behind a resolve may be trusted: [`IndexFacts`] of one call, built on what was [`Seen`]
//! in all of them.
//!
//! 1. A call begins its facts and lets them watch its HTTP client: an [`observer`] notes what each real [`answer`] of
//!    a server says of how long it may be kept. Nothing is heard of what uv takes from its disk cache.
//! 2. For each name that the resolver asks about, [`Asking`] says which pages of which indexes it stands on, before
//!    uv looks; once uv has its versions, each page is trusted as long as the answer in this call said, or the one in
//!    an earlier call that uv still has on disk, or else for the allowance of [`allowance`].
//! 3. The earliest of these moments is how long the answer may be given again. Where uv itself would ask anew at the
//!    next call, there is none.

mod allowance;
mod answer;
mod asking;
mod facts;
mod keep;
#[cfg(test)]
mod loopback;
mod moment;
mod observer;
mod page;
mod seen;

pub(crate) use asking::{Asking, Scope};
pub(crate) use facts::IndexFacts;
pub(crate) use moment::Moment;
pub(crate) use seen::Seen;
