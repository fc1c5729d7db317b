//! Programs that Loa starts: what all of them are given, or not.

use std::ffi::OsStr;
use std::process::Command;

/// What systemd tells a service of where to report: what the supervisor is told is ours to tell, and it takes notice of
/// whoever else does.
const OURS_ALONE: [&str; 3] = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/// The program of that name, to be given its arguments and started.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    for variable in OURS_ALONE {
        command.env_remove(variable);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_that_is_started_is_told_where_the_supervisor_listens() {
        let command = program("cat");
        let mut removed: Vec<_> =
            command.get_envs().filter(|(_, value)| value.is_none()).filter_map(|(name, _)| name.to_str()).collect();
        removed.sort_unstable();
        assert_eq!(removed, ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"]);
    }
}
