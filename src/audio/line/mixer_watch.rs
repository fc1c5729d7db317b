//! When a volume control between Loa and the loudspeakers is moved: sound systems tell at once, and wake nobody until then.

use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A watch over the controls of a device. Dropped, it ends by itself, and nobody waits for it.
#[derive(Debug)]
pub struct MixerWatch {
    over: Arc<AtomicBool>,
    #[cfg(target_os = "linux")]
    server: Arc<OnceLock<super::pulse::Hook>>,
}

impl MixerWatch {
    /// Calls `moved` each time that a control of a device may have been moved, by the name that `loa devices` prints; never
    /// where its sound system does not tell.
    #[cfg(target_os = "linux")]
    pub fn start(device: &str, moved: impl Fn() + Clone + Send + 'static) -> MixerWatch {
        let watch = MixerWatch { over: Arc::default(), server: Arc::default() };
        let by_server = device.starts_with("pulseaudio:") || super::devices::may_lead_to_server(device);
        if by_server {
            let (over, server, moved) = (watch.over.clone(), watch.server.clone(), moved.clone());
            on_a_thread(move || {
                let begin = |hook| {
                    let _ = server.set(hook);
                    !over.load(Ordering::Relaxed)
                };
                if let Err(error) = super::pulse::controls::watch(begin, moved) {
                    tracing::debug!("the watch over the server's controls ended: {error}");
                }
            });
        }
        if let Some(name) = device.strip_prefix("alsa:") {
            let (name, over) = (name.to_owned(), watch.over.clone());
            on_a_thread(move || super::mixer::watch_card(&name, &over, &moved));
        }
        watch
    }

    /// Elsewhere nothing is known of controls.
    #[cfg(not(target_os = "linux"))]
    pub fn start(_device: &str, _moved: impl Fn() + Clone + Send + 'static) -> MixerWatch {
        MixerWatch { over: Arc::default() }
    }
}

impl Drop for MixerWatch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        #[cfg(target_os = "linux")]
        if let Some(server) = self.server.get() {
            server.end();
        }
    }
}

#[cfg(target_os = "linux")]
fn on_a_thread(watch: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name("mixer-watch".into()).spawn(watch) {
        tracing::warn!(%error, "no thread to watch the volume controls with");
    }
}
