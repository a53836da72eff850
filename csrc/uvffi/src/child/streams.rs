use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::thread;

use super::lines::Lines;
use crate::calls;
use crate::request::Stdin;
use crate::sys;

/// The host's ends of a command's pipes.
pub(super) struct Streams {
    /// Where it reads a text.
    pub(super) stdin: Option<OwnedFd>,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
    /// Whether the command is only prepared.
    pub(super) prepares: bool,
}

impl Streams {
    /// All that comes out. Both are read at once, and while the command is written to, so that neither side waits for
    /// ever. `kill` is for a command that could not be written to, which may not do half its work, and for one whose
    /// server is gone, as the other end of `server` is then.
    pub(super) fn drain(self, stdin: &Stdin, server: Option<RawFd>, kill: impl Fn()) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let (stdout, stderr) = (File::from(self.stdout), File::from(self.stderr));
        // What a Child that prepares has on standard output is for us alone.
        let is_told = |stream: &str| !(self.prepares && stream == "stdout");
        let lines = ["stdout", "stderr"].map(|stream| {
            calls::followed().filter(|_| is_told(stream)).map(|call| Lines::new(call, stream, self.prepares))
        });
        let Some((pipe, text)) = self.stdin.zip(stdin.text()) else {
            return read_both(&stdout, &stderr, lines, server, kill);
        };
        thread::scope(|scope| {
            let writer = thread::Builder::new().name("uvffi-stdin".to_owned());
            if let Err(error) = writer.spawn_scoped(scope, move || feed(pipe.into(), text)) {
                // The pipe is closed by now, so the process finds an end of its input.
                kill();
                return Err(error);
            }
            read_both(&stdout, &stderr, lines, server, kill)
        })
    }
}

/// Writes until all is written or the other side has had enough.
fn feed(mut pipe: File, text: &str) {
    sys::block_broken_pipe();
    let _ = pipe.write_all(text.as_bytes());
}

fn read_both(
    one: &File,
    other: &File,
    mut lines: [Option<Lines>; 2],
    server: Option<RawFd>,
    kill: impl Fn(),
) -> io::Result<(Vec<u8>, Vec<u8>)> {
    // A negative number is not looked at.
    let mut server = server.unwrap_or(-1);
    let mut texts = [Vec::new(), Vec::new()];
    let mut open = [true, true];
    let mut buffer = vec![0; 1 << 16];
    while open != [false, false] {
        let files = [one, other];
        let number = |at: usize| if open[at] { files[at].as_raw_fd() } else { -1 };
        let mut wanted = [
            sys::waiting(number(0), libc::POLLIN),
            sys::waiting(number(1), libc::POLLIN),
            sys::waiting(server, libc::POLLRDHUP),
        ];
        sys::poll(&mut wanted, None)?;
        if wanted[2].revents != 0 {
            kill();
            server = -1;
        }
        for at in [0, 1] {
            if wanted[at].revents != 0 {
                match (&mut &*files[at]).read(&mut buffer) {
                    Ok(0) => open[at] = false,
                    Ok(count) => {
                        texts[at].extend_from_slice(&buffer[..count]);
                        lines[at].iter_mut().for_each(|lines| lines.tell(&texts[at], false));
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    for (lines, text) in lines.iter_mut().zip(&texts) {
        lines.iter_mut().for_each(|lines| lines.tell(text, true));
    }
    Ok(texts.into())
}

impl Stdin {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Closed | Self::Inherit => None,
        }
    }
}
