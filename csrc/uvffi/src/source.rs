use serde::Serialize;

/// Where a distribution that comes is from: what pip's installation report tells of it, but for its metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// The file or tree, in the form of PEP 610, without credentials.
    pub(crate) download_info: serde_json::Value,
    /// Whether it was asked for by its URL, and not found on an index.
    pub(crate) is_direct: bool,
    pub(crate) is_yanked: bool,
    /// Whether the request names it itself.
    pub(crate) requested: bool,
    /// In a dry run: its tree in uv's cache, if it is there.
    pub(crate) archive: Option<String>,
}
