//! `check --in-unit`: the check where the service is, in the sandbox that its unit and the drop-ins
//! beside it make, with their credentials. What passes there works there.

use crate::failure::Failure;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Settings of the unit that are about the daemon's own life, and not about where it lives.
const OF_ITS_LIFE: [&str; 9] = [
    "Exec",
    "NotifyAccess",
    "Reload",
    "Restart",
    "Standard",
    "Syslog",
    "Timeout",
    "Type",
    "Watchdog",
];

/// Where `%S` of a unit of the system is.
const STATE: &str = "/var/lib";

/// Becomes the check; comes back only when that cannot be begun.
pub fn run(unit: &str, more: &[&str]) -> Result<(), Failure> {
    if !rustix::process::geteuid().is_root() {
        return Err(Failure::Usage(
            "--in-unit: only root can start something in the unit's place: use sudo".to_owned(),
        ));
    }
    let place = Place::of(&text_of(unit)?, unit).ok_or_else(|| {
        failed(
            unit,
            "its ExecStart= is not `servicelofte … run`, so what to check is not known",
        )
    })?;
    let mut command = Command::new("systemd-run");
    command.args(["--quiet", "--pipe", "--wait", "--collect"]);
    for setting in &place.settings {
        command.arg("-p").arg(setting);
    }
    command.args(place.program).arg("check").args(more);
    let error = command.exec();
    Err(failed(unit, &format!("systemd-run cannot be run: {error}")))
}

fn failed(unit: &str, why: &str) -> Failure {
    Failure::Failed(format!("{unit}: {why}"))
}

/// The text of a unit and its drop-ins.
fn text_of(unit: &str) -> Result<String, Failure> {
    let read = Command::new("systemctl")
        .args(["cat", "--no-pager", unit])
        .output();
    let read = read.map_err(|error| {
        failed(
            unit,
            &format!("systemctl cannot be run ({error}): check without --in-unit"),
        )
    })?;
    if !read.status.success() {
        return Err(failed(
            unit,
            "there is no such unit on this machine: install the package, or name another unit",
        ));
    }
    Ok(String::from_utf8_lossy(&read.stdout).into_owned())
}

/// Where a unit's service lives, and how it is called.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// As systemd-run takes them.
    settings: Vec<String>,
    /// The program and its options, without the command.
    program: Vec<String>,
}

impl Place {
    /// By the text of the unit and its drop-ins (`systemctl cat`).
    fn of(text: &str, unit: &str) -> Option<Self> {
        let (mut settings, mut program) = (Vec::new(), Vec::new());
        let text = text.replace("\\\n", " ");
        for (key, value) in of_the_service(&text) {
            let value = filled_in(value, unit);
            if key == "ExecStart" && !value.is_empty() {
                program = value.split_whitespace().map(str::to_owned).collect();
            }
            if !OF_ITS_LIFE.iter().any(|word| key.starts_with(word)) {
                settings.push(format!("{key}={value}"));
            }
        }
        (program.pop()? == "run" && !program.is_empty()).then_some(Self { settings, program })
    }
}

/// The keys and values of the sections `[Service]`.
fn of_the_service(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_of_service = false;
    text.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            is_of_service = line == "[Service]";
        }
        let is_setting = is_of_service && !line.starts_with(['#', ';']);
        line.split_once('=').filter(|_| is_setting)
    })
}

/// A value with the unit's own words in the places of their signs.
fn filled_in(value: &str, unit: &str) -> String {
    let instance = unit.trim_end_matches(".service").split_once('@');
    let instance = instance.map_or("", |(_, name)| name);
    let parts = value
        .split("%%")
        .map(|part| part.replace("%S", STATE).replace("%i", instance));
    parts.collect::<Vec<_>>().join("%")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../systemd/servicelofte@.service");

    #[test]
    fn the_check_is_where_the_units_service_is() {
        let place = Place::of(TEMPLATE, "servicelofte@ks.service").expect("our own unit");
        assert_eq!(
            place.program,
            [
                "/usr/bin/servicelofte",
                "--config",
                "/etc/servicelofte/ks.toml"
            ]
        );
        for setting in [
            "User=servicelofte",
            "StateDirectory=servicelofte/ks",
            "WorkingDirectory=/var/lib/servicelofte/ks",
            "LoadCredentialEncrypted=servicelofte.imap",
            "ProtectHome=yes",
            "CapabilityBoundingSet=",
            "SystemCallFilter=~@privileged @resources",
        ] {
            assert!(
                place.settings.iter().any(|own| own == setting),
                "{setting}: {place:?}"
            );
        }
        let strange = |own: &&String| {
            ["Exec", "Type", "Restart", "Watchdog", "Wants"]
                .iter()
                .any(|word| own.starts_with(word))
        };
        assert_eq!(place.settings.iter().find(strange), None);
    }

    #[test]
    fn drop_ins_come_after_the_unit_and_other_programs_are_not_guessed() {
        let text = format!(
            "{TEMPLATE}\n# drop-in\n[Service]\nBindPaths=/srv/%i \\\n  /srv/100%%\nExecStart=\nExecStart=/opt/s run\n"
        );
        let place = Place::of(&text, "servicelofte@ks").expect("a unit");
        assert_eq!(place.program, ["/opt/s"]);
        assert_eq!(
            place.settings.last().map(String::as_str),
            Some("BindPaths=/srv/ks    /srv/100%")
        );
        assert_eq!(
            Place::of("[Service]\nExecStart=/usr/sbin/nginx\n", "nginx"),
            None
        );
        assert_eq!(Place::of("[Service]\nType=oneshot\n", "x"), None);
    }
}
