//! An index on the loopback whose pages answer as their URLs ask; for the tests of this folder.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const BODY: &str = r#"{"meta": {"api-version": "1.0"}, "name": "any", "files": []}"#;

/// `/<what>/simple/<name>/`, where `what` is words joined by `+`: a status, `moved` (to what follows after a `_`), or
/// directives of `Cache-Control`; `then=N`: `max-age=N` in each 304. All pages of one name have the same ETag.
pub(super) struct Loopback {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Loopback {
    /// Serves until the process ends.
    pub(super) fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let log = log.clone();
                std::thread::spawn(move || answer(&stream.unwrap(), &log));
            }
        });
        Self { base, asked }
    }

    /// The URL of an index, with credentials that it does not ask for.
    pub(super) fn url(&self, what: &str) -> String {
        format!("http://user:secret@{}/{what}/simple/", self.base)
    }

    /// How many pages were asked for since this was last called.
    pub(super) fn asked(&self) -> usize {
        std::mem::take(&mut *self.asked.lock().unwrap()).len()
    }
}

fn answer(stream: &TcpStream, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let headers: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        let known = headers.iter().any(|line| line.to_ascii_lowercase().starts_with("if-none-match:"));
        log.lock().unwrap().push(path.clone());
        if (&*stream).write_all(text(&path, known).as_bytes()).is_err() {
            return;
        }
    }
}

fn text(path: &str, known: bool) -> String {
    let (what, rest) = path[1..].split_once('/').unwrap();
    let (what, target) = what.split_once('_').unwrap_or((what, ""));
    let (mut status, mut said, mut headers) = ("200", Vec::new(), String::new());
    for word in what.split('+') {
        match word.split_once('=') {
            None if word == "moved" => {
                status = "302";
                headers = format!("Location: /{target}/{rest}\r\n");
            }
            None if word.parse::<u16>().is_ok() => status = word,
            Some(("then", seconds)) if known => said = vec![format!("max-age={seconds}")],
            Some(("then", _)) => {}
            _ => said.push(word.to_owned()),
        }
    }
    if known && status == "200" {
        status = "304";
    }
    let body = if status == "200" { BODY } else { "" };
    format!(
        "HTTP/1.1 {status} As Asked\r\nContent-Type: application/vnd.pypi.simple.v1+json\r\nETag: \"all\"\r\n\
         Cache-Control: {}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        said.join(", "),
        body.len()
    )
}
