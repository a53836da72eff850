//! uv's installer as a library: one resident engine in any process, behind the small C ABI of `include/uvffi.h`.
//!
//! A call comes in at [`abi`] and is answered from memory by [`recall`], if what that answer rests on holds: see
//! [`truth`] and [`inventory`]. Else it becomes a [`request`] and is answered by the [`engine`]: resident where it can,
//! by the [`child`] where it must. What re-expresses uv's own commands stands in [`uvlike`].

mod abi;
mod answers;
mod beside;
mod buffer;
mod call;
mod calls;
mod change;
mod child;
mod clients;
mod delta;
mod engine;
mod environment;
mod failure;
mod fault;
mod fields;
mod flags;
mod freshness;
mod frozen_env;
mod inventory;
mod listed;
mod lock;
mod notice;
mod output;
mod own;
mod panics;
mod paranoid;
mod query;
mod recall;
mod reply;
mod request;
mod reroute;
mod route;
#[cfg(test)]
mod scratch;
mod sentinel;
mod source;
mod status;
mod sys;
mod targets;
mod trace;
mod transaction;
mod truth;
mod uvlike;
mod warm;
mod work;
