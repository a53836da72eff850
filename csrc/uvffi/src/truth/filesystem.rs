//! How far the times of a filesystem can be trusted.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use super::identity::Identity;
use crate::sys;

/// Two changes within this long may leave the same time. `None`: another machine, or a program, keeps the
/// filesystem, and what it says may be old; nothing there is remembered.
pub(super) fn grain(path: &CStr, identity: &Identity) -> Option<Duration> {
    let grain = of_device(path, identity.dev)?;
    // A time without nanoseconds: an ext4 with small inodes, for one. Of a fine time this happens once in a billion.
    Some(if identity.changed.1 == 0 { grain.max(SECONDS) } else { grain })
}

/// Devices may have been mounted anew, under numbers that others had.
pub(super) fn forget() {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

const SECONDS: Duration = Duration::from_secs(2);

/// Kernels advance the time of changes by ticks, of which the slowest are a hundred a second.
const TICK: Duration = Duration::from_millis(10);

static KNOWN: LazyLock<Mutex<HashMap<Device, Option<Duration>>>> = LazyLock::new(Mutex::default);

type Device = (u32, u32);

fn of_device(path: &CStr, device: Device) -> Option<Duration> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(grain) = known.get(&device) {
        return *grain;
    }
    let grain = sys::filesystem(path).ok().and_then(|magic| of_magic(magic, sys::kernel().unwrap_or_default()));
    known.insert(device, grain);
    grain
}

/// By statfs(2)'s number. What is not listed is taken for remote.
fn of_magic(magic: i64, kernel: (u32, u32)) -> Option<Duration> {
    match magic {
        // ext2 to ext4, xfs, btrfs, tmpfs. From 6.13 on a time that was looked at is never used again.
        0xEF53 | 0x5846_5342 | 0x9123_683E | 0x0102_1994 => Some(if kernel >= (6, 13) { Duration::ZERO } else { TICK }),
        // overlayfs hands on what lies below, of whatever kind; ramfs, f2fs, bcachefs, zfs.
        0x794C_7630 | 0x8584_58F6 | 0xF2F5_2010 | 0xCA45_1A4E | 0x2FC1_2FC1 => Some(TICK),
        // squashfs, erofs, iso9660, cramfs: nothing changes there.
        0x7371_7368 | 0xE0F5_E1E2 | 0x9660 | 0x28CD_3D45 => Some(TICK),
        // FAT, exFAT, HFS+, NTFS, JFS, NILFS, reiserfs.
        0x4D44 | 0x2011_BAB0 | 0x482B | 0x7366_746E | 0x3153_464A | 0x3434 | 0x5265_4973 => Some(SECONDS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_filesystems() {
        assert_eq!(of_magic(0xEF53, (6, 18)), Some(Duration::ZERO));
        assert_eq!(of_magic(0xEF53, (6, 1)), Some(TICK));
        assert_eq!(of_magic(0x794C_7630, (6, 18)), Some(TICK));
        assert_eq!(of_magic(0x4D44, (6, 18)), Some(SECONDS));
        for (name, remote) in [("nfs", 0x6969), ("fuse", 0x6573_5546), ("9p", 0x0102_1997), ("smb2", 0xFE53_4D42)] {
            assert_eq!(of_magic(remote, (6, 18)), None, "{name}");
        }
    }

    #[test]
    fn times_without_nanoseconds_are_coarse() {
        let root = c"/";
        let mut identity = super::super::identity::identity(root).unwrap();
        identity.changed.1 = 1;
        let fine = grain(root, &identity);
        identity.changed.1 = 0;
        assert_eq!(grain(root, &identity), fine.map(|fine| fine.max(SECONDS)));
    }
}
