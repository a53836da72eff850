use std::fs;
use std::path::PathBuf;

use uv_preview::Preview;

use super::world::World;
use crate::transaction::arrange::{Arrangement, Arranger, Trouble};
use crate::transaction::carried;
use crate::transaction::commit::Commit;
use crate::transaction::journal::{Journal, Listed, Record, Told};
use crate::transaction::node::Node;
use crate::transaction::object::Object;
use crate::transaction::refused::Refused;
use crate::transaction::stage::Prepared;
use crate::transaction::step::{Kind, Step};
use crate::transaction::{Wheel, stages};

/// What the filesystem won't do.
#[derive(Default)]
pub(super) struct Ways {
    pub(super) no_exchange: bool,
    /// Directories below site-packages that it won't rename.
    pub(super) refused: Vec<&'static str>,
}

/// A change that is staged and arranged, and not yet made.
pub(super) struct Staged<'w> {
    world: &'w World,
    pub(super) prepared: Prepared,
    pub(super) arrangement: Arrangement,
    node: Box<Node>,
}

impl<'w> Staged<'w> {
    pub(super) fn new(world: &'w World, comes: &[Wheel], goes: &[&str], ways: &Ways) -> Result<Self, Trouble> {
        let (incoming, outgoing) = world.sides(comes, goes);
        let prepared = world.prepare(&incoming, &outgoing, Preview::default()).unwrap();
        let refused = Refused::default();
        ways.refused.iter().for_each(|path| refused.add(world.site().join(path)));
        let extra = prepared.stage.join("extra");
        let arranger = Arranger::new(&prepared.ground, &prepared.members, &refused, &extra, ways.no_exchange);
        let (arrangement, node) = arranger.arrange()?;
        Ok(Self { world, prepared, arrangement, node: Box::new(node) })
    }

    /// The renames, in their order.
    pub(super) fn told(&self) -> Vec<String> {
        let told = |step: &Step| {
            let kind = match step.kind {
                Kind::In => "in",
                Kind::Exchange => "exchange",
                Kind::Out => "out",
            };
            format!("{kind} {}", self.world.short(&step.live))
        };
        self.arrangement.steps.iter().map(told).collect()
    }

    /// The directories that may be empty afterwards.
    pub(super) fn prune(&self) -> Vec<String> {
        self.arrangement.prune.iter().map(|path| self.world.short(path)).collect()
    }

    /// Makes it; gives back what users wrote meanwhile.
    pub(super) fn commit(self) -> Vec<PathBuf> {
        let commit = Commit {
            store: &self.world.store,
            members: &self.prepared.members,
            arrangement: &self.arrangement,
            node: &self.node,
            stage: &self.prepared.stage,
            durable: false,
            entry: None,
        };
        let committed = commit.run(None).unwrap();
        committed.close();
        stages::remove(&self.prepared.stage);
        committed.given_back
    }

    /// Does the first renames and no more, as a process that is killed then.
    pub(super) fn die_after(self, count: usize) -> Vec<Step> {
        for slot in &self.arrangement.slots {
            fs::create_dir_all(slot).unwrap();
        }
        for whole in &self.arrangement.wholes {
            for path in &whole.strangers {
                carried::carry_below(path, &whole.live, &whole.beside).unwrap();
            }
        }
        let mut journal = Journal::open(&self.world.store.journal()).unwrap();
        journal.arm(&self.record(), false).unwrap();
        for step in &self.arrangement.steps[..count] {
            step.perform().unwrap();
        }
        self.arrangement.steps
    }

    fn record(&self) -> Record {
        let members = self.prepared.members.iter();
        let dists = members.map(|member| {
            let (name, from, to) = (member.name.clone(), member.from.clone(), member.to.clone());
            Told { name, from, to }
        });
        Record {
            base: self.world.store.base.clone(),
            base_object: Object::at(&self.world.store.base).unwrap(),
            steps: self.arrangement.steps.clone(),
            prune: self.arrangement.prune.iter().rev().cloned().map(Listed).collect(),
            dists: dists.collect(),
            bytecode: self.arrangement.bytecode.iter().cloned().map(Listed).collect(),
            entry: None,
            stage: self.prepared.stage.clone(),
        }
    }
}
