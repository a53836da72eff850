//! Numbered points at which a test makes the process die, or an operation fail. Only with the feature `faults`.

#[cfg(not(feature = "faults"))]
#[inline(always)]
#[allow(clippy::unnecessary_wraps)]
pub(crate) fn point(_name: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(feature = "faults")]
pub(crate) use armed::point;

#[cfg(feature = "faults")]
mod armed {
    use std::collections::HashMap;
    use std::io::{self, Write};
    use std::sync::{LazyLock, Mutex, PoisonError};
    use std::time::Duration;

    /// What `UVFFI_TEST_FAULT` says: `step.before@3=kill`.
    struct Fault {
        point: String,
        count: u32,
        what: String,
    }

    static FAULT: LazyLock<Option<Fault>> = LazyLock::new(|| {
        let text = std::env::var("UVFFI_TEST_FAULT").ok()?;
        let (at, what) = text.split_once('=')?;
        let (point, count) = at.split_once('@').unwrap_or((at, "1"));
        Some(Fault { point: point.to_owned(), count: count.parse().ok()?, what: what.to_owned() })
    });
    static PASSED: Mutex<Option<HashMap<String, u32>>> = Mutex::new(None);

    /// Passes a point: logged, and the fault done if it is the one.
    pub(crate) fn point(name: &str) -> io::Result<()> {
        let count = {
            let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
            let count = passed.get_or_insert_default().entry(name.to_owned()).or_insert(0);
            *count += 1;
            *count
        };
        let fault = FAULT.as_ref().filter(|fault| fault.point == name && fault.count == count);
        let Some(fault) = fault else {
            log(&format!("{name} {count}\n"));
            return Ok(());
        };
        log(&format!("{name} {count} {}\n", fault.what));
        let number = match fault.what.as_str() {
            "kill" => {
                crate::sys::kill_this_process();
                return Ok(());
            }
            "ENOSPC" => libc::ENOSPC,
            "EIO" => libc::EIO,
            "EACCES" => libc::EACCES,
            "EXDEV" => libc::EXDEV,
            what => {
                let pause = what.strip_prefix("pause:").and_then(|time| time.parse().ok()).unwrap_or(0);
                std::thread::sleep(Duration::from_millis(pause));
                return Ok(());
            }
        };
        Err(io::Error::from_raw_os_error(number))
    }

    fn log(line: &str) {
        let Some(path) = std::env::var_os("UVFFI_TEST_FAULT_LOG") else { return };
        if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
            let _ = file.write_all(line.as_bytes());
        }
    }
}
