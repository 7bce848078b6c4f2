//! What the process has used, as the kernel accounts for it.

use std::fs;

/// What the process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Used {
    /// Seconds of processor time, user and system. None where the kernel does not tell.
    pub(crate) cpu_seconds: Option<f64>,
    /// The most memory that was resident. None where the kernel does not tell.
    pub(crate) peak_rss_bytes: Option<u64>,
}

/// Ticks a second in `/proc`: fixed at 100 for programs on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads `/proc/self` (proc(5)).
pub(crate) fn used() -> Used {
    let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    Used { cpu_seconds: cpu_seconds(&read("stat")), peak_rss_bytes: status_bytes(&read("status"), "VmHWM:") }
}

/// Bytes of memory that are resident now. None where the kernel does not tell.
pub(crate) fn resident_bytes() -> Option<u64> {
    status_bytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Members 14 and 15, counted after the command's name, which may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let members: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| members.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

/// A line of `/proc/self/status` that gives kibibytes.
fn status_bytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(status_bytes("VmPeak:\t  9 kB\nVmHWM:\t     1024 kB\n", "VmHWM:"), Some(1_048_576));
        assert_eq!(status_bytes("", "VmHWM:"), None);
        assert_eq!(cpu_seconds(""), None);
    }
}
