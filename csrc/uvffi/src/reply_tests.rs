use serde_json::{Value, json};

use super::*;

fn change(name: &str, action: Action, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        name: name.to_owned(),
        version: after.map(ToOwned::to_owned),
        previous_version: before.map(ToOwned::to_owned),
        action,
        editable: false,
        url: None,
    }
}

fn value(reply: &Reply) -> Value {
    serde_json::from_str(&reply.to_json()).unwrap()
}

#[test]
fn every_member_is_there() {
    let reply = Reply::resident(0, ("out".to_owned(), "err".to_owned())).within(Some(Place {
        prefix: "/v".to_owned(),
        python: "/v/bin/python".to_owned(),
        python_version: "3.11.7".to_owned(),
    }));
    let expected = json!({
        "schema": 1,
        "exit_code": 0,
        "route": "resident",
        "reason": null,
        "installed": [],
        "removed": [],
        "changes": [],
        "stdout": "out",
        "stderr": "err",
        "data": null,
        "environment": {"prefix": "/v", "python": "/v/bin/python", "python_version": "3.11.7"},
        "dry_run": false,
        "generation": null,
        "modules": [],
        "notices": [],
        "sources": [],
        "error": null,
    });
    assert_eq!(value(&reply), expected);
    assert_eq!(reply.to_value(), expected);
    assert!(!reply.is_fault());
}

#[test]
fn installed_and_removed_are_read_from_the_changes() {
    let changes = vec![
        change("new", Action::Installed, None, Some("1")),
        change("gone", Action::Uninstalled, Some("1"), None),
        change("again", Action::Reinstalled, Some("1"), Some("1")),
        change("up", Action::Upgraded, Some("1"), Some("2")),
        change("down", Action::Downgraded, Some("2"), Some("1")),
    ];
    let reply = value(&Reply::resident(0, Default::default()).with_changes(changes.clone(), false));
    let names = |side: &str| {
        let list = reply[side].as_array().unwrap();
        list.iter()
            .map(|item| format!("{}-{}", item["name"].as_str().unwrap(), item["version"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("installed"), ["new-1", "again-1", "up-2", "down-1"]);
    assert_eq!(names("removed"), ["gone-1", "again-1", "up-1", "down-2"]);
    assert_eq!(
        reply["changes"][3],
        json!({"name": "up", "version": "2", "previous_version": "1", "action": "upgraded", "editable": false, "url": null})
    );

    let dry = value(&Reply::resident(0, Default::default()).with_changes(changes, true));
    assert_eq!((&dry["installed"], &dry["removed"], &dry["dry_run"]), (&json!([]), &json!([]), &json!(true)));
    assert_eq!(dry["changes"].as_array().unwrap().len(), 5);
}

#[test]
fn child() {
    let output = ChildOutput { exit_code: 2, stdout: String::new(), stderr: "error: no such thing\n".to_owned() };
    let reply = value(&Reply::child(&Reroute::because("why"), output));
    assert_eq!((&reply["route"], &reply["reason"], &reply["exit_code"]), (&json!("child"), &json!("why"), &json!(2)));
    assert_eq!(reply["error"], json!({"code": "failed", "message": "no such thing", "explanation": null, "hints": []}));
}

#[test]
fn json_of_the_child_is_data() {
    let cases = [
        ("[{\"name\": \"a\"}]\n", json!([{"name": "a"}])),
        ("{}", json!({})),
        ("[1] and more\n", json!(null)),
        ("12\n", json!(null)),
        ("", json!(null)),
    ];
    for (stdout, expected) in cases {
        let output = ChildOutput { exit_code: 0, stdout: stdout.to_owned(), stderr: String::new() };
        let reply = value(&Reply::child(&Reroute::because("why"), output));
        assert_eq!((&reply["data"], &reply["stdout"]), (&expected, &json!(stdout)));
    }
}

#[test]
fn fault() {
    let reply = Reply::from(Fault::new("bad-json", "what was found").hint("what to do"));
    assert!(reply.is_fault());
    let reply = value(&reply);
    assert_eq!(reply["exit_code"], json!(2));
    assert_eq!(
        reply["error"],
        json!({"code": "bad-json", "message": "what was found", "explanation": null, "hints": ["what to do"]})
    );
}
