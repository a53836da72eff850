use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::Level;

use super::file::append;
use super::safe::{asked, safe};
use super::told::{Kind, Thread, Told};
use super::{chrome, lines, settings};
use crate::scratch::Scratch;

const NOW: Duration = Duration::ZERO;

fn told(kind: Kind) -> Told {
    let thread = Thread { process: 7, number: 8, name: "a".into() };
    let (start, fields) = (Duration::from_nanos(1_500), Map::new());
    Told { name: "n", target: "uvffi::x", level: Level::DEBUG, kind, call: 3, thread, start, fields }
}

fn write(path: &Path, events: &[&str]) -> std::io::Result<()> {
    append(path, &events.iter().map(ToString::to_string).collect::<Vec<_>>(), NOW)
}

fn read(path: &Path) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn secrets_are_not_told() {
    for (text, expected) in [
        ("see https://user:secret@host/simple/ and more", "see https://****@host/simple/ and more"),
        ("https://token@host", "https://****@host"),
        ("git+https://host/a/b.git@main", "git+https://host/a/b.git@main"),
        ("https://user:pa/ss@host/x", "https://****@host/x"),
        ("(https://host/a.whl?token=secret), b", "(https://host/a.whl?**** b"),
        ("`https://a:b,(c'd)@host/` is", "`https://****@host/` is"),
        ("https://u:p@a/ https://u:p@b/", "https://****@a/ https://****@b/"),
        ("no@url:here", "no@url:here"),
        (
            r#"Url { username: "token", password: Some("secret"), query: None, path: "/" }"#,
            r#"Url { username: "****", password: Some("****"), query: None, path: "/" }"#,
        ),
        (r#"\"Url { query: Some(\"key=secret\") }\""#, r#"\"Url { query: Some(\"****\") }\""#),
    ] {
        assert_eq!(safe(text), expected);
    }
    assert!(safe(&"ä".repeat(2000)).len() < 2010);
}

#[test]
fn words_that_can_be_shown() {
    for (text, expected) in [
        ("pip install rich --index-url https://a:b@c/", "pip install rich --index-url 'https://****@c/'"),
        (r#"{"argv": ["uv", "pip", "list"], "env": {"A": "secret"}}"#, "pip list"),
        ("publish --token secret", "publish …"),
        ("--offline run secret", "…"),
        ("--version", "--version"),
        ("pip install 'unbalanced", "…"),
    ] {
        assert_eq!(asked(text), expected);
    }
}

#[test]
fn a_file_is_whole_after_each_write() {
    let scratch = Scratch::new("trace-whole");
    let path = scratch.join("t.json");
    write(&path, &[]).unwrap();
    assert_eq!(read(&path), Vec::<Value>::new());
    write(&path, &[r#"{"a":1}"#, r#"{"a":2}"#]).unwrap();
    write(&path, &[]).unwrap();
    write(&path, &[r#"{"a":3}"#]).unwrap();
    assert_eq!(read(&path).iter().map(|event| event["a"].as_i64()).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
}

#[test]
fn what_a_killed_process_left_is_cut() {
    let scratch = Scratch::new("trace-killed");
    for (left, kept) in [
        ("[\n{\"a\":1},\n{\"a\":2", 1),
        ("[\n{\"a\":1},\n{\"a\":2},\n", 2),
        ("[\n{\"a\":1}\n", 1),
        ("[\n{\"a\":1", 0),
        ("[\n", 0),
        ("", 0),
    ] {
        let path = scratch.join("t.json");
        fs::write(&path, left).unwrap();
        write(&path, &[r#"{"b":1}"#]).unwrap();
        let events = read(&path);
        assert_eq!(events.len(), kept + 1, "{left}");
        assert_eq!(events[kept]["b"], 1);
    }
}

#[test]
fn what_is_no_trace_is_left_alone() {
    let scratch = Scratch::new("trace-none");
    let path = scratch.join("package.json");
    for text in ["{\"name\": 1}", "[1, 2]"] {
        fs::write(&path, text).unwrap();
        assert!(write(&path, &[r#"{"a":1}"#]).is_err() && write(&path, &[]).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    assert!(write(&scratch, &[]).is_err());
}

#[test]
fn who_has_the_file_is_not_waited_for_long() {
    let scratch = Scratch::new("trace-waited");
    let path = scratch.join("t.log");
    let other = fs::File::create(&path).unwrap();
    other.lock().unwrap();
    assert_eq!(write(&path, &["a\n"]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    other.unlock().unwrap();
    write(&path, &["a\n", "b\n"]).unwrap();
    write(&path, &["c\n"]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\nc\n");
}

#[test]
fn events_and_lines() {
    let event = |kind| serde_json::from_str::<Value>(&chrome::event(&told(kind))).unwrap();
    let took = Duration::from_micros(2);
    assert_eq!(
        event(Kind::Whole(took)),
        serde_json::json!({"name": "n", "cat": "uvffi", "pid": 7, "tid": 8, "args": {"call": 3}, "ph": "X", "ts": 1.5, "dur": 2.0})
    );
    assert_eq!((&event(Kind::Begin)["ph"], &event(Kind::Begin)["ts"]), (&"B".into(), &1.5.into()));
    assert_eq!((&event(Kind::End(took))["ph"], &event(Kind::End(took))["ts"]), (&"E".into(), &3.5.into()));
    assert_eq!(event(Kind::CallBegin(9))["id2"]["local"], "0x9");
    let pieces: Vec<Value> =
        serde_json::from_str(&format!("[{}]", chrome::event(&told(Kind::Pieces(9, took))))).unwrap();
    assert_eq!([&pieces[0]["ph"], &pieces[1]["ph"]], ["b", "e"]);
    assert_eq!(lines::line(&told(Kind::Begin)), None);
    let line = lines::line(&told(Kind::End(took))).unwrap();
    assert!(line.ends_with(" DEBUG 7/a call 3 uvffi n 0.002 ms\n"), "{line}");
}

#[test]
fn filters() {
    assert!(settings::parse("uvffi=debug,uv_client=trace").is_ok() && settings::parse(" ").is_ok());
    let refused = settings::parse("uv=loud").unwrap_err();
    assert!(refused.contains("`uv=loud` is no filter") && refused.contains(settings::DEFAULT), "{refused}");
}
