use std::sync::Arc;

use crate::calls::{Call, Event};

/// What of a text was told line by line to whoever follows the call.
pub(super) struct Lines {
    call: Arc<Call>,
    stream: &'static str,
    told: usize,
    builds: Option<Builds>,
}

/// Builds that a Child which prepares has told of: those of them that are not done yet.
#[derive(Default)]
struct Builds {
    last_id: usize,
    open: Vec<(usize, String)>,
}

impl Lines {
    /// `prepares`: whether it is a Child that prepares, whose lines about builds are told as what they are.
    pub(super) fn new(call: Arc<Call>, stream: &'static str, prepares: bool) -> Self {
        Self { call, stream, told: 0, builds: prepares.then(Builds::default) }
    }

    /// Tells the lines that are whole, or at the end all there is.
    pub(super) fn tell(&mut self, text: &[u8], is_end: bool) {
        let rest = &text[self.told..];
        let whole =
            if is_end { rest.len() } else { rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
        for line in rest[..whole].split_inclusive(|byte| *byte == b'\n') {
            let text = super::plain_text(line);
            let text = text.trim_end_matches('\n');
            let event = self.builds.as_mut().and_then(|builds| builds.event(text));
            self.call.tell(&event.unwrap_or(Event::Output { stream: self.stream, text }));
        }
        self.told += whole;
    }
}

impl Builds {
    /// What a line says of a build, if it does.
    fn event<'l>(&mut self, line: &'l str) -> Option<Event<'l>> {
        if let Some(what) = line.strip_prefix("   Building ") {
            self.last_id += 1;
            self.open.push((self.last_id, what.to_owned()));
            return Some(Event::Building { id: self.last_id, what });
        }
        let what = line.strip_prefix("      Built ")?;
        let at = self.open.iter().position(|(_, open)| open == what)?;
        Some(Event::Built { id: self.open.swap_remove(at).0, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_have_events_of_their_own() {
        let mut builds = Builds::default();
        assert_eq!(builds.event("   Building a==1"), Some(Event::Building { id: 1, what: "a==1" }));
        assert_eq!(builds.event("   Building b==1"), Some(Event::Building { id: 2, what: "b==1" }));
        assert_eq!(builds.event("      Built a==1"), Some(Event::Built { id: 1, what: "a==1" }));
        assert_eq!(builds.event("      Built a==1"), None);
        assert_eq!(builds.event("Resolved 2 packages in 1ms"), None);
    }
}
