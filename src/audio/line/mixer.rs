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
    /// Muted, or turned down until nothing is heard of what passes it.
    pub is_shut: bool,
    /// All that the line sends passes it; a card has others, for a plug or a microphone.
    pub is_whole: bool,
}

/// The control that lets nothing through, if there is one. Each by itself: one volume may be shown by two of them, as a sound
/// server's is by the mixer of ALSA's plug-in.
pub fn silencer(controls: &[Control]) -> Option<&Control> {
    controls.iter().find(|control| control.is_whole && control.is_shut)
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

/// Turned down by so much, in dB, a control is as good as muted: the loudest of a recording is no louder then than the noise of a
/// PC's own output, and an amplifier that makes up for it makes that as loud. A sound server's volume is there at 10 %; at 40 dB,
/// its 21 %, a strong amplifier can still be heard in the street, and what was heard is not to be told as silence.
#[cfg(target_os = "linux")]
const AS_GOOD_AS_MUTED_DB: f32 = 60.0;

/// Whether nothing is heard at a level, by that of the full volume.
#[cfg(target_os = "linux")]
pub(super) fn is_inaudible(db: f32, full_db: f32) -> bool {
    full_db - db >= AS_GOOD_AS_MUTED_DB
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
    use crate::audio::line::pulse::controls::{is_shut, loudest};
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
        let loudest = loudest(volume)?;
        let percent = super::percent(loudest.as_u32().into(), Volume::NORM.as_u32().into());
        let is_shut = muted || is_shut(loudest);
        Some(Control { name, muted, percent, is_shut, is_whole: true })
    }
}

#[cfg(target_os = "linux")]
mod alsa_mixer {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use alsa::mixer::{Mixer, Selem, SelemChannelId};

    use super::{Control, is_inaudible};

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
        // From its own full volume: what some cards say of their levels is right but for where it begins.
        let full_db = output.get_playback_db_range().1.to_db();
        let levels: Vec<_> = channels.iter().filter_map(|channel| output.get_playback_vol_db(*channel).ok()).collect();
        let is_down = !levels.is_empty() && levels.iter().all(|level| is_inaudible(level.to_db(), full_db));
        let is_shut = muted || percent.is_some_and(|percent| percent == 0 || is_down);
        let is_whole = ["Master", "PCM"].contains(&name.as_str());
        Some(Control { name, muted, percent, is_shut, is_whole })
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
        let control = |name: &str, percent, is_shut, is_whole| Control {
            name: name.into(),
            muted: false,
            percent: Some(percent),
            is_shut,
            is_whole,
        };
        for (controls, found) in [
            (vec![], None),
            (vec![control("Master", 40, false, true), control("Headphone", 0, true, false)], None),
            (vec![control("Master", 40, true, true)], Some("Master")),
            (vec![control("Master", 40, false, true), control("PCM", 0, true, true)], Some("PCM")),
        ] {
            assert_eq!(silencer(&controls).map(|control| control.name.as_str()), found);
        }
    }
}
