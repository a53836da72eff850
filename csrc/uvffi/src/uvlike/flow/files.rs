//! Which files a requirements file brings along: uv does not tell which it read.

use std::path::{Path, PathBuf};

use uv_requirements::RequirementsSource;

use crate::truth::Notes;

/// Notes each file that will be read for these sources, before it is.
pub(super) fn note<'s>(sources: impl Iterator<Item = &'s RequirementsSource>, directory: &Path, notes: &Notes) {
    for source in sources {
        match source {
            RequirementsSource::Package(_) => {}
            RequirementsSource::RequirementsTxt(path) | RequirementsSource::Extensionless(path) => {
                Files { notes, seen: Vec::new() }.add(&directory.join(path));
            }
            _ => notes.spoil("its requirements come from a file that names others in ways of its own"),
        }
    }
}

struct Files<'n> {
    notes: &'n Notes,
    seen: Vec<PathBuf>,
}

impl Files<'_> {
    fn add(&mut self, path: &Path) {
        if self.seen.iter().any(|seen| seen == path) {
            return;
        }
        self.seen.push(path.to_path_buf());
        self.notes.about_to_read(path);
        let Ok(text) = std::fs::read_to_string(path) else {
            self.notes.spoil("a file of requirements can't be read, or comes from the network");
            return;
        };
        if text.contains("# /// script") {
            self.notes.spoil("a script's own requirements are uv's to read");
        }
        if text.contains("${") {
            self.notes.reads_variables();
        }
        // A line may go on after a backslash.
        for line in text.replace("\\\r\n", " ").replace("\\\n", " ").lines() {
            if let Some(named) = included(line) {
                // As uv: relative to the file that names it.
                let base = path.parent().unwrap_or(path);
                match named {
                    Some(named) => self.add(&base.join(named)),
                    None => self.notes.spoil("a file of requirements names another one by a variable or a URL"),
                }
            }
        }
    }
}

/// The file that a line includes, if it includes one; inner `None` where its name is not plain.
fn included(line: &str) -> Option<Option<&str>> {
    let line = line.trim_start();
    let rest = ["--requirements", "--requirement", "--constraints", "--constraint", "-r", "-c"]
        .into_iter()
        .find_map(|flag| line.strip_prefix(flag))?;
    let name = rest.trim_start_matches(['=', ' ', '\t']);
    let name = name.split(" #").next().unwrap_or(name).trim();
    let plain = !name.is_empty() && !name.contains(['$', '"', '\'', '\\']) && !name.contains("://");
    Some(plain.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_include_files() {
        assert_eq!(included("-r other.txt"), Some(Some("other.txt")));
        assert_eq!(included("  --constraint=c.txt  # why"), Some(Some("c.txt")));
        assert_eq!(included("-cc.txt"), Some(Some("c.txt")));
        assert_eq!(included("-r ${DIR}/a.txt"), Some(None));
        assert_eq!(included("-r https://example.org/a.txt"), Some(None));
        assert_eq!(included("rich>=14"), None);
        assert_eq!(included("--index-url https://example.org"), None);
    }
}
