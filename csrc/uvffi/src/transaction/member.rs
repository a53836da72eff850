use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};
use uv_distribution_types::{InstalledDist, InstalledDistKind, InstalledMetadata, Name};
use uv_install_wheel::read_record;

use super::layout::{Ground, plain, real};
use super::manifest::Entry;
use super::node::Node;
use super::stage::Incoming;
use super::tree::Tree;

const DIST_INFO: &str = ".dist-info";

/// What a Transaction does to one name.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The version that goes, the newest of several, and the one that comes.
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// Its own directory beside the live tree, a mirror of the base: what comes in is there, what goes out will be.
    pub(crate) tree: PathBuf,
    /// What comes.
    pub(crate) comes: Option<Tree>,
    /// The dist-info directories that go, with links resolved above them.
    pub(crate) leaving: Vec<PathBuf>,
    /// What uv calls each of them.
    pub(crate) labels: Vec<String>,
}

impl Member {
    /// Adds what comes in, all but its dist-info.
    pub(crate) fn bring(&self, at: usize, node: &mut Node) {
        let Some(comes) = &self.comes else { return };
        let content = |path: &&Entry| !path.path.starts_with(&comes.dist_info);
        for directory in comes.manifest.directories.iter().filter(content) {
            node.bring(&directory.path, true, at);
        }
        for file in comes.manifest.files.iter().filter(content) {
            node.bring(&file.path, false, at);
        }
    }

    /// Adds what goes out, as the RECORDs name it. `own`, the Transaction's [`dist_infos`], are not part of it.
    pub(crate) fn lose(&self, at: usize, ground: &Ground, own: &FxHashSet<PathBuf>, node: &mut Node) -> io::Result<()> {
        let mut ways = Ways { ground, known: FxHashMap::default() };
        for (number, dist_info) in self.leaving.iter().enumerate() {
            let label = self.labels.get(number).unwrap_or(&self.name);
            let Some(site_packages) = dist_info.parent() else { continue };
            let mut file = match fs::File::open(dist_info.join("RECORD")) {
                // Half-installed: nothing tells what else is its.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                file => file?,
            };
            // In uv's own words.
            let record = read_record(&mut file).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            for row in record {
                let path = plain(&site_packages.join(&row.path));
                if !ground.holds(&path) || path.parent().is_some_and(|directory| ways.lead_out(directory)) {
                    escapes(label, &row.path);
                } else if let Some(path) = ground.relative(&path)
                    && !(row.path.contains(DIST_INFO) && path.ancestors().any(|above| own.contains(above)))
                {
                    node.lose(path, at);
                }
            }
        }
        Ok(())
    }
}

/// The directories on the way to what RECORDs name. A link among them that leads out of the environment is its user's,
/// and so is what is behind it: uv would remove that.
struct Ways<'g> {
    ground: &'g Ground,
    known: FxHashMap<PathBuf, bool>,
}

impl Ways<'_> {
    fn lead_out(&mut self, directory: &Path) -> bool {
        if self.ground.relative(directory).is_none_or(|below| below.as_os_str().is_empty()) {
            return false;
        }
        if let Some(known) = self.known.get(directory) {
            return *known;
        }
        let out = directory.parent().is_some_and(|above| self.lead_out(above))
            || (directory.is_symlink() && !self.ground.holds(&real(directory)));
        self.known.insert(directory.to_path_buf(), out);
        out
    }
}

/// As uv warns about it, for the same path.
fn escapes(name: &str, path: &str) {
    uv_warnings::warn_user_once!(
        "Invalid RECORD entry in {} that escapes the Python environment, skipping: {}",
        name,
        path
    );
}

/// The dist-info directories, below the base, that come, go or are exchanged as ones. The RECORD of another may name what
/// is in them: one that is a copy under another version's name, say.
pub(crate) fn dist_infos(members: &[Member], ground: &Ground) -> FxHashSet<PathBuf> {
    let comes = members.iter().filter_map(|member| Some(member.comes.as_ref()?.dist_info.as_path()));
    let goes = members.iter().flat_map(|member| &member.leaving).filter_map(|path| ground.relative(path));
    comes.chain(goes).map(Path::to_path_buf).collect()
}

/// One member for each name: first those that come, in their order.
pub(crate) fn members(stage: &Path, incoming: &[Incoming], outgoing: &[InstalledDist]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::with_capacity(incoming.len());
    let tree = |at: usize| stage.join(at.to_string());
    for one in incoming {
        members.push(Member {
            name: one.name.to_string(),
            from: None,
            to: Some(one.version.clone()),
            tree: tree(members.len()),
            comes: None,
            leaving: Vec::new(),
            labels: Vec::new(),
        });
    }
    for dist in outgoing.iter().filter(|dist| is_dist_info(dist)) {
        let name = dist.name().to_string();
        let at = members.iter().position(|member| member.name == name).unwrap_or_else(|| {
            let (from, to, tree) = (None, None, tree(members.len()));
            members.push(Member { name, from, to, tree, comes: None, leaving: Vec::new(), labels: Vec::new() });
            members.len() - 1
        });
        members[at].from = Some(dist.installed_version().version().to_string());
        let path = dist.install_path();
        let (parent, info) = (path.parent().map(real).unwrap_or_default(), path.file_name().unwrap_or_default());
        let live = parent.join(info);
        if !members[at].leaving.contains(&live) {
            members[at].leaving.push(live);
            members[at].labels.push(dist.to_string());
        }
    }
    members
}

/// Whether it is of the kind that has a RECORD, by which it can go.
pub(crate) fn is_dist_info(dist: &InstalledDist) -> bool {
    matches!(dist.kind, InstalledDistKind::Registry(_) | InstalledDistKind::Url(_))
}
