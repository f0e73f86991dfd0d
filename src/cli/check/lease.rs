//! The lease and the replica: does each member of etcd answer, who leads, are the commands there?

use super::said::Report;
use crate::config::{Config, Lease, Server};
use crate::failure::Failure;
use crate::lease::{Etcd, EtcdError, Holder};
use crate::tls;

/// Asks each member by itself: the service needs one, and a broken one shows when the others are
/// gone.
pub(super) async fn asked(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let Some(settings) = &config.service.lease else {
        return Ok(());
    };
    let mut led: Option<Option<Holder>> = None;
    let mut faults = Vec::new();
    for endpoint in &settings.endpoints {
        match member(settings, endpoint).holder().await {
            Ok(holder) => {
                report.ok(&format!("lease: etcd {} answers", tls::name(endpoint)))?;
                led = Some(holder);
            }
            Err(error) => faults.push(error),
        }
    }
    for fault in faults {
        silent(&fault, led.is_some(), report)?;
    }
    let name = &settings.name;
    match led {
        Some(Some(holder)) => report.ok(&format!(
            "lease: {name}: {} leads, generation {}",
            holder.who, holder.generation
        )),
        Some(None) => report.warning(&format!(
            "lease: {name}: no host leads; start the service on one"
        )),
        None => Ok(()),
    }
}

/// One member of etcd, without the others.
fn member(settings: &Lease, endpoint: &Server) -> Etcd {
    Etcd::new(Lease {
        endpoints: vec![endpoint.clone()],
        ..settings.clone()
    })
}

/// A member that tells no leader. The service can do without it while `another_answers`, unless a
/// person has to act.
fn silent(
    error: &EtcdError,
    another_answers: bool,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let line = format!("lease: {error}");
    if another_answers && !matches!(error, EtcdError::Refused(_)) {
        report.warning(&line)
    } else {
        report.fault(&line)
    }
}

/// The faults of the commands that show without running them.
pub(super) fn commands(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let replica = &config.service.replica;
    for (key, command) in [
        ("restore", &replica.restore),
        ("replicate", &replica.replicate),
    ] {
        let program = command.as_ref().and_then(|words| words.first());
        match program.map(|program| (program, rustix::fs::access(program, rustix::fs::Access::EXEC_OK))) {
            Some((program, Ok(()))) => report.ok(&format!("replica: {key}: {program} is there"))?,
            Some((program, Err(error))) => report.fault(&format!(
                "replica: service.replica.{key}: {program} cannot be run ({error}); correct its path, or make it executable"
            ))?,
            None if config.service.lease.is_some() => report.warning(&format!(
                "replica: no service.replica.{key}: a host that takes over begins with the register that it has; see docs/two-hosts.md"
            ))?,
            None => {}
        }
    }
    Ok(())
}
