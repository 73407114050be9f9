//! Reading a file some folders below in as few calls as there can be: for who reads hundreds of
//! thousands of them.

use std::fs::File;
use std::io::{self, Read};

use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;

use super::Dir;

impl Dir {
    /// Reads a file that `path` names below this folder, and says how many of the bytes of `into` it
    /// has filled. No link is followed, wherever it stands in `path`.
    ///
    /// # Errors
    /// If it cannot be read, is no file, is longer than `limit` or grows meanwhile.
    pub fn read_below(&self, path: &str, limit: usize, into: &mut Vec<u8>) -> io::Result<usize> {
        let mut file = self.open_below(path)?;
        let stat = rustix::fs::fstat(&file)?;
        if !FileType::from_raw_mode(stat.st_mode).is_file() {
            return Err(Errno::INVAL.into());
        }
        let size = usize::try_from(stat.st_size).map_err(|_| Errno::FBIG)?;
        if size > limit {
            return Err(Errno::FBIG.into());
        }
        // One byte more than there is: a read that does not fill it has come to the end.
        if into.len() <= size {
            into.resize(size + 1, 0);
        }
        if file.read(&mut into[..=size])? == size { Ok(size) } else { Err(Errno::AGAIN.into()) }
    }

    /// Opens a file that `path` names below this folder for reading.
    ///
    /// # Errors
    /// If it cannot be opened, or something on the way is a link.
    pub fn open_below(&self, path: &str) -> io::Result<File> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{Mode, ResolveFlags};
            // NONBLOCK: a pipe put in a file's place must not hang us.
            let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match rustix::fs::openat2(&self.fd, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
                Ok(fd) => return Ok(File::from(fd)),
                // Not there, or not allowed, on every system.
                Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::TOOBIG) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
        self.open_step_by_step(path)
    }

    fn open_step_by_step(&self, path: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let Some((folders, name)) = path.rsplit_once('/') else { return self.file(path, flags) };
        let mut folders = folders.split('/');
        let mut here = self.child(folders.next().unwrap_or_default())?;
        for folder in folders {
            here = here.child(folder)?;
        }
        here.file(name, flags)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn both_ways_read_files_and_follow_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::create_dir_all(at.join("a/b")).unwrap();
        std::fs::write(at.join("a/b/file"), "text").unwrap();
        symlink("b", at.join("a/link")).unwrap();
        symlink("file", at.join("a/b/link")).unwrap();
        let dir = Dir::open(at).unwrap();
        let mut bytes = Vec::new();
        for way in [Dir::open_below, Dir::open_step_by_step] {
            let open = |path: &str| way(&dir, path);
            assert!(open("a/b/file").is_ok() && open("a/b/none").is_err());
            for path in ["a/link/file", "a/b/link"] {
                assert_eq!(
                    open(path).unwrap_err().raw_os_error(),
                    Some(Errno::LOOP.raw_os_error()),
                    "{path}"
                );
            }
        }
        assert_eq!(dir.read_below("a/b/file", 4, &mut bytes).unwrap(), 4);
        assert_eq!(&bytes[..4], b"text");
        assert!(dir.read_below("a/b/file", 3, &mut bytes).is_err(), "too long");
        assert!(dir.read_below("a/b", 9, &mut bytes).is_err(), "no file");
        rustix::fs::mknodat(&dir.fd, "a/pipe", FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
        assert!(dir.read_below("a/pipe", 9, &mut bytes).is_err(), "nothing to wait for");
    }
}
