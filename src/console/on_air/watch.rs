//! Every page from which something is ordered watches whether the station is reached. An order that nobody takes is none:
//! while the station is silent the page says so, names the way that is left, and lets no order go until it is back.

use maud::{Markup, html};

use super::words;
use crate::console::page::{icon, marked};
use crate::problem::Lang;

/// Where the loss is told. What is ordered on such a page is a form with `data-order`.
pub(in crate::console) fn watch(lang: Lang) -> Markup {
    html! {
        div id="lien-lac" role="alert" data-stream="/tren-song/luong" {}
        // The script shows it; this is no notice of the page as it comes.
        template id="mat-lien-lac" {
            div.notice.error {
                (icon("loi"))
                div {
                    p { strong { (words::lost().get(lang)) } }
                    p { (words::lost_way().get(lang)) }
                    details {
                        summary { (words::lost_terminal().get(lang)) }
                        p { (marked(words::lost_commands().get(lang))) }
                    }
                }
            }
        }
    }
}
