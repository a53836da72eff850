//! What is the same in uv: settings, order of calls, texts. A new uv is compared with this folder.

pub(crate) mod flow;
pub(crate) mod settings;
pub(crate) mod text;
