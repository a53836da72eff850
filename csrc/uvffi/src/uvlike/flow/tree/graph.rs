use std::collections::VecDeque;

use petgraph::Direction;
use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use uv_normalize::PackageName;
use uv_pep440::{Operator, VersionSpecifier, VersionSpecifiers};
use uv_pep508::{Requirement, VersionOrUrl};
use uv_pypi_types::{ResolutionMetadata, ResolverMarkerEnvironment, VerbatimParsedUrl};

use super::Node;
use crate::uvlike::settings::PipTreeSettings;

type Needed = Requirement<VerbatimParsedUrl>;

/// What is installed, and what of it needs what else of it; inverted if asked for.
pub(super) struct Graph<'a> {
    graph: petgraph::graph::DiGraph<&'a ResolutionMetadata, &'a Needed>,
    settings: &'a PipTreeSettings,
}

impl<'a> Graph<'a> {
    pub(super) fn of(
        packages: &FxHashMap<&PackageName, Vec<&'a ResolutionMetadata>>,
        settings: &'a PipTreeSettings,
        markers: &ResolverMarkerEnvironment,
    ) -> Self {
        let mut graph = Self { graph: petgraph::graph::DiGraph::new(), settings };
        for metadata in packages.values().flatten().filter(|metadata| !settings.prune.contains(&metadata.name)) {
            graph.graph.add_node(metadata);
        }
        graph.connect(markers);
        if settings.invert {
            graph.graph.reverse();
        }
        if !settings.package.is_empty() {
            graph.keep_reachable();
        }
        graph
    }

    /// An edge for each requirement that something installed meets.
    fn connect(&mut self, markers: &ResolverMarkerEnvironment) {
        let graph = &mut self.graph;
        let mut named: FxHashMap<&PackageName, Vec<NodeIndex>> = FxHashMap::default();
        for at in graph.node_indices() {
            named.entry(&graph[at].name).or_default().push(at);
        }
        for at in graph.node_indices() {
            for needed in graph[at].requires_dist.iter().filter(|needed| needed.marker.evaluate(markers, &[])) {
                for other in named.get(&needed.name).into_iter().flatten() {
                    let fits = match &needed.version_or_url {
                        Some(VersionOrUrl::VersionSpecifier(specifier)) => specifier.contains(&graph[*other].version),
                        Some(VersionOrUrl::Url(_)) | None => true,
                    };
                    if fits {
                        graph.add_edge(at, *other, needed);
                    }
                }
            }
        }
    }

    /// Drops what none of the packages that are asked for leads to.
    fn keep_reachable(&mut self) {
        let graph = &mut self.graph;
        let asked = graph.node_indices().filter(|at| self.settings.package.contains(&graph[*at].name));
        let mut reached: FxHashSet<NodeIndex> = asked.collect();
        let mut todo: VecDeque<NodeIndex> = reached.iter().copied().collect();
        while let Some(at) = todo.pop_front() {
            todo.extend(graph.neighbors(at).filter(|next| reached.insert(*next)));
        }
        graph.retain_nodes(|_, at| reached.contains(&at));
    }

    /// The trees below what nothing leads to. Where all is a circle, it is cut somewhere.
    pub(super) fn trees(mut self) -> Vec<Node> {
        let graph = &mut self.graph;
        let cuts: Vec<EdgeIndex> = greedy_feedback_arc_set(&*graph).map(|edge| edge.id()).collect();
        // One by one, as uv does: to take an edge out gives its number to another.
        let mut cut = Vec::new();
        for edge in cuts {
            if let Some((from, to)) = graph.edge_endpoints(edge)
                && let Some(needed) = graph.remove_edge(edge)
            {
                cut.push((from, to, needed));
            }
        }
        let mut roots: Vec<NodeIndex> = graph.externals(Direction::Incoming).collect();
        roots.sort_by_key(|at| (&graph[*at].name, &graph[*at].version));
        for (from, to, needed) in cut {
            graph.add_edge(from, to, needed);
        }
        let mut walk = Walk { graph: &self, seen: FxHashMap::default(), path: Vec::new() };
        roots.into_iter().filter_map(|root| walk.visit(root, &[])).collect()
    }

    /// What something leads to, with all edges to it, by name and version.
    fn next(&self, at: NodeIndex) -> Vec<(NodeIndex, Vec<EdgeIndex>)> {
        let mut edges: FxHashMap<NodeIndex, Vec<EdgeIndex>> = FxHashMap::default();
        for edge in self.graph.edges(at) {
            edges.entry(edge.target()).or_default().push(edge.id());
        }
        let mut next: Vec<_> = edges.into_iter().collect();
        next.sort_by_key(|(at, _)| (&self.graph[*at].name, &self.graph[*at].version));
        next
    }

    /// Several requirements on one thing as one: the first URL, or all specifiers.
    fn together(&self, edges: &[EdgeIndex]) -> Option<String> {
        let mut all = Vec::new();
        for edge in edges {
            match &self.graph[*edge].version_or_url {
                Some(VersionOrUrl::VersionSpecifier(specifiers)) => all.extend(specifiers.iter().cloned()),
                Some(VersionOrUrl::Url(url)) => return Some(url.to_string()),
                None => {}
            }
        }
        Some(simplified(all).to_string()).filter(|text| !text.is_empty())
    }
}

/// One way through the graph, depth first.
struct Walk<'g, 'a> {
    graph: &'g Graph<'a>,
    /// What was come to, and whether it leads anywhere.
    seen: FxHashMap<&'a PackageName, bool>,
    /// What lies above.
    path: Vec<&'a PackageName>,
}

impl Walk<'_, '_> {
    /// The tree from here on, come to by these edges; `None` where it would be too deep.
    fn visit(&mut self, at: NodeIndex, edges: &[EdgeIndex]) -> Option<Node> {
        let settings = self.graph.settings;
        if self.path.len() > usize::from(settings.depth) {
            return None;
        }
        let metadata = self.graph.graph[at];
        let name = &metadata.name;
        let mut node = Node {
            name: name.to_string(),
            version: metadata.version.to_string(),
            requirement: self.graph.together(edges),
            repeated: false,
            dependencies: Vec::new(),
        };
        if let Some(leads_on) = self.seen.get(name)
            && (!settings.no_dedupe || self.path.contains(&name))
        {
            node.repeated = *leads_on;
            return Some(node);
        }
        let next = self.graph.next(at);
        self.seen.insert(name, !next.is_empty());
        self.path.push(name);
        node.dependencies = next.iter().filter_map(|(at, edges)| self.visit(*at, edges)).collect();
        self.path.pop();
        Some(node)
    }
}

/// All specifiers with one lower bound and one upper one, the narrowest, and none twice.
fn simplified(all: Vec<VersionSpecifier>) -> VersionSpecifiers {
    use Operator::{GreaterThan, GreaterThanEqual, LessThan, LessThanEqual};
    let (mut lower, mut upper, mut others) = (None::<VersionSpecifier>, None::<VersionSpecifier>, Vec::new());
    for one in all {
        let (bound, wider, strict) = match one.operator() {
            GreaterThan | GreaterThanEqual => (&mut lower, std::cmp::Ordering::Less, GreaterThan),
            LessThan | LessThanEqual => (&mut upper, std::cmp::Ordering::Greater, LessThan),
            _ => {
                others.push(one);
                continue;
            }
        };
        let narrows = bound.as_ref().is_none_or(|bound| match bound.version().cmp(one.version()) {
            std::cmp::Ordering::Equal => *one.operator() == strict && *bound.operator() != strict,
            order => order == wider,
        });
        if narrows {
            *bound = Some(one);
        }
    }
    let mut seen = FxHashSet::default();
    lower.into_iter().chain(upper).chain(others).filter(|one| seen.insert(one.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn bounds_narrow() {
        let cases: [(&[&str], &str); 7] = [
            (&[">=1", ">=1.1"], ">=1.1"),
            (&[">=2", ">1"], ">=2"),
            (&[">=1", ">1"], ">1"),
            (&["<=1", "<1"], "<1"),
            (&["<1", "<=1", "<2"], "<1"),
            (&[">=1", "<2", "!=1.5", ">=1", "!=1.5"], ">=1, !=1.5, <2"),
            (&["==1.*", "~=1.2"], "==1.*, ~=1.2"),
        ];
        for (given, expected) in cases {
            let given = given.iter().map(|text| VersionSpecifier::from_str(text).unwrap()).collect();
            assert_eq!(simplified(given).to_string(), expected);
        }
    }
}
