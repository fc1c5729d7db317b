//! What stands behind a name: one card has many (`hw:CARD=PCH,DEV=0`, `plughw:0,0`, `front:CARD=PCH`, and a sink of the
//! sound server that has it), and what is meant for one's own ears must reach the line by none of them.

use std::collections::BTreeMap;

/// An output of an ALSA card.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OfCard {
    /// The card's id, or its number where that has none.
    card: String,
    /// Which of its outputs; none where the name does not tell.
    device: Option<u32>,
}

/// What this PC says of its outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlets {
    /// What `default` is now, by its name.
    pub default: Option<String>,
    /// The default of the sound server.
    pub default_sink: Option<String>,
    /// Ids of cards, by number.
    pub cards: BTreeMap<u32, String>,
    /// The sound server's sinks that are cards: the card's number, and which of its outputs.
    pub sinks: BTreeMap<String, (u32, Option<u32>)>,
}

/// Where the system tells which cards there are: Linux alone has it.
const CARDS: &str = "/proc/asound/cards";

impl Outlets {
    /// As it is now.
    pub fn now() -> Outlets {
        let cards = std::fs::read_to_string(CARDS).unwrap_or_default();
        let outlets =
            Outlets { default: super::devices::default_name(), cards: cards_in(&cards), ..Outlets::default() };
        #[cfg(target_os = "linux")]
        if let Ok((sinks, default)) = super::pulse::Server::connect().and_then(|mut server| server.sinks()) {
            let of_card = |sink| Some((super::pulse::sink_name(sink), super::pulse::card(sink)?));
            return Outlets {
                default_sink: default.map(|name| name.to_string_lossy().into_owned()),
                sinks: sinks.iter().filter_map(of_card).collect(),
                ..outlets
            };
        }
        outlets
    }

    /// Whether what is played on one of them may be heard on the other. Of one card whose outputs the names do not tell
    /// apart it may.
    pub fn may_be_one(&self, one: &str, other: &str) -> bool {
        let (one, other) = (self.named(one), self.named(other));
        if one == other {
            return true;
        }
        let (Some(one), Some(other)) = (self.of_card(one), self.of_card(other)) else { return false };
        let apart = matches!((one.device, other.device), (Some(one), Some(other)) if one != other);
        one.card == other.card && !apart
    }

    fn named<'n>(&'n self, name: &'n str) -> &'n str {
        if name == "default" { self.default.as_deref().unwrap_or(name) } else { name }
    }

    fn of_card(&self, name: &str) -> Option<OfCard> {
        let (system, name) = name.split_once(':')?;
        match system {
            "pulseaudio" => self.of_sink(name),
            "alsa" => Some(self.of_pcm(name)),
            _ => None,
        }
    }

    fn of_sink(&self, name: &str) -> Option<OfCard> {
        let (number, device) = self.sinks.get(name)?;
        Some(OfCard { card: self.card(&number.to_string()), device: *device })
    }

    /// What an ALSA name leads to: `KIND:CARD,DEVICE`, with or without `CARD=` and `DEV=`. One that names no card leads to
    /// the sound server where there is one, and else to the first card.
    fn of_pcm(&self, name: &str) -> OfCard {
        // A converter says what stands behind it: `plug:hw:0,0`, `plug:'hw:0,0'`, `plug:SLAVE='hw:0,0'`.
        let inner = name.split_once(':').filter(|(kind, _)| *kind == "plug").map(|(_, inner)| inner);
        if let Some(inner) = inner {
            let bare = inner.strip_prefix("SLAVE=").unwrap_or(inner).trim_matches(['\'', '"']);
            return self.of_pcm(bare);
        }
        let (kind, words) = name.split_once(':').unwrap_or((name, ""));
        let mut words = words.split(',');
        let word = |word: Option<&str>, key: &str| word.map(|word| word.strip_prefix(key).unwrap_or(word).to_owned());
        let card = word(words.next(), "CARD=").filter(|card| !card.is_empty());
        let Some(card) = card else {
            let sink = self.default_sink.as_deref().and_then(|sink| self.of_sink(sink));
            return sink.unwrap_or_else(|| OfCard { card: self.card("0"), device: None });
        };
        // Of the others `DEV` counts among outputs of their own kind, as the second HDMI plug.
        let counts = matches!(kind, "hw" | "plughw" | "dmix");
        let device = word(words.next(), "DEV=").map_or(Some(0), |device| device.parse().ok());
        OfCard { card: self.card(&card), device: device.filter(|_| counts) }
    }

    fn card(&self, named: &str) -> String {
        let id = named.parse().ok().and_then(|number: u32| self.cards.get(&number));
        id.cloned().unwrap_or_else(|| named.to_owned())
    }
}

/// The cards in the system's list: ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH`, and a second line each.
fn cards_in(list: &str) -> BTreeMap<u32, String> {
    let card = |line: &str| {
        let (number, rest) = line.split_once('[')?;
        Some((number.trim().parse().ok()?, rest.split_once(']')?.0.trim().to_owned()))
    };
    list.lines().filter_map(card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PC with a card of its own, whose HDMI plug is its device 3, and one on USB; a sound server has the card.
    fn outlets() -> Outlets {
        let list = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7f10000 irq 31\n \
                    1 [Device         ]: USB-Audio - USB Audio Device\n                      C-Media at usb-0000:00:14.0-2\n";
        let sink = |name: &str, device| (name.to_owned(), (0, device));
        Outlets {
            default: Some("pulseaudio:analog".into()),
            default_sink: Some("analog".into()),
            cards: cards_in(list),
            sinks: [sink("analog", Some(0)), sink("hdmi", Some(3)), sink("old", None)].into(),
        }
    }

    #[test]
    fn one_output_is_known_under_all_its_names() {
        let outlets = outlets();
        let line = "alsa:hw:CARD=PCH,DEV=0";
        for (name, is_line) in [
            (line, true),
            ("alsa:hw:0,0", true),
            ("alsa:hw:PCH", true),
            ("alsa:hw:CARD=0,DEV=0", true),
            ("alsa:plughw:PCH,0", true),
            ("alsa:plug:'hw:0,0'", true),
            ("alsa:plug:SLAVE='plughw:0'", true),
            ("alsa:dmix:CARD=PCH,DEV=0", true),
            ("alsa:sysdefault:CARD=PCH", true),
            ("alsa:front:CARD=PCH,DEV=0", true),
            // Its number counts among HDMI plugs: which output that is the name does not tell.
            ("alsa:hdmi:CARD=PCH,DEV=0", true),
            ("alsa:default", true),
            ("alsa:pipewire", true),
            ("default", true),
            ("pulseaudio:analog", true),
            ("pulseaudio:old", true),
            ("alsa:hw:CARD=PCH,DEV=3", false),
            ("alsa:plughw:0,3", false),
            ("pulseaudio:hdmi", false),
            ("pulseaudio:null", false),
            ("alsa:hw:CARD=Device,DEV=0", false),
            ("alsa:hw:1,0", false),
            ("null", false),
            ("wav:nghe.wav", false),
        ] {
            assert_eq!(outlets.may_be_one(line, name), is_line, "{name}");
            assert_eq!(outlets.may_be_one(name, line), is_line, "{name}, the other way round");
        }
    }

    #[test]
    fn a_line_by_the_default_and_by_a_sink_is_known_by_the_card_too() {
        let outlets = outlets();
        for line in ["default", "pulseaudio:analog", "alsa:default"] {
            for name in ["default", "pulseaudio:analog", "alsa:hw:0,0", "alsa:sysdefault:CARD=PCH"] {
                assert!(outlets.may_be_one(line, name), "{line} and {name}");
            }
            assert!(!outlets.may_be_one(line, "alsa:hw:1,0"), "{line}");
            assert!(!outlets.may_be_one(line, "pulseaudio:hdmi"), "{line}");
        }
    }

    #[test]
    fn without_a_sound_server_what_names_no_card_leads_to_the_first() {
        let outlets = Outlets { default: Some("alsa:default".into()), cards: outlets().cards, ..Outlets::default() };
        assert!(outlets.may_be_one("alsa:hw:CARD=PCH,DEV=0", "default"));
        assert!(!outlets.may_be_one("alsa:hw:CARD=Device,DEV=0", "default"));
        let elsewhere = Outlets { default: Some("wasapi:{1}".into()), ..Outlets::default() };
        assert!(elsewhere.may_be_one("wasapi:{1}", "default"));
        assert!(!elsewhere.may_be_one("wasapi:{1}", "wasapi:{2}"));
    }
}
