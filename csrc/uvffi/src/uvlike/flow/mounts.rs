//! Distributions that something is mounted on.

use anyhow::{Result, bail};
use uv_distribution_types::InstalledDist;

use crate::transaction;

/// Refuses to take away a dist-info that is a mount: uv would empty it, and then fail at removing it.
pub(super) fn refuse_mounts<'d>(leaving: impl IntoIterator<Item = &'d InstalledDist>) -> Result<()> {
    let mount = leaving.into_iter().find(|dist| transaction::is_mount(dist.install_path()));
    let Some(dist) = mount else { return Ok(()) };
    bail!(
        "`{dist}` can't be removed or replaced: something is mounted at `{}`. Nothing was changed; unmount it first",
        dist.install_path().display()
    )
}
