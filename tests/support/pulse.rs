//! A private PulseAudio server whose null sinks take sound at its real pace: a line on a machine with no sound card.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use earshot::track::RATE;

/// A sound server of its own, gone when dropped. Each of its sinks is a PulseAudio device and, under the same name, an
/// ALSA one, so `alsa:line` and `pulseaudio:line` are two ways to one sink.
pub struct PulseLine {
    dir: TempDir,
    server: Child,
}

impl PulseLine {
    /// Starts a server with these sinks; the first is the default. None, and a line that says so, where PulseAudio is
    /// not installed; a server that is there and does not start is a failure.
    pub fn start(sinks: &[&str]) -> Option<PulseLine> {
        if !installed("pulseaudio") {
            println!("SKIPPED: PulseAudio cannot be had on this machine (`make test` installs it)");
            return None;
        }
        for tool in ["parec", "paplay"] {
            assert!(installed(tool), "{tool} is missing: install pulseaudio-utils");
        }
        let dir = tempfile::Builder::new().prefix("loa-line-").tempdir().expect("a folder for the sound server");
        // The server refuses a folder that others can enter.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).expect("its rights");
        fs::create_dir(dir.path().join("pulse")).expect("a folder for the socket");
        fs::write(dir.path().join("asound.conf"), alsa_conf(sinks)).expect("ALSA's configuration");

        let log = dir.path().join("pulse.log");
        let stderr = File::create(&log).expect("the server's log");
        let mut command = Command::new("pulseaudio");
        command.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-level=error"]);
        for sink in sinks {
            // norewinds: blocks of 50 ms at most instead of 2 s, so that a listener hears from the moment it comes.
            command.arg(format!(
                "--load=module-null-sink sink_name={sink} sink_properties=device.description={sink} rate={RATE} \
                 channels=2 norewinds=1"
            ));
        }
        // Last, so that whoever can connect finds the sinks there.
        command.arg(format!(
            "--load=module-native-protocol-unix socket={} auth-cookie={}",
            dir.path().join("pulse/native").display(),
            dir.path().join("cookie").display()
        ));
        let mut line = PulseLine {
            server: command
                .env("HOME", dir.path())
                .env("XDG_RUNTIME_DIR", dir.path())
                .env_remove("PULSE_SERVER")
                .env_remove("DBUS_SESSION_BUS_ADDRESS")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(stderr)
                .spawn()
                .expect("pulseaudio starts"),
            dir,
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(line.socket()).is_err() {
            let gone = line.server.try_wait().expect("the server's state").is_some();
            assert!(
                !gone && Instant::now() < deadline,
                "the sound server does not answer:\n{}",
                fs::read_to_string(&log).unwrap_or_default()
            );
            sleep(Duration::from_millis(20));
        }
        // By itself it has none for its main thread, and lets go of what it was started with.
        put_in_real_time(&line.server);
        Some(line)
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("pulse/native")
    }

    /// What points a program at this server and at no other: for PulseAudio's clients and for ALSA's.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        let mut server = OsString::from("unix:");
        server.push(self.socket());
        vec![
            ("XDG_RUNTIME_DIR", self.dir.path().into()),
            ("PULSE_SERVER", server),
            ("PULSE_COOKIE", self.dir.path().join("cookie").into()),
            ("ALSA_CONFIG_PATH", self.dir.path().join("asound.conf").into()),
        ]
    }

    /// A program that will find this server.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.env());
        command
    }
}

/// Puts a server in real time where that may be had, and else leaves it as it is: one that is kept waiting by whatever else the
/// machine does makes holes in what is heard that say nothing of Loa.
fn put_in_real_time(server: &Child) {
    let mut chrt = Command::new("chrt");
    chrt.args(["--rr", "-p", "2", &server.id().to_string()]);
    let _ = chrt.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

impl Drop for PulseLine {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn alsa_conf(sinks: &[&str]) -> String {
    let mut text = String::from("</usr/share/alsa/alsa.conf>\n");
    for sink in sinks {
        text += &format!(
            "pcm.{sink} {{ type pulse device \"{sink}\" hint {{ show on description \"null sink {sink}\" }} }}\n\
             ctl.{sink} {{ type pulse device \"{sink}\" }}\n"
        );
    }
    if let Some(first) = sinks.first() {
        text += &format!("pcm.!default {{ type pulse device \"{first}\" }}\nctl.!default {{ type pulse }}\n");
    }
    text
}

/// Whether a program of this name is on the path.
pub fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
