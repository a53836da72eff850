//! uvffi's own crate with the interface of uv-warnings.
//!
//! uv's crates warn by writing to standard error. A library must not: here a warning goes to the sink that the
//! host's engine installs, and to standard error only where none is installed (uv in a process of its own).

mod chain;
mod sink;

// The macros below name these two through `$crate`, as uv's own do.
pub use anstream;
pub use owo_colors;

pub use chain::write_warning_chain;
pub use sink::{ENABLED, Sink, WARNINGS, Warning, disable, emit, enable, set_sink};

/// Warns the user, if warnings are enabled.
#[macro_export]
macro_rules! warn_user {
    ($($arg:tt)*) => {{
        // uv's call sites style their arguments with this trait and count on the macro to bring it.
        #[allow(unused_imports)]
        use $crate::owo_colors::OwoColorize as _;
        if $crate::ENABLED.load(::std::sync::atomic::Ordering::Relaxed) {
            $crate::emit($crate::Warning::Always(&::std::format!($($arg)*)));
        }
    }};
}

/// Warns the user, if warnings are enabled, unless the same words were said before.
#[macro_export]
macro_rules! warn_user_once {
    ($($arg:tt)*) => {{
        #[allow(unused_imports)]
        use $crate::owo_colors::OwoColorize as _;
        if $crate::ENABLED.load(::std::sync::atomic::Ordering::Relaxed) {
            $crate::emit($crate::Warning::Once(&::std::format!($($arg)*)));
        }
    }};
}
