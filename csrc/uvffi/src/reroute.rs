use std::borrow::Cow;

use anstream::adapter::strip_str;

/// Why a Request can't be answered by the resident engine and goes to the Child instead.
///
/// Whoever returns one has changed nothing on disk but uv's cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reroute(pub(crate) Cow<'static, str>);

impl Reroute {
    pub(crate) fn because(reason: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason.into();
        // Many a reason quotes an error of uv's, styled in parts.
        Self(if reason.contains('\x1b') { strip_str(&reason).to_string().into() } else { reason })
    }
}
