//! `loa evidence`: a period's evidence as one file, to be checked on any PC.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::airings::{open_log, tell_what_waits, unreadable};
use super::printing::put;
use super::{Context, Failure, PROBLEMS, WRONG_USE, whole};
use crate::problem::Text;
use crate::reporting::{period, station_in_force};
use crate::{clock, evidence, files};

/// Gói bằng chứng của một kỳ: kế hoạch, nhật ký, báo cáo, mã kiểm · plan, log, report and hashes of a period in one file.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Ví dụ · Examples:
  loa evidence 2026-12-01..2026-12-31 -o bang-chung.zip
  loa log verify bang-chung.zip")]
pub struct Args {
    /// Kỳ, viết như của `loa report`: `2026-12-01..2026-12-15`, tháng 2026-12, quý 2026-Q4 · a period, as `loa report` takes
    /// it: `2026-12-01..2026-12-15`, the month 2026-12, the quarter 2026-Q4
    #[arg(value_name = "FROM..TO")]
    pub period: String,
    /// Ghi vào tệp này [mặc định: bang-chung-KỲ.zip] · writes it to this file [default: bang-chung-PERIOD.zip]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Makes and writes it.
///
/// # Errors
/// Wrong use if the period is none; problems if there is no log, it cannot be read, another file has the name, or it cannot be
/// written.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let home = context.find_home()?;
    let loaded = station_in_force(&home);
    let now = clock::now();
    let station = loaded.station.clone().unwrap_or_default();
    let today = station.zone.to_datetime(now).date();
    let period = period(Some(&args.period), today, station.reporting.rhythm)
        .map_err(|text| Failure { status: WRONG_USE, text })?;
    let reader = open_log(&home)?;
    tell_what_waits(&home, context.lang);
    let mut facts_of = crate::library::remembered_facts_of(&home);
    let made = evidence::make(&home, &reader, &loaded, period, now, &mut facts_of, context.lang)
        .map_err(|error| unreadable(&home, &error))?;
    let name = format!("bang-chung-{}.zip", made.manifest.period);
    let file = args.output.as_deref().unwrap_or(Path::new(&name));
    keep_what_is_there(file, &made.bytes)?;
    whole::put_for_user(file, &made.bytes)?;
    let (shown, last) = (file.display(), &made.manifest.last);
    let text = Text::new(
        format!(
            "Đã ghi `{shown}`. Mã nhật ký (mắt xích {}): {}\nKiểm trên máy khác: loa log verify {shown}\n",
            last.seq, last.hash
        ),
        format!(
            "Wrote `{shown}`. Hash of the log (link {}): {}\nTo check it elsewhere: loa log verify {shown}\n",
            last.seq, last.hash
        ),
    );
    put(text.get(context.lang))?;
    Ok(0)
}

/// Evidence may have been handed on already: another file of that name is left as it is. The same log makes the same bytes.
fn keep_what_is_there(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let there = files::open(file).and_then(|mut there| {
        let mut before = Vec::new();
        there.read_to_end(&mut before).map(|_| before)
    });
    if there.is_err() || there.is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    let shown = file.display();
    let text = Text::new(
        format!("đã có tệp khác tên `{shown}` nên không ghi đè; hãy dời tệp đó đi, hoặc chọn tên khác bằng `-o`"),
        format!(
            "another file named `{shown}` is there and was left as it is; move it away, or choose another name with `-o`"
        ),
    );
    Err(Failure { status: PROBLEMS, text })
}
