//! How the controls between Loa and the loudspeakers stand, where the sound system tells: a muted output takes every
//! frame and sounds none.

#[cfg(target_os = "linux")]
use super::devices::may_lead_to_server;

/// One volume control on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// As the sound system calls it.
    pub name: String,
    /// Switched to silence.
    pub muted: bool,
    /// Of its full or normal volume; none if it is a switch only.
    pub percent: Option<u32>,
    /// All that the line sends passes it; a card has others, for a plug or a microphone.
    pub is_whole: bool,
}

/// The control that lets nothing through, if there is one.
pub fn silencer(controls: &[Control]) -> Option<&Control> {
    controls.iter().find(|control| control.is_whole && (control.muted || control.percent == Some(0)))
}

/// The controls of a device by the name that `loa devices` prints; none where nothing is known of them. May take as
/// long as the sound system does to answer.
pub fn controls(device: &str) -> Vec<Control> {
    match device.split_once(':') {
        #[cfg(target_os = "linux")]
        Some(("pulseaudio", sink)) => pulse::at_sink(sink).unwrap_or_default(),
        #[cfg(target_os = "linux")]
        Some(("alsa", name)) => {
            crate::system::hush_sound_library();
            let mut controls = alsa_mixer::controls(name).unwrap_or_default();
            if may_lead_to_server(device) {
                controls.extend(pulse::on_our_way().unwrap_or_default());
            }
            controls
        }
        _ => Vec::new(),
    }
}

/// Calls `moved` each time that a control of an ALSA card is moved, until it is `over` or the card is gone.
#[cfg(target_os = "linux")]
pub(super) fn watch_card(name: &str, over: &std::sync::atomic::AtomicBool, moved: &dyn Fn()) {
    crate::system::hush_sound_library();
    if let Err(error) = alsa_mixer::watch(name, over, moved) {
        tracing::debug!(name, "the watch over the card's controls ended: {error}");
    }
}

/// Rounded to the nearest.
#[cfg(target_os = "linux")]
fn percent(volume: i64, full: i64) -> Option<u32> {
    u32::try_from((volume * 100 + full / 2).checked_div(full)?).ok()
}

#[cfg(target_os = "linux")]
mod pulse {
    use std::ffi::CString;
    use std::io;
    use std::sync::{Mutex, PoisonError};

    use pulseaudio::protocol::{ChannelVolume, SinkInputInfo, Volume};

    use super::Control;
    use crate::audio::line::pulse::{Server, Sink, sink_name};

    /// Kept: a server tells all its clients of each that comes and goes.
    static SERVER: Mutex<Option<Server>> = Mutex::new(None);

    /// The sink of that name, and what we play there: a mixer program has a switch for each.
    pub fn at_sink(name: &str) -> Option<Vec<Control>> {
        let name = CString::new(name).ok()?;
        asked(|server| {
            let sink = server.sink(name)?;
            let own = server.own_streams()?.into_iter().filter(|stream| stream.sink_index == sink.index);
            Ok([of_sink(&sink)].into_iter().chain(own.map(|stream| of_stream(&stream))).flatten().collect())
        })
    }

    /// All that we play there, and the sinks that it goes to.
    pub fn on_our_way() -> Option<Vec<Control>> {
        asked(|server| {
            let mut controls = Vec::new();
            for stream in server.own_streams()? {
                controls.extend(of_sink(&server.sink_at(stream.sink_index)?));
                controls.extend(of_stream(&stream));
            }
            Ok(controls)
        })
    }

    fn asked(ask: impl FnOnce(&mut Server) -> io::Result<Vec<Control>>) -> Option<Vec<Control>> {
        let mut kept = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        let mut server = kept.take().or_else(|| Server::connect().ok())?;
        // One that does not answer is kept no longer: it has gone, and the next one is another.
        let controls = ask(&mut server).ok()?;
        *kept = Some(server);
        Some(controls)
    }

    fn of_sink(sink: &Sink) -> Option<Control> {
        control(sink_name(sink), sink.muted, &sink.cvolume)
    }

    /// By the name that it was given by us. One that stands open is none: nobody but a mixer program ever moves it.
    fn of_stream(stream: &SinkInputInfo) -> Option<Control> {
        control("Loa".into(), stream.muted, &stream.cvolume).filter(|own| own.muted || own.percent != Some(100))
    }

    fn control(name: String, muted: bool, volume: &ChannelVolume) -> Option<Control> {
        // The loudest channel: silence is all of them at nothing.
        let loudest = volume.channels().iter().map(Volume::as_u32).max()?;
        let percent = super::percent(loudest.into(), Volume::NORM.as_u32().into());
        Some(Control { name, muted, percent, is_whole: true })
    }
}

#[cfg(target_os = "linux")]
mod alsa_mixer {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use alsa::mixer::{Mixer, Selem, SelemChannelId};

    use super::Control;

    /// How often a watch looks whether it is over, in ms.
    const LOOK_MS: u32 = 2_000;
    /// The shortest pause between two: a control that is drawn is moved a hundred times.
    const PAUSE: Duration = Duration::from_millis(50);

    pub fn watch(name: &str, over: &AtomicBool, moved: &dyn Fn()) -> alsa::Result<()> {
        let mixer = Mixer::new(&mixer_of(name), true)?;
        while !over.load(Ordering::Relaxed) {
            mixer.wait(Some(LOOK_MS))?;
            if mixer.handle_events()? > 0 {
                moved();
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    pub fn controls(name: &str) -> Option<Vec<Control>> {
        let mixer = Mixer::new(&mixer_of(name), true).ok()?;
        let outputs = mixer.iter().filter_map(Selem::new);
        let outputs = outputs.filter(|one| one.has_playback_volume() || one.has_playback_switch());
        Some(outputs.filter_map(|one| control(&one)).collect())
    }

    /// A card's mixer goes by the card; what is no card may have one by its own name.
    fn mixer_of(name: &str) -> String {
        match name.split_once("CARD=") {
            Some((_, card)) => format!("hw:CARD={}", card.split(',').next().unwrap_or(card)),
            None => name.to_owned(),
        }
    }

    fn control(output: &Selem<'_>) -> Option<Control> {
        let name = output.get_id().get_name().ok()?.to_owned();
        let channels: Vec<_> =
            SelemChannelId::all().iter().copied().filter(|channel| output.has_playback_channel(*channel)).collect();
        let on = channels.iter().any(|channel| output.get_playback_switch(*channel).is_ok_and(|on| on != 0));
        let muted = output.has_playback_switch() && !on;
        let (least, most) = output.get_playback_volume_range();
        let loudest = channels.iter().filter_map(|channel| output.get_playback_volume(*channel).ok()).max();
        let percent = loudest.filter(|_| output.has_playback_volume() && most > least);
        let percent = percent.and_then(|volume| super::percent(volume - least, most - least));
        let is_whole = ["Master", "PCM"].contains(&name.as_str());
        Some(Control { name, muted, percent, is_whole })
    }

    #[cfg(test)]
    mod tests {
        use super::mixer_of;

        #[test]
        fn a_card_has_the_mixer_of_its_name() {
            assert_eq!(mixer_of("hw:CARD=PCH,DEV=0"), "hw:CARD=PCH");
            assert_eq!(mixer_of("front:CARD=USB"), "hw:CARD=USB");
            assert_eq!(mixer_of("line"), "line");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Control, silencer};

    #[test]
    fn what_all_sound_passes_silences_and_a_plug_of_its_own_does_not() {
        let control = |name: &str, muted, percent, is_whole| Control { name: name.into(), muted, percent, is_whole };
        for (controls, found) in [
            (vec![], None),
            (vec![control("Master", false, Some(40), true), control("Headphone", true, Some(0), false)], None),
            (vec![control("Master", true, Some(40), true)], Some("Master")),
            (vec![control("Master", false, Some(40), true), control("PCM", false, Some(0), true)], Some("PCM")),
        ] {
            assert_eq!(silencer(&controls).map(|control| control.name.as_str()), found);
        }
    }
}
