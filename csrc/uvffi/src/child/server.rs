//! The host's side of a server: starting one, giving it orders, letting it go.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::footing::Footing;
use super::fork::Fork;
use super::plain::LIBRARY_VARIABLE;
use super::streams::Streams;
use super::unforked::Unforked;
use super::wire::{self, Carried, ENDED, FAILED, GO, LONGEST, ORDER, Order, READY};
use crate::request::Stdin;
use crate::sentinel::Sentinel;
use crate::sys::{self, Descriptor};

/// Makes the launcher a server; the value is after how many idle seconds it ends.
pub(super) const SERVER_VARIABLE: &str = "UVFFI_CHILD_SERVER";

/// So many words can be given to a fork, with its name: it has the place that the server's own words took.
pub(super) const WORDS: usize = 512;

/// As long may it take to load the library, and a fork to answer. Slower ones are not worth waiting for.
const LOADING: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_secs(2);

/// A process that has the library loaded and forks at command.
pub(super) struct Server {
    pub(super) number: i32,
    pub(super) footing: Footing,
    /// When its process was started: with its number that names it for all times.
    born: Option<u64>,
    begun: Instant,
    /// Our end of its socket. `None` once it is let go.
    control: Mutex<Option<Sentinel>>,
    served: AtomicU64,
    hung: AtomicBool,
}

/// Why an order was not carried out; nothing was done then.
pub(super) enum Refusal {
    /// The server can't be used any more.
    Gone(String),
    /// It can, for other orders.
    ThisOne(String),
}

impl Server {
    /// Starts one and waits for its first word. The calling thread is one that would start plain processes.
    pub(super) fn start(launcher: &Path, library: &Path, loading: Vec<OsString>, idle: &str) -> io::Result<Self> {
        let (footing, _) = Footing::now(launcher, library, loading)?;
        if !footing.is_for_own_children() {
            return Err(io::Error::other("processes that are started now get another process namespace"));
        }
        let (ours, theirs) = sys::socket_pair()?;
        let ours = Unforked::new(ours);
        let number = Self::spawn(ours.number(), theirs, launcher, library, &footing, idle)?;
        Ok(Self {
            number,
            born: sys::started(number),
            begun: Instant::now(),
            control: Mutex::new(Some(Sentinel::on(Descriptor(ours.into_number()))?)),
            served: AtomicU64::new(0),
            hung: AtomicBool::new(false),
            footing,
        })
    }

    fn spawn(
        ours: RawFd,
        theirs: OwnedFd,
        launcher: &Path,
        library: &Path,
        footing: &Footing,
        idle: &str,
    ) -> io::Result<i32> {
        // It looks whether this process is there, not whether the thread is that started it.
        let own = sys::process_handle(i32::try_from(std::process::id()).map_err(io::Error::other)?)?;
        sys::send(ours, ORDER, &[own.as_fd()])?;
        let mut command = Command::new(launcher);
        command.arg0("uvffi-child").args(std::iter::repeat_n("", WORDS - 1)).current_dir("/").env_clear();
        for variable in &footing.loading {
            if let Some((name, value)) = wire::name_and_value(variable) {
                command.env(name, value);
            }
        }
        command.env(LIBRARY_VARIABLE, library).env(SERVER_VARIABLE, idle);
        // Held by a child that the host forks off, it would hide that the server has ended.
        let number = theirs.as_raw_fd();
        sys::close_in_children(number);
        command.stdin(theirs).stdout(Stdio::null()).stderr(Stdio::null());
        let first = command.spawn();
        sys::keep_in_children(number);
        drop((command, own));
        let first = first?;
        let mut buffer = [0; LONGEST];
        let told = sys::receive_within(ours, &mut buffer, Some(LOADING));
        // The server is a child of this one's, which ends when it has forked it off: so this process gets no child that
        // it does not know of.
        let ended = end(first, told.is_ok());
        let (size, _) = told?;
        let text = str::from_utf8(&buffer[..size]).unwrap_or_default();
        match text.rsplit_once(' ').map(|(hello, number)| (hello == wire::hello(), number.parse())) {
            Some((true, Ok(number))) => Ok(number),
            Some((false, _)) => Err(io::Error::other(format!("it is of another build: `{text}`"))),
            _ => Err(io::Error::other(format!("it did not begin: {ended}"))),
        }
    }

    /// Whether it has not ended.
    pub(super) fn is_there(&self) -> bool {
        self.with_control(|control| {
            let mut wanted = [sys::waiting(control, libc::POLLRDHUP)];
            sys::poll(&mut wanted, Some(Duration::ZERO)).is_ok() && wanted[0].revents == 0
        })
        .unwrap_or(false)
    }

    pub(super) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }

    /// How long it has been there.
    pub(super) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Has a command carried out by a fork.
    pub(super) fn order(
        self: &Arc<Self>,
        order: &Order,
        directory: &Path,
        stdin: &Stdin,
    ) -> Result<(Fork, Streams), Refusal> {
        let here = |error: io::Error| Refusal::ThisOne(error.to_string());
        let (reply, theirs) = sys::socket_pair().map_err(here)?;
        let reply = Unforked::new(reply);
        let streams =
            self.hand_over(order, directory, stdin, &Unforked::new(theirs)).map_err(|error| match error.kind() {
                io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => Refusal::Gone("it has ended".to_owned()),
                _ => here(error),
            })?;
        let mut buffer = [0; LONGEST];
        let told = sys::receive_within(reply.number(), &mut buffer, Some(ANSWER));
        let number = match told.map(|(size, _)| &buffer[..size]) {
            Ok([READY, number @ ..]) => number.try_into().map(i32::from_le_bytes).ok(),
            Ok([FAILED, why @ ..]) => return Err(Refusal::ThisOne(String::from_utf8_lossy(why).into_owned())),
            Ok([ENDED, ..]) => return Err(Refusal::ThisOne("the fork ended before it was uv".to_owned())),
            Ok([]) => return Err(Refusal::Gone("it has ended".to_owned())),
            Ok(_) => None,
            Err(error) => {
                self.hung.store(true, Ordering::Relaxed);
                return Err(Refusal::Gone(format!("it did not answer: {error}")));
            }
        };
        let Some(number) = number.filter(|number| *number > 1) else {
            self.hung.store(true, Ordering::Relaxed);
            return Err(Refusal::Gone("its answer was not understood".to_owned()));
        };
        match sys::send(reply.number(), &[GO], &[]) {
            Ok(()) => {
                self.served.fetch_add(1, Ordering::Relaxed);
                Ok((Fork::new(self.clone(), reply, number), streams))
            }
            Err(_) => Err(Refusal::Gone("it has ended".to_owned())),
        }
    }

    /// Sends an order with all that goes with it.
    fn hand_over(&self, order: &Order, directory: &Path, stdin: &Stdin, theirs: &Unforked) -> io::Result<Streams> {
        let mut text = sys::nameless_file()?;
        text.write_all(&order.to_bytes())?;
        let directory = sys::open_directory(directory)?;
        let (stdout, their_stdout) = io::pipe()?;
        let (stderr, their_stderr) = io::pipe()?;
        // A child that the host forks off meanwhile would keep them open, and there would be no end of reading.
        let their_stdout = Unforked::new(their_stdout.into());
        let their_stderr = Unforked::new(their_stderr.into());
        let (their_stdin, stdin) = match stdin {
            Stdin::Text(_) => {
                let (read, write) = io::pipe()?;
                (OwnedFd::from(read), Some(OwnedFd::from(write)))
            }
            Stdin::Closed | Stdin::Inherit => (File::options().read(true).write(true).open("/dev/null")?.into(), None),
        };
        let mut carried = vec![theirs.as_fd(); Carried::Count as usize];
        carried[Carried::Reply as usize] = theirs.as_fd();
        carried[Carried::Order as usize] = text.as_fd();
        carried[Carried::Directory as usize] = directory.as_fd();
        carried[Carried::Stdin as usize] = their_stdin.as_fd();
        carried[Carried::Stdout as usize] = their_stdout.as_fd();
        carried[Carried::Stderr as usize] = their_stderr.as_fd();
        carried.extend(order.numbers.iter().map(|number| sys::borrowed(*number)));
        self.with_control(|control| sys::send(control, ORDER, &carried))
            .ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))??;
        Ok(Streams { stdin, stdout: stdout.into(), stderr: stderr.into(), prepares: false })
    }

    /// What `look` says of our end of the socket, if nobody else has closed it.
    fn with_control<T>(&self, look: impl FnOnce(RawFd) -> T) -> Option<T> {
        let control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        control.as_ref().filter(|control| control.is_there()).map(|control| look(control.descriptor().0))
    }
}

/// Waits for the end of the process that forks the server off, and tells of it.
fn end(mut first: Child, leaving: bool) -> String {
    let number = i32::try_from(first.id()).unwrap_or(-1);
    let left = || -> io::Result<bool> {
        let mut wanted = [sys::waiting(sys::process_handle(number)?.as_raw_fd(), libc::POLLIN)];
        sys::poll(&mut wanted, Some(ANSWER))?;
        Ok(wanted[0].revents != 0)
    };
    // The host may be quicker and reap it: then its number is not ours any more.
    if !(leaving && left().unwrap_or(false)) && sys::is_unreaped(number) {
        sys::kill(number);
    }
    first.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
}

/// After the last of its forks: it may end. One that did not answer would perhaps never see that.
impl Drop for Server {
    fn drop(&mut self) {
        if let Some(control) = self.control.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            let number = control.descriptor().0;
            if control.is_there() {
                sys::hang_up(number);
            }
            sys::keep_in_children(number);
            control.close();
        }
        if self.hung.load(Ordering::Relaxed) && self.born.is_some() && sys::started(self.number) == self.born {
            sys::kill(self.number);
        }
    }
}
