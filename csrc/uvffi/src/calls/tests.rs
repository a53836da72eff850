use std::time::Duration;

use super::call::{Call, Pulled};
use super::event::Event;
use super::{cancel, start, wait};

const SOON: Duration = Duration::from_secs(20);

fn text(pulled: Option<Pulled>) -> (String, bool) {
    match pulled {
        Some(Pulled::Event(json)) => (json.into(), false),
        Some(Pulled::End(json)) => (json.into(), true),
        Some(Pulled::Nothing) => panic!("there was no event in time"),
        None => panic!("there is no such call"),
    }
}

#[test]
fn events_come_in_their_order_and_the_last_one_once() {
    let call = Call::default();
    assert!(matches!(call.pull(Duration::ZERO), Pulled::Nothing));
    call.tell(&Event::Resolving);
    call.tell(&Event::Downloading { id: 1, name: "rich", size: None });
    call.end("{}");
    call.end(r#"{"another":1}"#);
    call.tell(&Event::Committed);
    let told: Vec<_> = (0..3).map(|_| text(Some(call.pull(SOON)))).collect();
    let expected = [
        (r#"{"event":"resolving"}"#, false),
        (r#"{"event":"downloading","id":1,"name":"rich","size":null}"#, false),
        (r#"{"event":"finished","result":{}}"#, true),
    ];
    assert_eq!(told, expected.map(|(json, last)| (json.to_owned(), last)));
    assert!(matches!(call.pull(Duration::ZERO), Pulled::Nothing));
}

#[test]
fn cancelled_or_committing_but_never_both() {
    let call = Call::default();
    assert!(call.cancel(|| "1".to_owned()));
    assert!(call.is_cancelled() && !call.begin_commit());
    assert_eq!(text(Some(call.pull(SOON))), (r#"{"event":"finished","result":1}"#.to_owned(), true));

    let call = Call::default();
    assert!(call.begin_commit() && call.begin_commit());
    assert!(!call.cancel(|| unreachable!("it is too late")));
    assert!(!call.is_cancelled());
    assert!(matches!(call.pull(Duration::ZERO), Pulled::Nothing));
}

#[test]
fn a_request_that_is_none_is_a_call_too() {
    let number = start(Ok("pip install '"));
    let (json, last) = text(wait(number, SOON));
    assert!(last && json.contains("bad-quoting"), "{json}");
    assert!(wait(number, SOON).is_none() && cancel(number).is_none());
}

#[test]
fn a_question_is_a_call_too() {
    let asked = |question: &str| text(wait(start(Ok(question)), SOON));
    let (json, last) = asked(r#"{"query": "status"}"#);
    assert!(last && json.contains(r#""result":{"answers":"#), "{json}");
    let (json, last) = asked(r#"{"query": "plan"}"#);
    assert!(last && json.contains("bad-request"), "{json}");
}
