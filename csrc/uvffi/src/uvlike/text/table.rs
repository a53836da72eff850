use textwrap::core::display_width;

/// A table with a line below its heading; each column is a title and its cells, as many in each.
pub(crate) fn table(columns: &[(String, Vec<String>)]) -> String {
    let width = |(title, cells): &(String, Vec<String>)| {
        cells.iter().map(|cell| display_width(cell)).fold(display_width(title), usize::max)
    };
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let height = columns.first().map_or(0, |(_, cells)| cells.len());
    let titles = columns.iter().map(|(title, _)| title.clone()).collect();
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rows = (0..height).map(|at| columns.iter().map(|(_, cells)| cells[at].clone()).collect());
    [titles, rule].into_iter().chain(rows).map(|row: Vec<String>| line(&row, &widths)).collect()
}

/// The cells beside each other. They are filled up by their number of characters, as uv fills them, be these broad or
/// not.
fn line(cells: &[String], widths: &[usize]) -> String {
    let filled: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    format!("{}\n", filled.join(" ").trim_end())
}
