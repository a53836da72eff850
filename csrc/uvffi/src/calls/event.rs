use serde::Serialize;

/// What happens in a call, for whoever follows it. Its end is no part of these: that has the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Event<'e> {
    Resolving,
    Resolved {
        packages: usize,
    },
    Downloading {
        id: usize,
        name: &'e str,
        /// In bytes, where that is known.
        size: Option<u64>,
    },
    /// So many bytes more of a download.
    Progress {
        id: usize,
        bytes: u64,
    },
    Downloaded {
        id: usize,
        name: &'e str,
    },
    Building {
        id: usize,
        what: &'e str,
    },
    Built {
        id: usize,
        what: &'e str,
    },
    /// All that comes is in uv's cache.
    Prepared {
        packages: usize,
    },
    /// All that comes is beside the live tree.
    Staged {
        packages: usize,
    },
    Committed,
    /// A line of uv in a process of its own.
    Output {
        stream: &'static str,
        text: &'e str,
    },
}

impl Event<'_> {
    pub(super) fn to_json(&self) -> Box<str> {
        // Every key is a string and every value finite.
        serde_json::to_string(self).unwrap_or_default().into()
    }
}
