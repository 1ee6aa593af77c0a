//! The lists of a dossier as a workbook: items, flows, findings, risks, one sheet each.
//!
//! Why here: officers sort, filter and copy lists; the city's contract demands editable data.
//! Every cell is text or a plain number; nothing is ever a formula. Deliberately absent: prose,
//! figures and paragraphs, which stand in the other formats.

mod cell;
mod sheet;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::labels::Labels;
use super::model::Dossier;
use super::text::printable;
use cell::Cell;
use sheet::{Names, Sheet};

/// Sum of the column widths, in digits: what A4 across holds in a readable size.
const PAGE_WIDTH: f64 = 150.0;

/// Paper size of the format: A4.
const A4: u8 = 9;

/// Header and footer hold no more than this.
const MARGIN_LIMIT: usize = 200;

/// The workbook. The same dossier, labels and date give the same bytes; `date` is the creation
/// date in its properties.
///
/// # Errors
/// [`XlsxError`] if the library refuses what it is given: a fault of the program.
pub fn render(dossier: &Dossier, labels: &Labels<'_>, date: Date) -> Result<Vec<u8>, XlsxError> {
    let sheets = sheet::sheets(dossier, labels);
    let mut names = Names::default();
    let cover_name = names.next(labels.cover);
    let named: Vec<(String, &Sheet<'_>)> =
        sheets.iter().map(|sheet| (names.next(sheet.name), sheet)).collect();

    let mut book = Workbook::new();
    book.set_properties(&properties(dossier, date)?);
    let styles = Styles::new();
    write_cover(book.add_worksheet(), &cover_name, dossier, labels, &named, &styles)?;
    for (name, sheet) in &named {
        write_sheet(book.add_worksheet(), name, sheet, dossier, labels, &styles)?;
    }
    book.save_to_buffer()
}

fn properties(dossier: &Dossier, date: Date) -> Result<DocProperties, XlsxError> {
    let number = |n: i8| u8::try_from(n).unwrap_or(1);
    let year = u16::try_from(date.year()).unwrap_or(1900).max(1900);
    let created = ExcelDateTime::from_ymd(year, number(date.month()), number(date.day()))?;
    let cover = &dossier.cover;
    Ok(DocProperties::new()
        .set_title(printable(&cover.title))
        .set_subject(printable(&cover.number))
        .set_comment(printable(&cover.notice))
        .set_status(printable(&cover.version))
        .set_creation_datetime(&created))
}

struct Styles {
    header: Format,
    label: Format,
    text: Format,
    /// Text that begins like a formula, and stays text when somebody edits the cell.
    quoted: Format,
    number: Format,
    grouped: Format,
}

impl Styles {
    fn new() -> Self {
        let base = Format::new()
            .set_font_name("BIZ UDPゴシック")
            .set_font_size(10)
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x0076_7676));
        Self {
            header: base
                .clone()
                .set_bold()
                .set_background_color(Color::RGB(0x00E4_EAF2))
                .set_align(FormatAlign::VerticalCenter),
            label: base.clone().set_bold().set_background_color(Color::RGB(0x00F4_F6F9)),
            quoted: base.clone().set_quote_prefix().set_num_format("@"),
            number: base.clone().set_num_format("0").set_align(FormatAlign::Right),
            grouped: base.clone().set_num_format("#,##0").set_align(FormatAlign::Right),
            text: base.set_num_format("@"),
        }
    }

    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Number { value, grouped } => {
                let format = if *grouped { &self.grouped } else { &self.number };
                sheet.write_number_with_format(row, column, *value, format)?;
            }
            Cell::Text { text, quoted } => {
                let format = if *quoted { &self.quoted } else { &self.text };
                sheet.write_string_with_format(row, column, text, format)?;
            }
        }
        Ok(())
    }
}

fn write_cover(
    sheet: &mut Worksheet,
    name: &str,
    dossier: &Dossier,
    labels: &Labels<'_>,
    sheets: &[(String, &Sheet<'_>)],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let cover = &dossier.cover;
    sheet.set_name(name)?.set_column_width(0, 24)?.set_column_width(1, 76)?;
    let own = [
        (labels.title, &cover.title),
        (labels.number, &cover.number),
        (labels.version, &cover.version),
        (labels.date, &cover.date),
        (labels.addressee, &cover.addressee),
    ];
    let fields = own
        .into_iter()
        .chain(cover.rows.iter().map(|(label, value)| (label.as_str(), value)))
        .chain([(labels.notice, &cover.notice)]);
    let mut row = 0;
    for (label, value) in fields {
        sheet.write_string_with_format(row, 0, cell::fitted(label, labels.cut), &styles.label)?;
        styles.write(sheet, row, 1, &Cell::text(value, labels.cut))?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, cell::fitted(labels.sheet, labels.cut), &styles.header)?;
    sheet.write_string_with_format(row, 1, cell::fitted(labels.rows, labels.cut), &styles.header)?;
    for (name, of) in sheets {
        row += 1;
        sheet.write_string_with_format(row, 0, name, &styles.label)?;
        let rows = u32::try_from(of.rows.len()).unwrap_or(u32::MAX);
        sheet.write_number_with_format(row, 1, rows, &styles.number)?;
    }
    page(sheet, dossier, "");
    Ok(())
}

fn write_sheet(
    to: &mut Worksheet,
    name: &str,
    from: &Sheet<'_>,
    dossier: &Dossier,
    labels: &Labels<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    to.set_name(name)?;
    let total: f64 = from.columns.iter().map(|c| f64::from(c.width)).sum();
    for (at, column) in (0_u16..).zip(&from.columns) {
        let width = (f64::from(column.width) * PAGE_WIDTH / total.max(1.0)).clamp(7.0, 70.0);
        to.set_column_width(at, width)?;
        to.write_string_with_format(0, at, cell::fitted(column.header, labels.cut), &styles.header)?;
    }
    for (row, cells) in (1_u32..).zip(&from.rows) {
        for (at, cell) in (0_u16..).zip(cells) {
            styles.write(to, row, at, cell)?;
        }
    }
    if from.rows.is_empty() {
        styles.write(to, 1, 0, &Cell::text(from.empty, labels.cut))?;
    }
    let last_row = u32::try_from(from.rows.len()).unwrap_or(u32::MAX);
    let last_column = u16::try_from(from.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    to.autofilter(0, 0, last_row, last_column)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    page(to, dossier, name);
    Ok(())
}

/// A4 across, as wide as the page, with header and page number.
fn page(sheet: &mut Worksheet, dossier: &Dossier, name: &str) {
    let cover = &dossier.cover;
    let number = margin(&cover.page_number).replace("{page}", "&P").replace("{pages}", "&N");
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3)
        .set_header(format!("&L{}&R{}", margin(name), margin(&cover.running)))
        .set_footer(format!("&C{number}"));
}

/// Text for a header: `&` begins a command there, and there is little room.
fn margin(text: &str) -> String {
    let short: String = printable(text).chars().take(MARGIN_LIMIT / 2).collect();
    // A digit right after a command would be read as a font size; a space in front ends it.
    let text = short.replace('&', "&&").replace('\n', " ");
    if text.starts_with(|c: char| c.is_ascii_digit()) { format!(" {text}") } else { text }
}

#[cfg(test)]
mod tests;
