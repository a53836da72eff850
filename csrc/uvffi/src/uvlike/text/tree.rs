use crate::uvlike::flow::Node;
use crate::uvlike::settings::PipTreeSettings;

/// The trees as lines, and what their mark means if it is in them.
pub(crate) fn render_tree(roots: &[Node], settings: &PipTreeSettings) -> String {
    let mut lines = Vec::new();
    for root in roots {
        lines.push(title(root, None, settings));
        below(root, "", settings, &mut lines);
    }
    let mut text = lines.join("\n");
    let is_marked = text.contains(MARK);
    if !text.is_empty() {
        text.push('\n');
    }
    if is_marked {
        text.push_str(MARK);
        text.push_str(if settings.no_dedupe {
            " Package tree is a cycle and cannot be shown\n"
        } else {
            " Package tree already displayed\n"
        });
    }
    text
}

/// Follows what is not told again.
const MARK: &str = "(*)";

fn below(node: &Node, indent: &str, settings: &PipTreeSettings, lines: &mut Vec<String>) {
    for (at, next) in node.dependencies.iter().enumerate() {
        let is_last = at + 1 == node.dependencies.len();
        let (branch, rest) = if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
        lines.push(format!("{indent}{branch}{}", title(next, Some(node), settings)));
        below(next, &format!("{indent}{rest}"), settings, lines);
    }
}

fn title(node: &Node, above: Option<&Node>, settings: &PipTreeSettings) -> String {
    let mut title = format!("{} v{}", node.name, node.version);
    if let Some(above) = above.filter(|_| settings.show_version_specifiers) {
        let requirement = node.requirement.as_deref().unwrap_or("*");
        title.push_str(&if settings.invert {
            format!(" [requires: {} {requirement}]", above.name)
        } else {
            format!(" [required: {requirement}]")
        });
    }
    if node.repeated {
        title.push(' ');
        title.push_str(MARK);
    }
    title
}
