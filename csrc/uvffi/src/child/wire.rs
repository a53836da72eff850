//! What passes between a host and the server that it keeps.
//!
//! 1. The host sends an [`Order`]: a short message that carries descriptors, as [`Carried`] has them in their order. One
//!    of them is a file with all that has no bound on its size, another a socket of this order alone.
//! 2. The server forks. The fork takes everything on that was ordered and says on that socket [`READY`] and its number,
//!    or [`FAILED`] and why; nothing of the command has been done by then.
//! 3. The host says [`GO`], and only then the fork becomes uv. A host that waited too long hangs up instead, and may run
//!    the command in another way.
//! 4. The server says [`ENDED`] and the status that wait(2) told, and leaves the fork unreaped: its number stays its own.
//! 5. The host says [`DONE`] and hangs up. Where it hangs up without that word, or dies, the fork's whole group is killed.

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::fd::RawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::sys::Limit;

/// The first message of a server, with its number after it. The host must be of the same build.
pub(super) fn hello() -> String {
    format!("uvffi-child 1 {} {}", env!("CARGO_PKG_VERSION"), uv_version::version())
}

/// An order's message.
pub(super) const ORDER: &[u8] = b"run";
pub(super) const READY: u8 = b'r';
pub(super) const FAILED: u8 = b'f';
pub(super) const GO: u8 = b'g';
pub(super) const ENDED: u8 = b'e';
pub(super) const DONE: u8 = b'd';

/// The longest message.
pub(super) const LONGEST: usize = 4096;

/// What an order's message carries, before the descriptors that [`Order::numbers`] speaks of.
#[derive(Clone, Copy)]
pub(super) enum Carried {
    Reply,
    Order,
    Directory,
    Stdin,
    Stdout,
    Stderr,
    /// How many there are before those.
    Count,
}

/// What a fork is to take on, as a process would that the host's calling thread starts now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// With the name that uv was called by.
    pub(super) words: Vec<OsString>,
    /// All of them, `NAME=VALUE`.
    pub(super) variables: Vec<OsString>,
    pub(super) umask: u32,
    pub(super) niceness: i32,
    /// A bit for each signal that is ignored; the lowest is number 1.
    pub(super) ignored: u64,
    pub(super) limits: Vec<Limit>,
    /// The host's numbers of further descriptors that are handed down.
    pub(super) numbers: Vec<RawFd>,
}

impl Order {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8192);
        let mut number = |number: u64| bytes.extend_from_slice(&number.to_le_bytes());
        number(self.umask.into());
        number(i64::from(self.niceness).cast_unsigned());
        number(self.ignored);
        number(self.limits.len() as u64);
        self.limits.iter().for_each(|(soft, hard)| {
            number(*soft);
            number(*hard);
        });
        number(self.numbers.len() as u64);
        self.numbers.iter().for_each(|one| number(i64::from(*one).cast_unsigned()));
        for strings in [&self.words, &self.variables] {
            bytes.extend_from_slice(&(strings.len() as u64).to_le_bytes());
            for string in strings {
                bytes.extend_from_slice(&(string.len() as u64).to_le_bytes());
                bytes.extend_from_slice(string.as_bytes());
            }
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> io::Result<Self> {
        let mut reader = Reader(bytes);
        let order = Self {
            umask: reader.small()?,
            niceness: reader.signed()?,
            ignored: reader.number()?,
            limits: reader.list(|reader| Ok((reader.number()?, reader.number()?)))?,
            numbers: reader.list(Reader::signed)?,
            words: reader.list(Reader::string)?,
            variables: reader.list(Reader::string)?,
        };
        if reader.0.is_empty() { Ok(order) } else { Err(nonsense()) }
    }
}

/// As C has it; a NUL inside is an error.
pub(super) fn c_strings(strings: &[OsString]) -> io::Result<Vec<CString>> {
    strings.iter().map(|string| CString::new(string.as_bytes()).map_err(io::Error::other)).collect()
}

/// `NAME=VALUE`.
pub(super) fn variable(name: &OsStr, value: &OsStr) -> OsString {
    let mut text = OsString::with_capacity(name.len() + value.len() + 1);
    text.push(name);
    text.push("=");
    text.push(value);
    text
}

/// The way back; nothing where there is no such thing.
pub(super) fn name_and_value(variable: &OsStr) -> Option<(&OsStr, &OsStr)> {
    let bytes = variable.as_bytes();
    let at = bytes.iter().position(|byte| *byte == b'=')?;
    Some((OsStr::from_bytes(&bytes[..at]), OsStr::from_bytes(&bytes[at + 1..])))
}

fn nonsense() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes(&mut self, count: usize) -> io::Result<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(nonsense)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> io::Result<u64> {
        Ok(u64::from_le_bytes(self.bytes(8)?.try_into().map_err(|_| nonsense())?))
    }

    fn small<T: TryFrom<u64>>(&mut self) -> io::Result<T> {
        T::try_from(self.number()?).map_err(|_| nonsense())
    }

    fn signed(&mut self) -> io::Result<i32> {
        i32::try_from(self.number()?.cast_signed()).map_err(|_| nonsense())
    }

    fn string(&mut self) -> io::Result<OsString> {
        let count = self.small()?;
        Ok(OsString::from_vec(self.bytes(count)?.to_vec()))
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> io::Result<T>) -> io::Result<Vec<T>> {
        // No room is made ahead for a count that may be nonsense.
        (0..self.number()?).map(|_| one(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            words: vec!["uv".into(), "pip".into(), OsString::from_vec(vec![0xff, b' '])],
            variables: vec![variable("A".as_ref(), "".as_ref()), variable("B".as_ref(), "x=\n".as_ref())],
            umask: 0o27,
            niceness: -3,
            ignored: 1 << 12 | 1 << 63,
            limits: vec![(1024, u64::MAX), (0, 0)],
            numbers: vec![3, 1000],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Order::from_bytes(&order().to_bytes()).unwrap(), order());
        assert_eq!(Order::from_bytes(&Order::default().to_bytes()).unwrap(), Order::default());
    }

    /// Cut anywhere, longer, or with a count that is no count: an error, and soon.
    #[test]
    fn nonsense_is_refused() {
        let bytes = order().to_bytes();
        for cut in 0..bytes.len() {
            assert!(Order::from_bytes(&bytes[..cut]).is_err(), "{cut}");
        }
        assert!(Order::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
        for at in 0..bytes.len() - 8 {
            let mut bytes = bytes.clone();
            bytes[at..at + 8].fill(0xff);
            let _ = Order::from_bytes(&bytes);
        }
    }
}
