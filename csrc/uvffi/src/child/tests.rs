use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

use super::*;

/// A shell script in the launcher's place: what is tested is how a process is started and listened to.
fn script(name: &str, body: &str) -> PathBuf {
    let path = env::temp_dir().join(format!("uvffi-{}-{name}", std::process::id()));
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

fn run_script(name: &str, body: &str, request: &Request) -> ChildOutput {
    let path = script(name, body);
    let output = start_script(&path, request).finish(&request.stdin);
    fs::remove_file(path).unwrap();
    output.unwrap()
}

fn start_script(path: &Path, request: &Request) -> Running {
    start_plain(request, path, &request.directory().unwrap(), None).ok().unwrap()
}

#[test]
fn words_streams_and_exit_code() {
    let request = Request { argv: vec!["pip".into(), "a b".into()], ..Request::default() };
    let output = run_script("words", "printf '%s|' \"$@\"; printf '\\033[1mloud\\033[0m' >&2; exit 7", &request);
    assert_eq!(output, ChildOutput { exit_code: 7, stdout: "pip|a b|".to_owned(), stderr: "loud".to_owned() });
}

#[test]
fn a_signal_counts_as_in_a_shell() {
    assert_eq!(run_script("signal", "kill -9 $$", &Request::default()).exit_code, 137);
}

#[test]
fn the_environment_is_the_one_asked_for() {
    let request = Request {
        env: Some([("ONLY".into(), "1".into()), ("PATH".into(), env::var_os("PATH").unwrap())].into()),
        cwd: Some("/".into()),
        ..Request::default()
    };
    let output = run_script("environment", "pwd; echo ${ONLY-none} ${HOME-none}", &request);
    assert_eq!(output.stdout, "/\n1 none\n");
}

#[test]
fn nothing_to_read_unless_asked() {
    assert_eq!(run_script("null", "cat; echo end", &Request::default()).stdout, "end\n");
}

/// More than any pipe holds, both ways at once, and a process that does not read at all.
#[test]
fn full_pipes_do_not_block() {
    let text = "0123456789abcdef".repeat(100_000);
    let request = Request { stdin: Stdin::Text(text.clone()), ..Request::default() };
    let output = run_script("pipes", "tee /dev/stderr", &request);
    assert!(output.stdout == text && output.stderr == text);
    assert_eq!(run_script("deaf", "exec 0<&-; echo done", &request).stdout, "done\n");
}

#[test]
fn what_can_not_be_started_is_told() {
    let directory = env::temp_dir();
    let fault = start_plain(&Request::default(), &directory, &directory, None).err().unwrap();
    assert_eq!(fault.code, "spawn-failed");
    assert!(fault.message.contains(&*directory.to_string_lossy()), "{}", fault.message);

    let gone = Request { cwd: Some("/no/such/directory".into()), ..Request::default() };
    assert_eq!(start(&gone, &directory, Way::Plain).err().unwrap().code, "working-directory-gone");
}

/// From another thread, and with the group that it leads: a grandchild that holds the pipes would keep us waiting.
#[test]
fn a_command_is_killed_whole() {
    let path = script("killed", "exec setsid sh -c 'sleep 60 & echo begun; sleep 60'");
    let running = start_script(&path, &Request::default());
    let process = running.process();
    let begun = Instant::now();
    let output = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            process.kill();
        });
        running.finish(&Stdin::Closed).unwrap()
    });
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!((output.exit_code, output.stdout.as_str()), (137, "begun\n"));
    // It is over: nobody is killed by that.
    process.kill();
    fs::remove_file(path).unwrap();
}
