use serde::Serialize;

/// A distribution at one place of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) version: String,
    /// By which versions or URL it is needed there, or of an inverted tree, needs what is above it; `None`: by any.
    pub(crate) requirement: Option<String>,
    /// Whether its own dependencies stand elsewhere in the tree, or would lead round in a circle.
    pub(crate) repeated: bool,
    /// What it needs; of an inverted tree, what needs it.
    pub(crate) dependencies: Vec<Self>,
}
