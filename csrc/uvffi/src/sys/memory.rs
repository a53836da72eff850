use std::process;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// Whether this process was forked off the one that asked here first.
pub(crate) fn forked() -> bool {
    static MARK: OnceLock<Mark> = OnceLock::new();
    MARK.get_or_init(Mark::new).is_gone()
}

/// Something that a forked child does not have.
enum Mark {
    /// A page that the kernel gives to a child empty, however it was forked: asking costs a load.
    Page(&'static AtomicU32),
    /// Where there is no such page.
    Process(u32),
}

impl Mark {
    fn new() -> Self {
        match page() {
            Some(page) => {
                page.store(1, Ordering::Relaxed);
                Self::Page(page)
            }
            None => Self::Process(process::id()),
        }
    }

    fn is_gone(&self) -> bool {
        match self {
            Self::Page(page) => page.load(Ordering::Relaxed) == 0,
            Self::Process(number) => *number != process::id(),
        }
    }
}

fn page() -> Option<&'static AtomicU32> {
    const SIZE: usize = 4096;
    // SAFETY: a new private mapping, zeroed and aligned, which is never given back.
    unsafe {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        let page = libc::mmap(ptr::null_mut(), SIZE, access, flags, -1, 0);
        if page == libc::MAP_FAILED {
            return None;
        }
        if libc::madvise(page, SIZE, libc::MADV_WIPEONFORK) != 0 {
            libc::munmap(page, SIZE);
            return None;
        }
        Some(&*page.cast::<AtomicU32>())
    }
}

/// What is in a slot, or, where that does not fit, something new in its place. What was there stays where it is: a
/// process may have been forked off while somebody used it.
pub(crate) fn shared<T: Sync>(
    slot: &'static AtomicPtr<T>,
    fits: impl Fn(&T) -> bool,
    make: impl FnOnce() -> T,
) -> &'static T {
    let found = slot.load(Ordering::Acquire);
    // SAFETY: nothing but what is leaked below is ever put into the slot.
    if let Some(found) = unsafe { found.as_ref() }.filter(|found| fits(found)) {
        return found;
    }
    let made = Box::leak(Box::new(make()));
    match slot.compare_exchange(found, made, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => made,
        // SAFETY: as above; another thread was quicker.
        Err(other) => unsafe { &*other },
    }
}

/// Gives pages back to the system that the C library keeps though nothing is in them.
pub(crate) fn trim() {
    // SAFETY: no pointers are involved.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// How much memory the process has resident.
pub(crate) fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    // SAFETY: no pointers are involved.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages.unwrap_or(0) * u64::try_from(size).unwrap_or(4096)
}
