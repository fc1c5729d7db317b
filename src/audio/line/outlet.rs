//! What stands behind a name: one card has many (`hw:CARD=PCH,DEV=0`, `plughw:0,0`, `front:CARD=PCH`, and a sink of the
//! sound server that has it), and what is meant for one's own ears must reach the line by none of them.

use std::collections::BTreeMap;

/// Where a name leads to, as far as that is certain.
#[derive(Debug, PartialEq, Eq)]
enum Leads<'n> {
    /// Nowhere that is heard: into a file, or to nothing.
    Nowhere,
    /// To an output of a card.
    Card(OfCard),
    /// To an output that this sound system tells from all its others.
    Output(&'n str),
    /// To whatever a configuration, a plug-in or a sound server makes of it, now or later.
    Anywhere,
}

/// ALSA's own kinds of name that lead to the card they name; any other may be a plug-in of this PC's configuration.
const OF_THE_CARD: [&str; 13] = [
    "hw",
    "plughw",
    "dmix",
    "sysdefault",
    "front",
    "rear",
    "center_lfe",
    "side",
    "surround40",
    "surround51",
    "surround71",
    "iec958",
    "hdmi",
];
/// Cards that are none: what is played on them goes to whoever takes it.
const NO_HARDWARE: [&str; 2] = ["Loopback", "Dummy"];
/// Sound systems whose names are those of single outputs.
const BY_OUTPUT: [&str; 2] = ["wasapi", "coreaudio"];

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
        if let Ok((sinks, _)) = super::pulse::Server::connect().and_then(|mut server| server.sinks()) {
            let of_card = |sink| Some((super::pulse::sink_name(sink), super::pulse::card(sink)?));
            return Outlets { sinks: sinks.iter().filter_map(of_card).collect(), ..outlets };
        }
        outlets
    }

    /// Whether what is played on one of them may be heard on the other: unless both are certain to be outputs of their own, on
    /// different cards or told apart on one, they may be one.
    pub fn may_be_one(&self, one: &str, other: &str) -> bool {
        let (one, other) = (self.named(one), self.named(other));
        if one == other {
            return true;
        }
        match (self.leads(one), self.leads(other)) {
            (Leads::Nowhere, _) | (_, Leads::Nowhere) => false,
            (Leads::Card(one), Leads::Card(other)) => {
                let apart = matches!((one.device, other.device), (Some(one), Some(other)) if one != other);
                one.card == other.card && !apart
            }
            // Their names differ, as is known by now.
            (Leads::Output(one), Leads::Output(other)) => one != other,
            _ => true,
        }
    }

    fn named<'n>(&'n self, name: &'n str) -> &'n str {
        if name == "default" { self.default.as_deref().unwrap_or(name) } else { name }
    }

    fn leads<'n>(&self, name: &'n str) -> Leads<'n> {
        let (system, rest) = name.split_once(':').unwrap_or((name, ""));
        match system {
            "null" | "wav" => Leads::Nowhere,
            "pulseaudio" => self.of_sink(rest).map_or(Leads::Anywhere, Leads::Card),
            "alsa" => self.of_pcm(rest).map_or(Leads::Anywhere, Leads::Card),
            _ if BY_OUTPUT.contains(&system) => Leads::Output(system),
            _ => Leads::Anywhere,
        }
    }

    /// The output of a card that a sink is; none for one that mixes, joins or passes on.
    fn of_sink(&self, name: &str) -> Option<OfCard> {
        let (number, device) = self.sinks.get(name)?;
        Some(OfCard { card: self.card(&number.to_string())?, device: *device })
    }

    /// What an ALSA name leads to: `KIND:CARD,DEVICE`, with or without `CARD=` and `DEV=`. One that names no card leads to
    /// what the configuration says, which may be the sound server, and by it any card.
    fn of_pcm(&self, name: &str) -> Option<OfCard> {
        // A converter says what stands behind it: `plug:hw:0,0`, `plug:'hw:0,0'`, `plug:SLAVE='hw:0,0'`.
        let inner = name.split_once(':').filter(|(kind, _)| *kind == "plug").map(|(_, inner)| inner);
        if let Some(inner) = inner {
            let bare = inner.strip_prefix("SLAVE=").unwrap_or(inner).trim_matches(['\'', '"']);
            return self.of_pcm(bare);
        }
        let (kind, words) = name.split_once(':').filter(|(kind, _)| OF_THE_CARD.contains(kind))?;
        let mut words = words.split(',');
        let word = |word: Option<&str>, key: &str| word.map(|word| word.strip_prefix(key).unwrap_or(word).to_owned());
        let card = word(words.next(), "CARD=").filter(|card| !card.is_empty())?;
        // Of the others `DEV` counts among outputs of their own kind, as the second HDMI plug.
        let counts = matches!(kind, "hw" | "plughw" | "dmix");
        let device = word(words.next(), "DEV=").map_or(Some(0), |device| device.parse().ok());
        Some(OfCard { card: self.card(&card)?, device: device.filter(|_| counts) })
    }

    /// The card's id by its id or number; none for what is no hardware.
    fn card(&self, named: &str) -> Option<String> {
        let id = named.parse().ok().and_then(|number: u32| self.cards.get(&number));
        let id = id.cloned().unwrap_or_else(|| named.to_owned());
        (!NO_HARDWARE.iter().any(|none| id.starts_with(none))).then_some(id)
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
            // Where the configuration leads.
            ("alsa:default", true),
            ("alsa:pipewire", true),
            ("alsa:pulse", true),
            ("alsa:speakers", true),
            ("alsa:plug:speakers", true),
            ("alsa:default:CARD=Device", true),
            ("alsa:hw:CARD=Loopback,DEV=0", true),
            ("jack:system", true),
            ("default", true),
            ("pulseaudio:analog", true),
            ("pulseaudio:old", true),
            ("alsa:hw:CARD=PCH,DEV=3", false),
            ("alsa:plughw:0,3", false),
            ("pulseaudio:hdmi", false),
            // A sink without a card may pass on to one.
            ("pulseaudio:null", true),
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
    fn a_line_by_a_sink_is_known_by_the_card_too() {
        let outlets = outlets();
        for line in ["default", "pulseaudio:analog"] {
            for name in ["default", "pulseaudio:analog", "alsa:default", "alsa:hw:0,0", "alsa:sysdefault:CARD=PCH"] {
                assert!(outlets.may_be_one(line, name), "{line} and {name}");
            }
            assert!(!outlets.may_be_one(line, "alsa:hw:1,0"), "{line}");
            assert!(!outlets.may_be_one(line, "pulseaudio:hdmi"), "{line}");
        }
    }

    #[test]
    fn what_leads_to_whatever_a_configuration_says_may_be_any_output_that_sounds() {
        let outlets = outlets();
        let without_server =
            Outlets { default: Some("alsa:default".into()), cards: outlets.cards.clone(), ..Outlets::default() };
        for line in ["alsa:default", "alsa:speakers", "pulseaudio:line"] {
            for name in ["default", "pulseaudio:analog", "alsa:hw:1,0", "alsa:line", "pulseaudio:other"] {
                assert!(outlets.may_be_one(line, name), "{line} and {name}");
                assert!(outlets.may_be_one(name, line), "{name} and {line}");
                assert!(without_server.may_be_one(line, name), "{line} and {name} without a sound server");
            }
            for nowhere in ["null", "wav:nghe.wav"] {
                assert!(!outlets.may_be_one(line, nowhere) && !outlets.may_be_one(nowhere, line), "{line}");
            }
        }
    }

    #[test]
    fn a_system_that_names_its_outputs_tells_them_apart() {
        let elsewhere = Outlets { default: Some("wasapi:{1}".into()), ..Outlets::default() };
        assert!(elsewhere.may_be_one("wasapi:{1}", "default"));
        assert!(!elsewhere.may_be_one("wasapi:{1}", "wasapi:{2}"));
        // What the default is, is not known.
        assert!(Outlets::default().may_be_one("wasapi:{1}", "default"));
        assert!(elsewhere.may_be_one("wasapi:{1}", "asio:card"));
    }
}
