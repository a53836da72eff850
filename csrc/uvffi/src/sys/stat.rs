//! statx(2), which is the only call that tells when an object was born, and statfs(2).

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

/// Seconds since 1970, and nanoseconds.
pub(crate) type Time = (i64, u32);

/// What is asked of statx, and compared. `born` is (0, 0) where the filesystem doesn't keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) dev: (u32, u32),
    /// The mount through which it was reached.
    pub(crate) mount: u64,
    pub(crate) ino: u64,
    pub(crate) born: Time,
    pub(crate) size: u64,
    pub(crate) modified: Time,
    pub(crate) changed: Time,
    pub(crate) mode: u16,
}

const MASK: u32 = libc::STATX_BASIC_STATS | libc::STATX_BTIME | libc::STATX_MNT_ID;

/// What is at a path; `follow` goes through a link at its end.
pub(crate) fn stat(path: &CStr, follow: bool) -> io::Result<Stat> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is a C string.
    unsafe { statx(libc::AT_FDCWD, path.as_ptr(), flags) }
}

/// What has a name in a directory that is open; a link is not followed.
pub(crate) fn stat_in(directory: i32, name: &CStr) -> io::Result<Stat> {
    // SAFETY: the name is a C string.
    unsafe { statx(directory, name.as_ptr(), libc::AT_SYMLINK_NOFOLLOW) }
}

/// What a descriptor is open on.
pub(crate) fn stat_descriptor(number: i32) -> io::Result<Stat> {
    /// Kernels before 6.11 want an empty path in place of none, which costs a tenth more.
    static WANTS_PATH: AtomicBool = AtomicBool::new(false);

    if !WANTS_PATH.load(Ordering::Relaxed) {
        // SAFETY: no path is given, as the flag allows.
        match unsafe { statx(number, ptr::null(), libc::AT_EMPTY_PATH) } {
            Err(error) if error.raw_os_error() == Some(libc::EFAULT) => WANTS_PATH.store(true, Ordering::Relaxed),
            told => return told,
        }
    }
    // SAFETY: the path is a C string.
    unsafe { statx(number, c"".as_ptr(), libc::AT_EMPTY_PATH) }
}

/// The working directory, wherever it is by now.
pub(crate) fn stat_cwd() -> io::Result<Stat> {
    stat_descriptor(libc::AT_FDCWD)
}

/// # Safety
/// `path` is a C string, or NULL where `flags` allow it.
unsafe fn statx(at: i32, path: *const libc::c_char, flags: i32) -> io::Result<Stat> {
    let mut told = MaybeUninit::<libc::statx>::zeroed();
    // SAFETY: the caller's promise, and a buffer of the right type.
    let status = unsafe { libc::statx(at, path, flags, MASK, told.as_mut_ptr()) };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: filled by the kernel; zeroes are a value of this type too.
    let told = unsafe { told.assume_init() };
    let time = |time: libc::statx_timestamp| (time.tv_sec, time.tv_nsec);
    Ok(Stat {
        dev: (told.stx_dev_major, told.stx_dev_minor),
        mount: told.stx_mnt_id,
        ino: told.stx_ino,
        born: if told.stx_mask & libc::STATX_BTIME == 0 { (0, 0) } else { time(told.stx_btime) },
        size: told.stx_size,
        modified: time(told.stx_mtime),
        changed: time(told.stx_ctime),
        mode: told.stx_mode,
    })
}

/// The magic number of the filesystem that holds what is at a path.
pub(crate) fn filesystem(path: &CStr) -> io::Result<i64> {
    let mut told = MaybeUninit::<libc::statfs>::zeroed();
    // SAFETY: a C string, and a buffer of the right type.
    if unsafe { libc::statfs(path.as_ptr(), told.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: filled by the kernel; zeroes are a value of this type too.
    Ok(unsafe { told.assume_init() }.f_type)
}

/// The kernel's version, as far as two numbers tell it.
pub(crate) fn kernel() -> Option<(u32, u32)> {
    let mut told = MaybeUninit::<libc::utsname>::zeroed();
    // SAFETY: a buffer of the right type, filled with C strings where the call succeeds.
    let release = unsafe {
        if libc::uname(told.as_mut_ptr()) != 0 {
            return None;
        }
        CStr::from_ptr((*told.as_ptr()).release.as_ptr()).to_string_lossy().into_owned()
    };
    let mut numbers = release.split(|char: char| !char.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
