use std::env;
use std::ffi::OsString;

use crate::fault::Fault;
use crate::request::{Request, Stdin};

/// `warm`: a server is kept, where it can be; `plain`, unset or empty: none is.
const VARIABLE: &str = "UVFFI_CHILD";

/// In which way a command may be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    Warm,
}

impl Way {
    /// Who reads the host's own input may ask on its terminal, which no server has.
    pub(super) fn of(request: &Request) -> Result<Self, Fault> {
        let way = read(env::var_os(VARIABLE))?;
        Ok(if request.stdin == Stdin::Inherit { Self::Plain } else { way })
    }
}

fn read(value: Option<OsString>) -> Result<Way, Fault> {
    let value = value.unwrap_or_default();
    match value.to_str() {
        Some("" | "plain") => Ok(Way::Plain),
        Some("warm") => Ok(Way::Warm),
        _ => {
            let message = format!("`{VARIABLE}` is to be `plain` or `warm`, found `{}`", value.to_string_lossy());
            Err(Fault::new("bad-request", message).hint(format!("Unset `{VARIABLE}`, or set it to one of the two")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_variable_may_be() {
        let read = |value: &str| read(Some(value.into()));
        assert_eq!(super::read(None), Ok(Way::Plain));
        assert_eq!(read(""), Ok(Way::Plain));
        assert_eq!(read("warm"), Ok(Way::Warm));
        assert_eq!(read("plain"), Ok(Way::Plain));
        for wrong in ["off", "Plain", "1"] {
            let fault = read(wrong).unwrap_err();
            assert_eq!(fault.code, "bad-request");
            assert!(fault.message.contains(&format!("`{wrong}`")), "{fault:?}");
        }
    }

    #[test]
    fn a_terminal_is_for_a_plain_process() {
        let request = Request { stdin: Stdin::Inherit, ..Request::default() };
        assert_eq!(Way::of(&request), Ok(Way::Plain));
    }
}
