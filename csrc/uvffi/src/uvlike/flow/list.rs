//! `uv pip list`.

use std::fmt::Write;

use itertools::Itertools;
use serde::Serialize;
use uv_cli::ListFormat;
use uv_distribution_types::{InstalledDist, Name};
use uv_fs::Simplified;

use super::there::{Need, by_name};
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::PipListSettings;
use crate::uvlike::text::table;

/// A distribution as `--format json` shows it.
#[derive(Serialize)]
struct Row {
    name: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    editable_project_location: Option<String>,
}

impl Flow<'_> {
    pub(super) fn list(&self, settings: &PipListSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let pip = &settings.settings;
        let environment = self.locate_to_read(pip)?;
        outcome.environment = Some(environment.clone());
        let python = environment.python();
        let there = self.there_in(&environment, Need::Names.or_check(pip.strict))?;
        let rows: Vec<Row> = there
            .iter()
            .filter(|dist| settings.editable.is_none_or(|editable| editable == dist.is_editable()))
            .filter(|dist| !settings.exclude.contains(dist.name()))
            .sorted_unstable_by(by_name)
            .map(Row::of)
            .collect();
        let text = match settings.format {
            ListFormat::Json => serde_json::to_string(&rows).map_err(|error| self.fail(error))? + "\n",
            ListFormat::Freeze => rows.iter().map(|row| format!("{}=={}\n", row.name, row.version)).collect(),
            ListFormat::Columns => columns(&rows),
        };
        // A stream appends to memory and can't fail.
        let _ = self.printer.stdout_important().write_str(&text);
        outcome.data = serde_json::to_value(&rows).ok();
        self.warn_of_wrongs(&there, python.interpreter(), pip)
    }
}

impl Row {
    fn of(dist: &InstalledDist) -> Self {
        Self {
            name: dist.name().to_string(),
            version: dist.version().to_string(),
            editable_project_location: editable_location(dist),
        }
    }
}

/// The project directory of an editable install.
pub(super) fn editable_location(dist: &InstalledDist) -> Option<String> {
    let path = dist.as_editable()?.to_file_path().ok()?;
    Some(path.simplified_display().to_string())
}

/// The table that people read; without a heading where nothing is to be shown.
fn columns(rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let column = |title: &str, cell: &dyn Fn(&Row) -> String| (title.to_owned(), rows.iter().map(cell).collect());
    let mut columns = vec![column("Package", &|row| row.name.clone()), column("Version", &|row| row.version.clone())];
    if rows.iter().any(|row| row.editable_project_location.is_some()) {
        let location = |row: &Row| row.editable_project_location.clone().unwrap_or_default();
        columns.push(column("Editable project location", &location));
    }
    table(&columns)
}
