//! The clock that a lease is reckoned by.

use std::time::Duration;

/// Time since the start of the machine (`CLOCK_BOOTTIME`). Nobody sets it, and it goes on while the
/// machine is suspended: the clock of [`std::time::Instant`] stands still then, and a machine that
/// wakes after an hour would take its lease for fresh.
#[must_use]
pub fn since_start() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    // Neither is ever negative.
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::since_start;

    #[test]
    fn it_goes_on() {
        let before = since_start();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(since_start() > before);
        let uptime = std::fs::read_to_string("/proc/uptime").expect("the kernel's own");
        let uptime: f64 = uptime
            .split(' ')
            .next()
            .and_then(|text| text.parse().ok())
            .expect("seconds");
        assert!((since_start().as_secs_f64() - uptime).abs() < 5.0);
    }
}
