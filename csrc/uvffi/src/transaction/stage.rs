//! What comes is made ready beside the live tree: taken from the Shelf, or put in place there by uv's installer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use uv_configuration::initialize_rayon_once;
use uv_distribution_types::InstalledDist;
use uv_install_wheel::InstallState;
use uv_normalize::PackageName;
use uv_preview::Preview;

use super::layout::Ground;
use super::manifest::Manifest;
use super::member::{Member, members};
use super::object::Object;
use super::together::Together;
use super::tree::Tree;
use super::{Failure, Place, Wheel, carried, faults, left, now, shelf, stages};
use crate::calls;

/// A distribution that comes.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) name: PackageName,
    pub(crate) version: String,
    pub(crate) from: Origin,
    /// As uv names it where it can't be installed.
    pub(crate) label: String,
}

/// Of what it is made.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Of a wheel in uv's cache; from the Shelf, if that has one of this very wheel, by its key.
    Wheel(Box<Wheel>, String),
    /// It is the tree on the Shelf with this dist-info; or made of the wheel, if the Shelf let it go.
    Shelf(Object, Option<Box<Wheel>>),
}

impl Origin {
    pub(crate) fn wheel(wheel: Wheel) -> Self {
        let key = wheel.key();
        Self::Wheel(Box::new(wheel), key)
    }
}

/// All that a Transaction needs, beside the live tree.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) stage: PathBuf,
    pub(super) ground: Arc<Ground>,
    pub(super) members: Vec<Member>,
}

impl Place {
    /// Prepares what comes in the place of what goes. Nothing that is live is touched.
    #[tracing::instrument(name = "stage", level = "debug", skip_all, fields(packages = incoming.len()))]
    pub(crate) fn prepare(
        &self,
        incoming: &[Incoming],
        outgoing: &[InstalledDist],
        preview: Preview,
    ) -> Result<Prepared, Failure> {
        let ground = self.ground();
        let stage = self.store.new_stage();
        let mut members = members(&stage, incoming, outgoing);
        if shelf::is_on(self) {
            for (member, one) in members.iter_mut().zip(incoming) {
                self.take_from_shelf(member, one, &ground);
            }
        }
        let mut prepared = Prepared { stage, ground: Arc::new(ground), members };
        if let Err(failure) = prepared.fill(self, incoming, preview) {
            self.put_back(prepared, Vec::new());
            return Err(failure);
        }
        Ok(prepared)
    }

    /// Whether all of it is on the Shelf, and nothing has to be staged.
    pub(crate) fn has_all(&self, incoming: &[Incoming]) -> bool {
        self.finish();
        let trees = self.trees();
        shelf::is_on(self)
            && incoming.iter().all(|one| match &one.from {
                Origin::Wheel(_, key) => trees.has_shelved(one.name.as_ref(), key),
                Origin::Shelf(..) => false,
            })
    }

    /// The tree of this very wheel, if the Shelf has it, unchanged.
    fn take_from_shelf(&self, member: &mut Member, one: &Incoming, ground: &Ground) {
        let mut trees = self.trees();
        let taken = match &one.from {
            Origin::Wheel(_, key) => trees.take_shelved(&self.store, ground, &member.name, key),
            Origin::Shelf(object, wheel) => {
                trees.take_object(&self.store, ground, &member.name, *object).or_else(|| {
                    wheel.as_ref().and_then(|wheel| trees.take_shelved(&self.store, ground, &member.name, &wheel.key()))
                })
            }
        };
        let Some(mut tree) = taken else { return };
        let Some(directory) = tree.directory(&self.store) else { return };
        drop(trees);
        match self.is_right(&mut tree, &directory, ground) {
            Ok(true) => {
                member.tree = directory;
                member.comes = Some(tree);
            }
            // It can't be told now whether it is right.
            Err(error) if error.kind() != io::ErrorKind::NotFound => self.trees().put(&self.store, tree),
            Ok(false) | Err(_) => {
                self.trees().forget_written(&self.store, &tree);
                stages::remove(&directory);
            }
        }
    }

    /// Whether a tree of the Shelf may come back.
    fn is_right(&self, tree: &mut Tree, directory: &Path, ground: &Ground) -> io::Result<bool> {
        if tree.proved && tree.manifest.has_its_directories(directory)? {
            return Ok(true);
        }
        // Users' files may have been carried into it for a change that did not come about.
        let _ = carried::drop_second_names(directory, &ground.base);
        tree.proved = left::prove(self, tree, directory)?;
        Ok(tree.proved)
    }

    /// Nothing came of it.
    pub(super) fn put_back(&self, prepared: Prepared, outgoing: Vec<Option<Tree>>) {
        let mut trees = self.trees();
        for goes in outgoing.into_iter().flatten().filter(|tree| !tree.manifest.files.is_empty()) {
            trees.put(&self.store, goes);
        }
        for comes in prepared.members.into_iter().filter_map(|member| member.comes) {
            if comes.shelved {
                trees.put(&self.store, comes);
            }
        }
        drop(trees);
        stages::remove(&prepared.stage);
        self.store.leave();
    }
}

impl Prepared {
    /// Whether nothing has to be staged.
    fn is_full(&self) -> bool {
        self.members.iter().all(|member| member.comes.is_some())
    }

    fn fill(&mut self, place: &Place, incoming: &[Incoming], preview: Preview) -> Result<(), Failure> {
        if self.is_full() {
            return Ok(());
        }
        place.store.make_stage(&self.stage)?;
        if let Some(far) = self.ground.places().into_iter().find(|at| !place.store.shares_filesystem_with(at)) {
            return Err(Failure::Unfit(format!("`{}` is on another filesystem", far.display())));
        }
        self.install(incoming, preview).map_err(|error| match calls::is_cancelled() {
            true => Failure::Cancelled,
            false => Failure::Unchanged(error),
        })
    }

    fn install(&mut self, incoming: &[Incoming], preview: Preview) -> anyhow::Result<()> {
        for root in self.ground.roots().into_iter().filter(|_| !incoming.is_empty()) {
            fs::create_dir_all(root).with_context(|| format!("`{}` can't be made", root.display()))?;
        }
        let state = InstallState::new(preview);
        let missing: Vec<usize> = (0..incoming.len()).filter(|at| self.members[*at].comes.is_none()).collect();
        let mut together = Together::of(&mut self.members, incoming, &self.ground, &self.stage);
        self.put_in_place(&missing, incoming, &together, &state)?;
        if !together.is_told_apart(&self.stage, &self.ground)? {
            let apart = together.part(&mut self.members, &self.stage);
            self.put_in_place(&apart, incoming, &together, &state)?;
        }
        // As uv: a check that fails is no reason not to install.
        let _ = state.warn_package_conflicts();
        Ok(())
    }

    fn put_in_place(
        &mut self,
        members: &[usize],
        incoming: &[Incoming],
        together: &Together,
        state: &InstallState,
    ) -> anyhow::Result<()> {
        let (call, span) = (calls::current(), tracing::Span::current());
        let stage = |at: &usize| {
            // Of a call that was cancelled nobody waits for the others.
            anyhow::ensure!(call.as_ref().is_none_or(|call| !call.is_cancelled()), calls::cancelled().message);
            span.in_scope(|| Ok((*at, self.tree(*at, &incoming[*at], together, state)?)))
        };
        let trees: anyhow::Result<Vec<(usize, Tree)>> = match members {
            [_] => members.iter().map(stage).collect(),
            _ => {
                initialize_rayon_once();
                members.par_iter().map(stage).collect()
            }
        };
        for (at, tree) in trees? {
            self.members[at].comes = Some(tree);
        }
        Ok(())
    }

    #[tracing::instrument(name = "tree", level = "debug", skip_all, fields(name = %one.name, version = %one.version))]
    fn tree(&self, at: usize, one: &Incoming, together: &Together, state: &InstallState) -> anyhow::Result<Tree> {
        faults::point("stage.tree")?;
        let root = &self.members[at].tree;
        let layout = self.ground.below(root);
        fs::create_dir_all(&layout.scheme.purelib)?;
        fs::create_dir_all(&layout.scheme.platlib)?;
        let (Origin::Wheel(wheel, _) | Origin::Shelf(_, Some(wheel))) = &one.from else {
            anyhow::bail!("{} {} is no longer on the Shelf", one.name, one.version);
        };
        wheel.install(layout, state).with_context(|| format!("Failed to install: {}", one.label))?;
        let mut manifest = together.manifest(at, root)?.map_or_else(|| Manifest::of(root), Ok)?;
        manifest.keep_directories(|path| self.ground.is_in_root(path));
        let dist_info = self.dist_info(&manifest).context("The wheel brought no dist-info")?;
        let object = Object::at(&root.join(&dist_info))?.context("The dist-info went away")?;
        Ok(Tree {
            wheel: Some((**wheel).clone()),
            key: Some(wheel.key()),
            manifest,
            used: now().as_secs_f64(),
            ..Tree::of_another(&self.members[at].name, &one.version, &dist_info, object)
        })
    }

    fn dist_info(&self, manifest: &Manifest) -> Option<PathBuf> {
        let roots = self.ground.roots().map(|root| self.ground.relative(root));
        let is_one =
            |path: &Path| path.extension().is_some_and(|kind| kind == "dist-info") && roots.contains(&path.parent());
        manifest.directories.iter().map(|directory| &directory.path).find(|path| is_one(path)).cloned()
    }
}
