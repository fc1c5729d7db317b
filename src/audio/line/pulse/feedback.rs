//! Which sources of a server tell what this program plays there: the monitor of its sink, and whatever passes that on.

use std::collections::BTreeSet;
use std::io;

use pulseaudio::protocol::{Command, SinkInfoList, SinkInputInfoList, SourceInfoList, SourceOutputInfoList};

use super::{Server, is_own};

/// What is at a server, by the server's numbers. A module that passes sound on plays and records as any program does, and makes
/// sinks and sources of its own.
#[derive(Debug, Default)]
struct Wiring {
    sinks: Vec<OfModule>,
    sources: Vec<OfModule>,
    /// Sources, with the sink that each tells of.
    monitors: Vec<(u32, u32)>,
    /// Streams that are played, each at its sink.
    played: Vec<OfModule>,
    /// Streams that are recorded, each from its source.
    recorded: Vec<OfModule>,
}

/// The number of a sink or source, and of the module that made it or what is there.
type OfModule = (u32, u32);

impl Wiring {
    /// All sources in which the sound of these sinks is.
    fn hear(&self, mut sinks: BTreeSet<u32>) -> BTreeSet<u32> {
        let mut sources = BTreeSet::new();
        loop {
            let before = (sinks.len(), sources.len());
            sources.extend(self.monitors.iter().filter(|(_, sink)| sinks.contains(sink)).map(|(source, _)| *source));
            let recorders = modules_of(&self.recorded, &sources);
            sources.extend(made_by(&self.sources, &recorders));
            sinks.extend(made_by(&self.played, &recorders));
            // Of a card's module that makes its sink and its microphone nothing is played.
            sinks.extend(made_by(&self.played, &modules_of(&self.sinks, &sinks)));
            if (sinks.len(), sources.len()) == before {
                return sources;
            }
        }
    }
}

fn modules_of(all: &[OfModule], among: &BTreeSet<u32>) -> BTreeSet<u32> {
    all.iter().filter(|(index, _)| among.contains(index)).map(|(_, module)| *module).collect()
}

fn made_by(all: &[OfModule], modules: &BTreeSet<u32>) -> Vec<u32> {
    all.iter().filter(|(_, module)| modules.contains(module)).map(|(index, _)| *index).collect()
}

impl Server {
    /// Whether the source of that name tells what this program plays: as the monitor of its sink, or by a module that passes
    /// that on.
    ///
    /// # Errors
    /// As [`Server::ask`].
    pub fn records_own(&mut self, source: &str) -> Result<bool, io::Error> {
        let sinks: SinkInfoList = self.ask(&Command::GetSinkInfoList)?;
        let sources: SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        let played: SinkInputInfoList = self.ask(&Command::GetSinkInputInfoList)?;
        let recorded: SourceOutputInfoList = self.ask(&Command::GetSourceOutputInfoList)?;
        let of = |index: u32, module: Option<u32>| Some((index, module?));
        let wiring = Wiring {
            sinks: sinks.iter().filter_map(|one| of(one.index, one.owner_module_index)).collect(),
            sources: sources.iter().filter_map(|one| of(one.index, one.owner_module_index)).collect(),
            monitors: sources.iter().filter_map(|one| of(one.index, one.monitor_of_sink_index)).collect(),
            played: played.iter().filter_map(|one| of(one.sink_index, one.owner_module_index)).collect(),
            recorded: recorded.iter().filter_map(|one| of(one.source_index, one.owner_module_index)).collect(),
        };
        let heard = wiring.hear(played.iter().filter(|one| is_own(one)).map(|one| one.sink_index).collect());
        let asked = |name: &[u8]| name == source.as_bytes();
        Ok(sources.iter().any(|one| asked(one.name.as_bytes()) && heard.contains(&one.index)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_the_lines_sound_on_tells_of_it_and_the_microphone_of_its_card_does_not() {
        // A card (module 1: sink 10 with monitor 20, microphone 21); a sink before it (module 2: sink 11 with monitor 22); a copy
        // of the card's monitor (module 3: source 23); what plays that at another card (module 4: sink 12 with monitor 24).
        let wiring = Wiring {
            sinks: vec![(10, 1), (11, 2), (12, 5)],
            sources: vec![(20, 1), (21, 1), (22, 2), (23, 3), (24, 5), (25, 5)],
            monitors: vec![(20, 10), (22, 11), (24, 12)],
            played: vec![(10, 2), (12, 4)],
            recorded: vec![(20, 3), (23, 4)],
        };
        for (sink, heard) in [(10, vec![20, 23, 24]), (11, vec![20, 22, 23, 24]), (12, vec![24]), (13, vec![])] {
            assert_eq!(wiring.hear([sink].into()).into_iter().collect::<Vec<_>>(), heard, "sink {sink}");
        }
    }
}
