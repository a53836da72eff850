//! Which commits a Child found for references of Git repositories: with them known, and all that belongs to them in
//! uv's cache, nothing is fetched here, and the two can't differ.

use serde::{Deserialize, Serialize};
use uv_cache_key::RepositoryUrl;
use uv_distribution_types::{Dist, RequirementSource, Resolution, ResolvedDist, SourceDist, UnresolvedRequirement};
use uv_git::{GitResolver, RepositoryReference};
use uv_git_types::{GitReference, GitUrl};
use uv_pypi_types::ParsedUrl;
use uv_requirements::RequirementsSpecification;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Commit {
    repository: String,
    reference: Reference,
    commit: String,
}

/// uv's own, to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Reference {
    Branch(String),
    Tag(String),
    BranchOrTag(String),
    BranchOrTagOrCommit(String),
    NamedRef(String),
    DefaultBranch,
}

impl Commit {
    /// Those of what was resolved.
    pub(super) fn of(resolution: &Resolution, git: &GitResolver) -> Vec<Self> {
        let urls = resolution.distributions().filter_map(|dist| match dist {
            ResolvedDist::Installable { dist, .. } => url_of(dist),
            ResolvedDist::Installed { .. } => None,
        });
        let known = urls.filter_map(|url| {
            Some(Self {
                repository: url.repository().as_str().to_owned(),
                reference: Reference::of(url.reference()),
                commit: git.get_precise(url)?.to_string(),
            })
        });
        known.collect()
    }

    /// Makes it known; one that can't be read is as if it weren't there.
    pub(super) fn tell(&self, git: &GitResolver) {
        if let (Ok(url), Ok(commit)) = (RepositoryUrl::parse(&self.repository), self.commit.parse()) {
            git.insert(RepositoryReference { url, reference: self.reference.to_git() }, commit);
        }
    }
}

impl Reference {
    fn of(reference: &GitReference) -> Self {
        match reference.clone() {
            GitReference::Branch(name) => Self::Branch(name),
            GitReference::Tag(name) => Self::Tag(name),
            GitReference::BranchOrTag(name) => Self::BranchOrTag(name),
            GitReference::BranchOrTagOrCommit(name) => Self::BranchOrTagOrCommit(name),
            GitReference::NamedRef(name) => Self::NamedRef(name),
            GitReference::DefaultBranch => Self::DefaultBranch,
        }
    }

    fn to_git(&self) -> GitReference {
        match self.clone() {
            Self::Branch(name) => GitReference::Branch(name),
            Self::Tag(name) => GitReference::Tag(name),
            Self::BranchOrTag(name) => GitReference::BranchOrTag(name),
            Self::BranchOrTagOrCommit(name) => GitReference::BranchOrTagOrCommit(name),
            Self::NamedRef(name) => GitReference::NamedRef(name),
            Self::DefaultBranch => GitReference::DefaultBranch,
        }
    }
}

/// The repository that a distribution comes from, if it does.
pub(super) fn url_of(dist: &Dist) -> Option<&GitUrl> {
    match dist {
        Dist::Source(SourceDist::GitDirectory(dist)) => Some(&dist.git),
        Dist::Source(SourceDist::GitPath(dist)) => Some(&dist.git),
        _ => None,
    }
}

/// The repositories that are asked for themselves.
pub(super) fn asked(spec: &RequirementsSpecification) -> Vec<GitUrl> {
    let wanted = spec.requirements.iter().chain(&spec.overrides).map(|entry| &entry.requirement);
    let wanted = wanted.filter_map(|wanted| match wanted {
        UnresolvedRequirement::Named(named) => of_source(&named.source),
        UnresolvedRequirement::Unnamed(unnamed) => match &unnamed.url.parsed_url {
            ParsedUrl::GitDirectory(git) => Some(git.url.clone()),
            ParsedUrl::GitPath(git) => Some(git.url.clone()),
            _ => None,
        },
    });
    let constraints = spec.constraints.iter().filter_map(|constraint| of_source(&constraint.requirement.source));
    wanted.chain(constraints).collect()
}

fn of_source(source: &RequirementSource) -> Option<GitUrl> {
    match source {
        RequirementSource::GitDirectory { git, .. } | RequirementSource::GitPath { git, .. } => Some(git.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use uv_git_types::GitLfs;
    use uv_redacted::DisplaySafeUrl;

    use super::*;

    #[test]
    fn what_is_told_is_known() {
        let commit = "0123456789012345678901234567890123456789";
        for reference in [GitReference::DefaultBranch, GitReference::from_rev("main".to_owned())] {
            let told = Commit {
                repository: "file:///somewhere/a".to_owned(),
                reference: Reference::of(&reference),
                commit: commit.to_owned(),
            };
            let told: Commit = serde_json::from_str(&serde_json::to_string(&told).unwrap()).unwrap();
            let git = GitResolver::default();
            let url = DisplaySafeUrl::parse("file:///somewhere/a").unwrap();
            let asked = GitUrl::from_fields(url, reference, None, GitLfs::Disabled).unwrap();
            assert!(git.get_precise(&asked).is_none());
            told.tell(&git);
            assert_eq!(git.get_precise(&asked).unwrap().as_str(), commit);
        }
    }
}
