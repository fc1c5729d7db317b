//! That a volume control of the server's is moved.

use std::io;

use pulseaudio::protocol::{
    Command, SubscriptionEvent, SubscriptionEventFacility, SubscriptionEventType, SubscriptionMask,
};

use super::{Hook, Message, Server};

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
