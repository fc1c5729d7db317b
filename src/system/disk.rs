//! Room on a disk, and the right to write.

use std::io;
use std::path::Path;

/// Bytes that this user may still write where `folder` lies.
///
/// # Errors
/// The system's.
#[cfg(unix)]
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes that are free where `folder` lies.
///
/// # Errors
/// No disk holds it.
#[cfg(windows)]
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let folder = std::path::absolute(folder)?;
    let disks = sysinfo::Disks::new_with_refreshed_list().map_err(|error| io::Error::other(error.to_string()))?;
    let of_folder = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
    let disk = of_folder.max_by_key(|disk| disk.mount_point().as_os_str().len());
    disk.map(sysinfo::Disk::available_space).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Tries to make a file in `folder`, and takes it away again.
///
/// # Errors
/// The system's.
pub fn try_to_write(folder: &Path) -> io::Result<()> {
    let file = folder.join(format!(".loa-{}", std::process::id()));
    let written = std::fs::write(&file, b"loa");
    // On a full disk it is made, and stays empty.
    let removed = std::fs::remove_file(&file);
    written.and(removed)
}
