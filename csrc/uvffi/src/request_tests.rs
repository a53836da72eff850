use super::*;

fn argv(words: &[&str]) -> Vec<OsString> {
    words.iter().map(Into::into).collect()
}

fn refused(text: &str, code: &str) -> String {
    let fault = Request::parse(text).unwrap_err();
    assert_eq!(fault.code, code, "{text}");
    fault.message
}

#[test]
fn command_lines() {
    let cases: [(&str, &[&str]); 6] = [
        ("pip install rich", &["pip", "install", "rich"]),
        ("  uv pip\tinstall 'a ; b' \"c\\\"d\"  ", &["pip", "install", "a ; b", "c\"d"]),
        ("uv uv", &["uv"]),
        ("pip install a\\ b {c}", &["pip", "install", "a b", "{c}"]),
        ("pip install a@https://h/a.whl#sha256=0", &["pip", "install", "a@https://h/a.whl#sha256=0"]),
        (" \n ", &[]),
    ];
    for (text, expected) in cases {
        let request = Request::parse(text).unwrap();
        assert_eq!(request, Request { argv: argv(expected), ..Request::default() }, "{text}");
    }
}

#[test]
fn json() {
    let text = " \n{\"argv\": [\"uv\", \"pip\", \"a b\"], \"cwd\": \"/x\", \"env\": {\"A\": \"\", \"B\": \"=\"}, \"stdin\": \"a\"}";
    let request = Request::parse(text).unwrap();
    assert_eq!(request.argv, argv(&["pip", "a b"]));
    assert_eq!(request.cwd, Some("/x".into()));
    let variables = BTreeMap::from([("A".into(), "".into()), ("B".into(), "=".into())]);
    assert_eq!(request.env, Some(variables));
    assert_eq!(request.stdin, Stdin::Text("a".to_owned()));
}

#[test]
fn json_defaults() {
    let all_null = Request::parse(r#"{"argv": [], "cwd": null, "env": null, "stdin": null}"#).unwrap();
    assert_eq!(all_null, Request::default());
    assert_eq!(all_null, Request::parse(r#"{"argv": []}"#).unwrap());
    assert_eq!(Request::parse(r#"{"argv": [], "stdin": "inherit"}"#).unwrap().stdin, Stdin::Inherit);
    assert_eq!(Request::parse(r#"{"argv": [], "env": {}}"#).unwrap().env, Some(BTreeMap::new()));
}

#[test]
fn refusals() {
    let cases = [
        (r#"{"argv": "pip"}"#, "`argv` must be an array of strings, found the string `pip`"),
        (r#"{"argv": ["pip", 3]}"#, "`argv[1]` must be a string, found the number `3`"),
        (r#"{"argv": ["a\u0000"]}"#, "`argv[0]` must not contain a NUL character, found \"a\\0\""),
        (r#"{"cwd": "/"}"#, "`argv` is missing: an array of strings"),
        (r#"{"argv": [], "cwd": ["/"]}"#, "`cwd` must be a string or null, found an array of 1"),
        (r#"{"argv": [], "cwd": ""}"#, "`cwd` must be a directory or null, found an empty string"),
        (r#"{"argv": [], "env": {"A": null}}"#, "`env.A` must be a string, found null"),
        (
            r#"{"argv": [], "env": {"A=": "b"}}"#,
            "A name in `env` must not be empty or contain `=` or NUL, found \"A=\"",
        ),
        (r#"{"argv": [], "env": [1, 2]}"#, "`env` must be an object of strings or null, found an array of 2"),
        (r#"{"argv": [], "stdin": true}"#, "`stdin` must be a string or null, found the boolean `true`"),
        (
            r#"{"argv": [], "args": []}"#,
            "Unknown field `args` in the request; allowed are `argv`, `cwd`, `env`, `stdin`, `durable`, `expect`",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(text, "bad-request"), expected);
    }
    assert!(refused(r#"{"argv": ["#, "bad-json").starts_with("The request is not JSON: EOF"));
    assert!(refused("pip install 'a", "bad-quoting").ends_with("`pip install 'a`"));
    refused("pip install a\\", "bad-quoting");
    refused("pip install a\0", "bad-request");
}

#[test]
fn directories() {
    let at = |cwd: &str| Request { cwd: Some(cwd.into()), ..Request::default() };
    let own = env::current_dir().unwrap();
    assert_eq!(Request::default().directory().unwrap(), own);
    assert_eq!(at(".").directory().unwrap(), own.join("."));
    for missing in ["/no/such/directory", "Cargo.toml"] {
        assert_eq!(at(missing).directory().unwrap_err().code, "working-directory-gone");
    }
}

#[test]
fn views() {
    let reason = |request: &Request| request.same_process_view().unwrap().err().map(|reroute| reroute.0.into_owned());
    let own =
        Request { cwd: Some(env::current_dir().unwrap()), env: Some(env::vars_os().collect()), ..Request::default() };
    assert_eq!(reason(&Request::default()), None);
    assert_eq!(reason(&own), None);
    let elsewhere = Request { cwd: Some("/".into()), ..own.clone() };
    assert_eq!(reason(&elsewhere).unwrap(), "another working directory than the process's");
    let mut other = own;
    other.env.as_mut().unwrap().insert("UVFFI_TEST".into(), "1".into());
    assert_eq!(reason(&other).unwrap(), "another environment than the process's");
    assert_eq!(other.var("UVFFI_TEST"), Some("1".into()));
    assert_eq!(Request::default().var("UVFFI_TEST"), None);
}

#[test]
fn no_text_has_credentials() {
    let request = Request {
        argv: argv(&[
            "pip",
            "install",
            "--index-url=https://me:secret@h/simple",
            "a @ https://token@h/a.whl#x@y",
            "b@1",
        ]),
        ..Request::default()
    };
    assert_eq!(request.text(), "pip install '--index-url=https://****@h/simple' 'a @ https://****@h/a.whl#x@y' b@1");
}
