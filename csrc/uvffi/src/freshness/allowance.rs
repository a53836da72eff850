//! How long a page is trusted that uv took from its disk cache, where no answer for it was seen in this process.

use std::ffi::OsString;
use std::time::Duration;

use crate::fault::Fault;

/// Whole seconds from the call's start; 0: never, only what an index was heard to say counts. Unset or empty: 60.
const VARIABLE: &str = "UVFFI_INDEX_FRESHNESS";

const DEFAULT: Duration = Duration::from_mins(1);

/// The allowance of a call that begins now. What is no number fails the call, as for uv's own variables.
pub(super) fn allowance() -> Result<Duration, Fault> {
    read(std::env::var_os(VARIABLE))
}

fn read(value: Option<OsString>) -> Result<Duration, Fault> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(DEFAULT) };
    let malformed = |found: &str| {
        let message = format!("`{VARIABLE}` is to be whole seconds, found `{}`: {found}", value.to_string_lossy());
        Fault::new("bad-request", message).hint(format!("Unset `{VARIABLE}`, or set it to 0 or more seconds"))
    };
    let text = value.to_str().ok_or_else(|| malformed("it is not UTF-8"))?;
    text.parse().map(Duration::from_secs).map_err(|error: std::num::ParseIntError| malformed(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn what_the_variable_may_be() {
        let read = |value: &str| read(Some(value.into()));
        assert_eq!(super::read(None), Ok(Duration::from_secs(60)));
        assert_eq!(read(""), Ok(Duration::from_secs(60)));
        assert_eq!(read("0"), Ok(Duration::ZERO));
        assert_eq!(read("7"), Ok(Duration::from_secs(7)));
        for wrong in ["soon", "-1", "1.5", " 1", "1s", "99999999999999999999"] {
            let fault = read(wrong).unwrap_err();
            assert_eq!(fault.code, "bad-request");
            assert!(fault.message.contains(VARIABLE) && fault.message.contains(&format!("`{wrong}`")), "{fault:?}");
        }
        assert!(super::read(Some(OsString::from_vec(vec![b'6', 0xff]))).is_err());
    }
}
