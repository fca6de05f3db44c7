//! Ports of this machine: whether one is free, and who has it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The state of a socket that listens, as Linux writes it in /proc/net/tcp.
const LISTENING: &str = "0A";
/// The deepest family of processes that is looked through.
const GENERATIONS: usize = 64;

/// A process that listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Its number.
    pub pid: u32,
    /// The name of its program.
    pub program: String,
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (process {})", self.program, self.pid)
    }
}

/// The address itself, or one with a free port where it names port 0.
///
/// # Errors
/// When nothing can listen there: if another process does, it is named where that can be found out.
pub(crate) fn ensure_free(listen: SocketAddr) -> Result<SocketAddr> {
    match TcpListener::bind(listen) {
        Ok(listener) => Ok(listener.local_addr()?),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(taken(listen, owner(listen))),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {listen}")),
    }
}

/// What to say of an address that another process listens on.
pub(crate) fn taken(listen: SocketAddr, owner: Option<Owner>) -> String {
    let by = owner.map_or_else(|| "another process".to_owned(), |owner| owner.to_string());
    format!("{by} listens on {listen} already: end it, or choose another port with --listen")
}

/// A free port of loopback.
///
/// # Errors
/// When there is none.
pub(crate) fn free() -> Result<SocketAddr> {
    ensure_free(SocketAddr::from(([127, 0, 0, 1], 0)))
}

/// The process that listens on the port of an address, where the system tells (Linux, /proc).
pub(crate) fn owner(listen: SocketAddr) -> Option<Owner> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let sockets: Vec<String> = tables
        .iter()
        .flatten()
        .flat_map(|table| listening_sockets(table, listen.port()))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    processes().find_map(|pid| {
        let has = open_files(pid).any(|file| sockets.contains(&file));
        has.then(|| Owner {
            pid,
            program: program(pid),
        })
    })
}

/// Whether a process is another or was started by it, directly or not.
pub(crate) fn descends(pid: u32, ancestor: u32) -> bool {
    std::iter::successors(Some(pid), |pid| parent(*pid))
        .take(GENERATIONS)
        .any(|pid| pid == ancestor)
}

/// The inodes of the sockets that listen on a port, from a table such as /proc/net/tcp.
fn listening_sockets(table: &str, port: u16) -> impl Iterator<Item = &str> {
    table.lines().skip(1).filter_map(move |line| {
        let mut columns = line.split_whitespace();
        let (_, listening_port) = columns.nth(1)?.rsplit_once(':')?;
        let state = columns.nth(1)?;
        let inode = columns.nth(5)?;
        let is_ours = u16::from_str_radix(listening_port, 16) == Ok(port);
        (is_ours && state == LISTENING).then_some(inode)
    })
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn open_files(pid: u32) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten();
    let targets = entries
        .flatten()
        .flat_map(|entry| fs::read_link(entry.path()));
    targets.map(|target| target.to_string_lossy().into_owned())
}

fn program(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim().to_owned()
}

fn parent(pid: u32) -> Option<u32> {
    let status = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status"));
    let status = status.ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    parent.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[test]
    fn a_free_address_is_given_back_and_port_0_is_chosen() {
        let address = free().unwrap();
        assert_ne!(address.port(), 0);
        assert_eq!(ensure_free(address).unwrap(), address);
    }

    #[test]
    fn a_used_port_is_an_error_that_says_what_to_do() {
        let (_listener, address) = listener();
        let error = ensure_free(address).unwrap_err().to_string();
        assert!(error.contains(&address.to_string()), "{error}");
        assert!(error.contains("--listen"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_has_a_port_is_found() {
        let (_listener, address) = listener();
        let owner = owner(address).unwrap();
        assert_eq!(owner.pid, std::process::id());
        let error = ensure_free(address).unwrap_err().to_string();
        assert!(error.contains(&owner.to_string()), "{error}");
    }

    #[test]
    fn nobody_has_a_free_port() {
        assert_eq!(owner(free().unwrap()), None);
    }

    #[test]
    fn only_sockets_that_listen_on_the_port_count() {
        let table = "  sl  local_address rem_address   st tx_queue:rx_queue tr:tm retrnsmt uid timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0 100
   1: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 43 1 0 100
   2: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 44 1 0 100
   3: broken
";
        assert_eq!(listening_sockets(table, 3000).collect::<Vec<_>>(), ["42"]);
        assert_eq!(listening_sockets(table, 3001).collect::<Vec<_>>(), ["44"]);
        assert_eq!(listening_sockets("", 3000).count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_descends_from_its_parent_and_not_the_other_way_round() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let own = std::process::id();
        assert!(descends(child.id(), own));
        assert!(descends(own, own));
        assert!(!descends(own, child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
