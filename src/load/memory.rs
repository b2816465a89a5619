//! How much memory the indexes of images may take when the user names no limit: less than what the machine, its container or its shell allows. Reads
//! small files of the system; counts nothing.

use std::fs;
use std::path::{Path, PathBuf};

/// The limit on a machine with much memory, in bytes.
const MOST: u64 = 4 << 30;

/// Returns the default limit in bytes: the least of 4 GiB, three quarters of the memory of the machine or of the control group, and half of the address
/// space (`ulimit -v`), and threads reserve a part of it that they never use.
#[must_use]
pub(crate) fn default_limit() -> u64 {
    let quarters = |bytes: u64| bytes / 4 * 3;
    let of_machine = read("/proc/meminfo").and_then(|text| total(&text));
    let of_space = read("/proc/self/limits").and_then(|text| address_space(&text));
    let limits = [
        of_machine.map(quarters),
        control_group().map(quarters),
        of_space.map(|bytes| bytes / 2),
    ];
    limits.into_iter().flatten().fold(MOST, u64::min)
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Returns the memory of the machine (proc(5), `MemTotal`).
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Returns the soft limit of the address space (proc(5), `/proc/PID/limits`).
fn address_space(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the least limit of the control groups that the process is in (cgroups(7)): version 2, then version 1.
fn control_group() -> Option<u64> {
    let groups = read("/proc/self/cgroup")?;
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let (root, file) = match (id, controllers) {
            ("0", "") => ("/sys/fs/cgroup", "memory.max"),
            (_, named) if named.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => return None,
        };
        least_above(Path::new(root), path, file)
    });
    limits.min()
}

/// Returns the least limit from a group up to the root. Inside a container the path may be another name space's: then the root's limit counts.
fn least_above(root: &Path, path: &str, file: &str) -> Option<u64> {
    let group: PathBuf = root.join(path.trim_start_matches('/'));
    let groups = group
        .ancestors()
        .take_while(|group| group.starts_with(root));
    let limit = |group: &Path| read(group.join(file))?.trim().parse().ok();
    groups.filter_map(limit).min()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{MOST, address_space, default_limit, least_above, total};

    #[test]
    fn limits_are_read_from_the_system_s_files() {
        assert_eq!(
            total("MemTotal:  16000 kB\nMemFree: 3 kB\n"),
            Some(16_384_000)
        );
        let limits = "Limit Soft Hard Units\nMax address space  1048576 unlimited bytes\n";
        assert_eq!(address_space(limits), Some(1 << 20));
        assert_eq!(
            address_space("Max address space unlimited unlimited bytes"),
            None
        );
        assert!((1 << 20..=MOST).contains(&default_limit()));
    }

    #[test]
    fn the_least_limit_of_a_group_and_those_above_it_counts() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(root.path().join("a/memory.max"), "5000\n").unwrap();
        fs::write(inner.join("memory.max"), "max\n").unwrap();
        assert_eq!(least_above(root.path(), "/a/b", "memory.max"), Some(5000));
        assert_eq!(least_above(root.path(), "/elsewhere", "memory.max"), None);
        fs::write(root.path().join("memory.max"), "4000\n").unwrap();
        assert_eq!(
            least_above(root.path(), "/elsewhere", "memory.max"),
            Some(4000)
        );
    }
}
