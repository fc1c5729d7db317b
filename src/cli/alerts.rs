//! `loa alerts test`: whether alerts arrive.

use serde_json::json;

use super::printing::put;
use super::{Context, Failure, PROBLEMS};
use crate::alerts::{Message, News, Sender};
use crate::courier::{Route, send};
use crate::problem::Text;
use crate::{clock, loading};

/// Báo tin khi có sự cố · who is told when something goes wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Ví dụ · Example:  loa alerts test")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Debug, clap::Subcommand)]
enum What {
    /// Gửi thử một tin bằng mọi cách ghi ở `[alerts]` · sends a trial on each way that `[alerts]` names.
    Test {
        /// In ra JSON, cho chương trình khác · prints JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// Sends a trial on each way, at once and without the daemon, and says what came of each.
///
/// # Errors
/// `station.toml` cannot be trusted, or names no way.
pub fn run(args: &Args, context: &Context) -> Result<u8, Failure> {
    let What::Test { json } = args.what;
    let (home, lang) = (context.find_home()?, context.lang);
    let station = loading::load_station(&home).station.ok_or_else(|| Failure {
        status: PROBLEMS,
        text: Text::new(
            "`schedules/station.toml` có lỗi nên chưa thử được; hãy chạy `loa check`",
            "`schedules/station.toml` has mistakes, so nothing can be tried; run `loa check`",
        ),
    })?;
    if station.alerts.ways.is_empty() {
        return Err(Failure {
            status: PROBLEMS,
            text: Text::new(
                "`schedules/station.toml` chưa ghi cách báo tin; hãy thêm `command`, `webhook` hoặc `mail` vào khối `[alerts]`",
                "`schedules/station.toml` names no way to tell anybody; add `command`, `webhook` or `mail` to the block `[alerts]`",
            ),
        });
    }
    let sender = Sender { station: station.names.name.clone(), zone: station.zone.clone(), lang };
    let message = Message::of(&[News::trial(clock::now())], 0, None, &sender);
    let (mut status, mut told) = (0, Vec::new());
    for way in station.alerts.ways {
        let route = Route { way, pace: station.alerts.pace, sender: sender.clone(), home: home.root().to_owned() };
        let (way, failed) = (route.way.code(), send(&route, &message).err());
        if failed.is_some() {
            status = PROBLEMS;
        }
        if json {
            let why = failed.as_ref().map(|why| why.get(lang));
            told.push(json!({ "way": way, "sent": failed.is_none(), "why": why }));
            continue;
        }
        let said = failed.unwrap_or_else(|| Text::new("đã gửi", "sent"));
        put(&format!("{way}: {}\n", said.get(lang)))?;
    }
    if json {
        put(&format!("{:#}\n", json!({ "ways": told })))?;
    }
    Ok(status)
}
