//! Rows and columns for a terminal or a pipe; no colour.

/// Lays out rows under a heading, two spaces between the columns.
pub(super) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heading.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    line(&mut text, &widths, heading);
    for row in rows {
        line(&mut text, &widths, row.each_ref().map(String::as_str));
    }
    text
}

fn line<const N: usize>(text: &mut String, widths: &[usize; N], cells: [&str; N]) {
    let mut row = String::new();
    for (width, cell) in widths.iter().zip(cells) {
        row.push_str(cell);
        let blanks = width.saturating_sub(cell.chars().count()) + 2;
        row.extend(std::iter::repeat_n(' ', blanks));
    }
    text.push_str(row.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "bücher".to_owned()], ["long".to_owned(), String::new()]];
        let expected = "X     Y\na     bücher\nlong\n";
        assert_eq!(table(["X", "Y"], &rows), expected);
    }
}
