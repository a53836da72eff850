//! The file this library was loaded from.

use std::ffi::{CStr, OsStr, c_void};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The file this library was loaded from, as an absolute path.
pub(crate) fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            // A function that is not exported: another build of this library in the same process can't stand in for it.
            let address = library as fn() -> Option<&'static Path> as *const c_void;
            // The linker keeps the name it was given. A relative one meant something in the directory of that moment.
            loaded_as(address).filter(|path| path.is_absolute()).or_else(|| mapped_at(address as usize))
        })
        .as_deref()
}

fn loaded_as(address: *const c_void) -> Option<PathBuf> {
    let mut info = MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: `info` is filled if the result is not 0; the name lives as long as the library, and is copied.
    unsafe {
        if libc::dladdr(address, info.as_mut_ptr()) == 0 {
            return None;
        }
        let name = info.assume_init().dli_fname;
        (!name.is_null()).then(|| PathBuf::from(OsStr::from_bytes(CStr::from_ptr(name).to_bytes())))
    }
}

/// The file mapped at an address, from the kernel's own list (Linux; nothing elsewhere).
fn mapped_at(address: usize) -> Option<PathBuf> {
    let maps = std::fs::read("/proc/self/maps").ok()?;
    maps.split(|byte| *byte == b'\n').find_map(|line| {
        let path = line.iter().position(|byte| *byte == b'/')?;
        let (start, rest) = str::from_utf8(&line[..path]).ok()?.split_once('-')?;
        let (end, _) = rest.split_once(' ')?;
        let start = usize::from_str_radix(start, 16).ok()?;
        let end = usize::from_str_radix(end, 16).ok()?;
        (start..end).contains(&address).then(|| PathBuf::from(OsStr::from_bytes(&line[path..])))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_find_the_same_file() {
        let address = mapped_at as fn(usize) -> Option<PathBuf> as *const c_void;
        let this = std::env::current_exe().unwrap();
        assert_eq!(mapped_at(address as usize).as_deref(), Some(this.as_path()));
        assert_eq!(loaded_as(address).unwrap().file_name(), this.file_name());
        assert_eq!(library(), Some(this.as_path()));
    }
}
