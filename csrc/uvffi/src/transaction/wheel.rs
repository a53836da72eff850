use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uv_cache_info::CacheInfo;
use uv_distribution_filename::WheelFilename;
use uv_distribution_types::{BuildInfo, CachedDist};
use uv_install_wheel::{InstallState, Layout, LinkMode};
use uv_pypi_types::DirectUrl;

use super::path_text;

/// A wheel as uv has it unpacked in its cache, with all that its installing depends on beside the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wheel {
    pub(crate) filename: String,
    /// Its unpacked archive. Each unpacking has a place of its own, so that it stands for the content.
    #[serde(with = "path_text")]
    pub(crate) archive: PathBuf,
    pub(crate) direct_url: Option<DirectUrl>,
    pub(crate) cache_info: Option<CacheInfo>,
    pub(crate) build_info: Option<BuildInfo>,
    pub(crate) how: How,
}

/// How a wheel is put in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct How {
    /// The interpreter, which scripts name.
    #[serde(with = "path_text")]
    pub(crate) python: PathBuf,
    pub(crate) link_mode: LinkMode,
    pub(crate) relocatable: bool,
    pub(crate) installer_metadata: bool,
}

impl Wheel {
    pub(crate) fn of(dist: &CachedDist, how: How) -> Self {
        Self {
            filename: dist.filename().to_string(),
            archive: dist.path().to_path_buf(),
            direct_url: dist.parsed_url().map(DirectUrl::from),
            cache_info: (!dist.cache_info().is_empty()).then(|| dist.cache_info().clone()),
            build_info: dist.build_info().cloned(),
            how,
        }
    }

    /// The same for the same wheel, put in place in the same way.
    pub(crate) fn key(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        uv_cache_key::cache_digest(&text)
    }

    /// Puts it in place with uv's own installer.
    pub(crate) fn install(&self, mut layout: Layout, state: &InstallState) -> anyhow::Result<()> {
        layout.sys_executable.clone_from(&self.how.python);
        let filename = WheelFilename::from_str(&self.filename)?;
        uv_install_wheel::install_wheel(
            &layout,
            self.how.relocatable,
            &self.archive,
            &filename,
            self.direct_url.as_ref(),
            self.cache_info.as_ref(),
            self.build_info.as_ref(),
            Some("uv"),
            self.how.installer_metadata,
            self.how.link_mode,
            state,
        )?;
        Ok(())
    }
}
