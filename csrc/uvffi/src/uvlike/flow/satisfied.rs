//! Whether what is installed satisfies what is asked for, by uv's rules, for requirements on an index: each name that
//! is reached is looked at, and nothing else. What comes from elsewhere is uv's own check to judge.

use rustc_hash::{FxHashMap, FxHashSet};
use uv_configuration::{Excludes, Override, Overrides};
use uv_distribution_types::{InstalledDist, Requirement, RequirementSource, UnresolvedRequirement};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_pypi_types::ResolverMarkerEnvironment;

use super::sources::Asked;
use crate::inventory::Look;

/// The answer, as far as it can be given here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Satisfied {
    Yes,
    No,
    /// uv's own check has to say.
    Ask,
}

/// Checks everything that is asked for, and what that requires in turn.
pub(super) fn check(asked: &Asked, look: &Look, markers: &ResolverMarkerEnvironment, tags: &Tags) -> Satisfied {
    let Some(closure) = Closure::begin(asked, look, markers, tags) else { return Satisfied::Ask };
    closure.walk()
}

struct Closure<'a> {
    look: &'a Look,
    markers: &'a ResolverMarkerEnvironment,
    tags: &'a Tags,
    overrides: Overrides,
    excludes: Excludes,
    constraints: FxHashMap<&'a PackageName, Vec<&'a Requirement>>,
    seen: FxHashSet<Requirement>,
    todo: Vec<Requirement>,
}

impl<'a> Closure<'a> {
    /// `None` where something has no name yet.
    fn begin(asked: &'a Asked, look: &'a Look, markers: &'a ResolverMarkerEnvironment, tags: &'a Tags) -> Option<Self> {
        let overrides = named(asked.spec.overrides.iter().map(|entry| &entry.requirement))?;
        let overrides =
            asked.lowered_overrides.iter().cloned().chain(overrides.into_iter().cloned().map(Override::Requirement));
        let mut constraints: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for constraint in &asked.constraints {
            constraints.entry(&constraint.requirement.name).or_default().push(&constraint.requirement);
        }
        let mut closure = Self {
            look,
            markers,
            tags,
            overrides: Overrides::from_entries(overrides.collect()).ok()?,
            excludes: Excludes::from_entries(asked.excludes.iter().cloned()),
            constraints,
            seen: FxHashSet::default(),
            todo: Vec::new(),
        };
        let first = named(asked.spec.requirements.iter().map(|entry| &entry.requirement))?;
        let wanted: Vec<Requirement> = closure
            .overrides
            .apply(first)
            .filter(|requirement| !closure.excludes.contains(&requirement.name))
            .filter(|requirement| requirement.evaluate_markers(Some(markers), &[]))
            .map(std::borrow::Cow::into_owned)
            .collect();
        closure.add(wanted);
        Some(closure)
    }

    fn add(&mut self, wanted: Vec<Requirement>) {
        for requirement in wanted {
            if self.seen.insert(requirement.clone()) {
                self.todo.push(requirement);
            }
        }
    }

    fn walk(mut self) -> Satisfied {
        while let Some(requirement) = self.todo.pop() {
            let found = self.look.get(&requirement.name);
            let mut there = found.iter().filter(|found| found.is_there());
            if there.clone().any(|found| found.reading.is_unreadable()) {
                // uv fails there.
                return Satisfied::Ask;
            }
            // Twice there, or broken: to be installed anew.
            let (Some(found), None) = (there.next(), there.next()) else { return Satisfied::No };
            let Some(dist) = found.whole() else { return Satisfied::No };
            match self.meets(dist, &requirement) {
                Satisfied::Yes => {}
                other => return other,
            }
            // uv fails where metadata can't be read: it shall say so.
            let Ok(metadata) = dist.read_metadata() else { return Satisfied::Ask };
            let required: Vec<Requirement> = metadata.requires_dist.iter().cloned().map(Requirement::from).collect();
            let (name, version) = (&requirement.name, dist.version());
            let wanted = self
                .overrides
                .apply_for(name, version, &required)
                .filter(|wanted| !self.excludes.contains_for(name, version, &wanted.name))
                .filter(|wanted| wanted.evaluate_markers(Some(self.markers), &requirement.extras))
                .map(std::borrow::Cow::into_owned)
                .collect();
            self.add(wanted);
        }
        Satisfied::Yes
    }

    /// Whether one distribution meets a requirement and all constraints on its name.
    fn meets(&self, dist: &InstalledDist, requirement: &Requirement) -> Satisfied {
        let constraints = self.constraints.get(&requirement.name).into_iter().flatten().copied();
        for rule in std::iter::once(requirement).chain(constraints) {
            if !rule.evaluate_markers(Some(self.markers), &[]) {
                continue;
            }
            match self.fits(dist, &rule.source) {
                Satisfied::Yes => {}
                other => return other,
            }
        }
        Satisfied::Yes
    }

    fn fits(&self, dist: &InstalledDist, source: &RequirementSource) -> Satisfied {
        if dist.build_info().is_some() {
            return Satisfied::Ask;
        }
        let RequirementSource::Registry { specifier, .. } = source else { return Satisfied::Ask };
        if !specifier.contains(dist.version()) {
            return Satisfied::No;
        }
        match dist.read_tags() {
            Ok(Some(tags)) if !tags.is_compatible(self.tags) => Satisfied::No,
            _ => Satisfied::Yes,
        }
    }
}

fn named<'r>(requirements: impl Iterator<Item = &'r UnresolvedRequirement>) -> Option<Vec<&'r Requirement>> {
    requirements
        .map(|requirement| match requirement {
            UnresolvedRequirement::Named(requirement) => Some(requirement),
            UnresolvedRequirement::Unnamed(_) => None,
        })
        .collect()
}
