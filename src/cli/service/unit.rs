//! The unit that systemd is given.

use std::path::Path;

/// Whose service it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner<'a> {
    /// The system's, run as this account.
    System {
        /// Its name.
        account: &'a str,
    },
    /// The user's own.
    User,
}

/// The alarm of the PC's clock, which wakes a PC that sleeps. Root's own, and a setting of the kernel's.
const ALARM: &str = "/sys/class/rtc/rtc0/wakealarm";

/// What is set up for a service of the system's beside what both have. The loudspeaker needs the card, a serial port and a
/// high priority; of the rest of the PC it needs its home and [`ALARM`].
///
/// Left open with reason: devices (`DevicePolicy=`, `PrivateDevices=`: a card or a serial adapter that is plugged in after the
/// start would be barred), real time (`RestrictRealtime=`), `/proc/sys` (`ProcSubset=`: the boot's id stands there), and memory
/// that is written and run (`MemoryDenyWriteExecute=`: a command of the station's may be any program).
const HARDENING: &str = "\
SupplementaryGroups=audio dialout
LimitRTPRIO=95
LimitMEMLOCK=infinity
Nice=-11
ProtectSystem=strict
ProtectHome=read-only
ProtectHostname=yes
ProtectProc=invisible
PrivateTmp=yes
PrivateMounts=yes
RemoveIPC=yes
UMask=0027
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
# `adjtimex` asks whether a time source keeps the clock; to set it takes a capability that is not there.
SystemCallFilter=@system-service adjtimex clock_adjtime
SystemCallErrorNumber=EPERM
";

/// The text of the unit that runs `program` for `home`.
pub(super) fn unit(program: &Path, home: &Path, owner: Owner<'_>) -> String {
    // In a path alone no variable is looked for.
    let writable = escaped(home);
    let (program, home) = (in_a_command(program), in_a_command(home));
    let after = match owner {
        Owner::System { .. } => "sound.target time-sync.target network.target",
        Owner::User => "pipewire.service pipewire-pulse.service pulseaudio.service",
    };
    let mut text = format!(
        "# Made by `loa service install`; `loa service print` shows it anew.\n\
         [Unit]\n\
         Description=Loa, the ward's loudspeaker\n\
         After={after}\n\
         # Never given up: tomorrow's broadcast matters more than today's crashes.\n\
         StartLimitIntervalSec=0\n\
         \n\
         [Service]\n\
         Type=notify\n\
         NotifyAccess=main\n\
         ExecStart=\"{program}\" --home \"{home}\" run\n\
         ExecReload=/bin/kill -HUP $MAINPID\n\
         WatchdogSec=60\n\
         TimeoutStartSec=180\n\
         TimeoutStopSec=10\n\
         Restart=on-failure\n\
         RestartSec=2\n\
         # Wrong use, or a log that cannot be used: another start changes nothing.\n\
         RestartPreventExitStatus=2 78\n\
         NoNewPrivileges=yes\n"
    );
    if let Owner::System { account } = owner {
        text += &format!(
            "User={account}\n\
             ReadWritePaths=\"{writable}\"\n\
             # The alarm that wakes a sleeping PC for a broadcast: of the kernel's settings this one alone is the account's.\n\
             ExecStartPre=-+/bin/chown {account} {ALARM}\n\
             ReadWritePaths=-{ALARM}\n\
             {HARDENING}"
        );
    }
    let wanted = match owner {
        Owner::System { .. } => "multi-user.target",
        Owner::User => "default.target",
    };
    text + &format!("\n[Install]\nWantedBy={wanted}\n")
}

/// As it stands between quotes: systemd itself takes `%` and `\`.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%")
}

/// The same in a command, where `$` begins a variable.
fn in_a_command(path: &Path) -> String {
    escaped(path).replace('$', "$$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_of_the_system_may_write_its_home_and_the_clocks_alarm_and_nothing_else() {
        let unit = unit(Path::new("/usr/bin/loa"), Path::new("/srv/đài phường"), Owner::System { account: "dai" });
        for line in [
            "ExecStart=\"/usr/bin/loa\" --home \"/srv/đài phường\" run",
            "Type=notify",
            "WatchdogSec=60",
            "RestartPreventExitStatus=2 78",
            "User=dai",
            "ReadWritePaths=\"/srv/đài phường\"",
            "ExecStartPre=-+/bin/chown dai /sys/class/rtc/rtc0/wakealarm",
            "ReadWritePaths=-/sys/class/rtc/rtc0/wakealarm",
            "ProtectKernelTunables=yes",
            "ProtectSystem=strict",
            "WantedBy=multi-user.target",
        ] {
            assert!(unit.lines().any(|found| found == line), "{line} in\n{unit}");
        }
        assert_eq!(unit.matches("ReadWritePaths=").count(), 2);
    }

    #[test]
    fn a_service_of_the_user_is_not_tied_to_an_account() {
        let unit = unit(Path::new("/opt/loa"), Path::new("/home/a"), Owner::User);
        assert!(!["User=", "ReadWritePaths", "chown"].iter().any(|word| unit.contains(word)), "{unit}");
        assert!(unit.ends_with("[Install]\nWantedBy=default.target\n"), "{unit}");
    }

    #[test]
    fn what_systemd_would_take_for_its_own_is_escaped() {
        let unit = unit(Path::new("/opt/loa"), Path::new("/srv/100% \"a\" $HOME\\x"), Owner::User);
        assert!(unit.contains(r#"--home "/srv/100%% \"a\" $$HOME\\x" run"#), "{unit}");
        let unit = super::unit(Path::new("/opt/loa"), Path::new("/srv/100% $a"), Owner::System { account: "loa" });
        assert!(unit.contains("ReadWritePaths=\"/srv/100%% $a\"\n"), "no variable is looked for there: {unit}");
    }
}
