use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::wire::variable;
use crate::request::Request;
use crate::sys;
use crate::truth::{Identity, identity_behind};

/// What a process that is started now has from the beginning and can't be told later: a server serves those that are
/// to have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Footing {
    files: [Identity; 2],
    /// Whose process it is, and where it may run.
    rights: Vec<u8>,
    namespaces: [u64; 8],
    root: (u64, (u32, u32), u64),
    cgroup: Vec<u8>,
    /// How readily it is killed when memory runs out, and its label of the security modules.
    marks: [Vec<u8>; 2],
    manners: [i64; 6],
    pub(super) loading: Vec<OsString>,
}

/// What changes from call to call, of the calling thread.
pub(super) struct Told {
    pub(super) umask: u32,
    pub(super) ignored: u64,
}

const NAMESPACES: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid_for_children", "time_for_children", "user", "uts"];

/// The lines of `status` that count; the kernel has them in one order.
const RIGHTS: [&[u8]; 13] = [
    b"Uid:",
    b"Gid:",
    b"Groups:",
    b"CapInh:",
    b"CapPrm:",
    b"CapEff:",
    b"CapBnd:",
    b"CapAmb:",
    b"NoNewPrivs:",
    b"Seccomp:",
    b"Seccomp_filters:",
    b"Cpus_allowed:",
    b"Mems_allowed:",
];

impl Footing {
    /// What the calling thread would hand down, and these files; an error where the system doesn't tell.
    pub(super) fn now(launcher: &Path, library: &Path, loading: Vec<OsString>) -> io::Result<(Self, Told)> {
        let status = fs::read("/proc/thread-self/status")?;
        let umask = value(&status, b"Umask:", 8)?.try_into().map_err(io::Error::other)?;
        let told = Told { umask, ignored: value(&status, b"SigIgn:", 16)? };
        let lines = status.split(|byte| *byte == b'\n');
        let kept: Vec<&[u8]> = lines.filter(|line| RIGHTS.iter().any(|name| line.starts_with(name))).collect();
        let root = identity_behind(c"/")?;
        let text = |name: &str| fs::read(format!("/proc/thread-self/{name}")).unwrap_or_default();
        let footing = Self {
            files: [identity_of(launcher)?, identity_of(library)?],
            rights: kept.join(&b'\n'),
            namespaces: NAMESPACES.map(|name| {
                let link = CString::new(format!("/proc/thread-self/ns/{name}"));
                link.ok().and_then(|link| identity_behind(&link).ok()).map_or(0, |found| found.ino)
            }),
            root: (root.mount, root.dev, root.ino),
            cgroup: text("cgroup"),
            marks: [text("oom_score_adj"), text("attr/current")],
            manners: sys::manners(),
            loading,
        };
        Ok((footing, told))
    }

    /// Whether a number that a child is told for its own means the same here.
    pub(super) fn is_for_own_children(&self) -> bool {
        identity_behind(c"/proc/thread-self/ns/pid").is_ok_and(|own| own.ino == self.namespaces[4])
    }

    /// What another one has that this one has not, in a word.
    pub(super) fn differs(&self, other: &Self) -> Option<&'static str> {
        [
            (self.files != other.files, "the library or the launcher was changed"),
            (self.rights != other.rights, "the user, the rights or the processors differ"),
            (self.namespaces != other.namespaces || self.root != other.root, "the root or a namespace differs"),
            (self.cgroup != other.cgroup, "the control group differs"),
            (self.marks != other.marks || self.manners != other.manners, "the scheduling or the label differs"),
            (self.loading != other.loading, "a variable of the loader differs"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }
}

/// The variables of a request that act while a program is loaded.
pub(super) fn loading(request: &Request) -> Vec<OsString> {
    let acts = |name: &OsStr| {
        let name = name.as_bytes();
        name.starts_with(b"LD_")
            || name.starts_with(b"MALLOC_")
            || name == b"GLIBC_TUNABLES"
            || name.starts_with(b"OPENSSL_")
    };
    match &request.env {
        Some(env) => env.iter().filter(|(name, _)| acts(name)).map(|(name, value)| variable(name, value)).collect(),
        None => {
            let mut found: Vec<OsString> =
                env::vars_os().filter(|(name, _)| acts(name)).map(|(name, value)| variable(&name, &value)).collect();
            found.sort_unstable();
            found
        }
    }
}

/// The signals that this process ignores.
pub(super) fn ignored() -> io::Result<u64> {
    value(&fs::read("/proc/thread-self/status")?, b"SigIgn:", 16)
}

/// The number in a line of `status`.
fn value(status: &[u8], name: &[u8], radix: u32) -> io::Result<u64> {
    let line = status.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(name));
    line.and_then(|line| u64::from_str_radix(str::from_utf8(line).ok()?.trim(), radix).ok())
        .ok_or_else(|| io::ErrorKind::Unsupported.into())
}

fn identity_of(path: &Path) -> io::Result<Identity> {
    identity_behind(&CString::new(path.as_os_str().as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn files_and_variables_count() {
        let scratch = Scratch::new("footing");
        let (one, two) = (scratch.write("one", "1"), scratch.write("two", "2"));
        let now = |loading| Footing::now(&one, &two, loading).unwrap().0;
        let first = now(Vec::new());
        assert_eq!(first.differs(&now(Vec::new())), None);
        assert_eq!(first.differs(&now(vec!["LD_PRELOAD=x".into()])), Some("a variable of the loader differs"));
        scratch.write("two", "changed");
        assert_eq!(first.differs(&now(Vec::new())), Some("the library or the launcher was changed"));
        fs::remove_file(&two).unwrap();
        assert!(Footing::now(&one, &two, Vec::new()).is_err());
        assert!(!first.rights.is_empty() && first.namespaces[2] != 0);
    }

    #[test]
    fn a_request_of_its_own_variables() {
        let env = [("LD_A", "1"), ("PATH", "2"), ("LD_B", "3")].map(|(name, value)| (name.into(), value.into()));
        let request = Request { env: Some(env.into()), ..Request::default() };
        assert_eq!(loading(&request), ["LD_A=1", "LD_B=3"].map(OsString::from));
    }
}
