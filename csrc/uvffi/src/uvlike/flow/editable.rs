use std::sync::Arc;

use uv_configuration::EditableMode;
use uv_distribution_types::{DirectorySourceDist, Dist, Resolution, ResolvedDist, SourceDist};

/// Makes local directories editable or not, as the command line says for each of them.
pub(super) fn apply(resolution: Resolution, mode: Option<&EditableMode>) -> Resolution {
    let Some(mode) = mode else { return resolution };
    resolution.map(|resolved| {
        let ResolvedDist::Installable { dist, version } = resolved else { return None };
        let Dist::Source(SourceDist::Directory(directory)) = dist.as_ref() else { return None };
        let wanted = Some(mode.for_package(&directory.name)?);
        (directory.editable != wanted).then(|| ResolvedDist::Installable {
            dist: Arc::new(Dist::Source(SourceDist::Directory(DirectorySourceDist {
                editable: wanted,
                ..directory.clone()
            }))),
            version: version.clone(),
        })
    })
}
