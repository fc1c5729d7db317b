//! The volume controls of the server: how they stand, and that one is moved.

use std::io;

use pulseaudio::protocol::{
    ChannelVolume, Command, SubscriptionEvent, SubscriptionEventFacility, SubscriptionEventType, SubscriptionMask,
    Volume,
};

use super::{Hook, Message, Server, Sink};
use crate::audio::line::mixer;

/// Whether nothing of what is played at a sink is heard.
pub(super) fn is_silenced(sink: &Sink) -> bool {
    sink.muted || loudest(&sink.cvolume).is_none_or(is_shut)
}

/// Of the loudest channel: silence is all of them at nothing.
pub fn loudest(volume: &ChannelVolume) -> Option<Volume> {
    volume.channels().iter().copied().max_by_key(Volume::as_u32)
}

/// Whether a volume is so low that nothing is heard.
pub fn is_shut(volume: Volume) -> bool {
    mixer::is_inaudible(volume.to_db(), Volume::NORM.to_db())
}

/// Calls `moved` at each change of a sink, or of a stream that is played there, until the connection ends. `begin` is given
/// what ends it from elsewhere, and says whether to begin.
///
/// # Errors
/// There is no server, or it is gone.
pub fn watch(begin: impl FnOnce(Hook) -> bool, moved: impl Fn()) -> Result<(), io::Error> {
    let mut server = Server::connect()?;
    if !begin(server.hook()?) {
        return Ok(());
    }
    server.request(&Command::Subscribe(SubscriptionMask::SINK | SubscriptionMask::SINK_INPUT))?;
    server.socket.set_read_timeout(None)?;
    loop {
        if let Message::Event(Command::SubscribeEvent(SubscriptionEvent {
            event_facility: SubscriptionEventFacility::Sink | SubscriptionEventFacility::SinkInput,
            event_type: SubscriptionEventType::Changed,
            ..
        })) = server.next()?
        {
            moved();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_at_which_nothing_is_heard_is_shut_before_it_is_at_nothing() {
        let percent = |percent: u32| Volume::from_u32_clamped(Volume::NORM.as_u32() * percent / 100);
        let shut = [0, 1, 2, 10, 11, 21, 100, 150].map(|n| is_shut(percent(n)));
        assert_eq!(shut, [true, true, true, true, false, false, false, false]);
    }
}
