//! Child processes, and what the kernel knows of them.

use crate::watch::{now, pause};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use viewer::Failure;

/// The binary under test.
pub fn binary() -> String {
    std::env::var("MATLUOI_BIN").unwrap_or_else(|_| {
        let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
        format!("{target}/release/matluoi")
    })
}

/// A running child; told to stop when dropped, and made to if it does not.
pub struct Running {
    child: Child,
    /// When it was started.
    pub started: Instant,
}

impl Running {
    /// Starts the binary and waits for its first line of output, which is handed back.
    pub fn start(arguments: &[&str], log: &std::path::Path) -> Result<(Running, String), Failure> {
        let errors = std::fs::File::options().create(true).append(true).open(log)?;
        let started = now();
        let mut child = Command::new(binary())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|e| format!("{} cannot be started: {e} (build it, or set MATLUOI_BIN)", binary()))?;
        let output = child.stdout.take().ok_or("no output")?;
        let running = Running { child, started };
        let (tell, line) = sync_channel(1);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            let mut first = String::new();
            let _ = reader.read_line(&mut first);
            let _ = tell.send(first);
            // Goes on reading, so that the child never waits for us.
            let _ = std::io::copy(&mut reader, &mut std::io::sink());
        });
        let first = line.recv_timeout(Duration::from_secs(60)).map_err(|_| "nothing said within 60 s")?;
        if first.is_empty() {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            return Err(format!("matluoi {} ended: {log}", arguments.join(" ")).into());
        }
        Ok((running, first))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// CPU seconds used so far, in user and kernel mode, all threads.
    pub fn cpu_s(&self) -> Result<f64, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()))?;
        // The name in parentheses may hold anything; what follows it is numbers.
        let rest = stat.rsplit_once(')').ok_or("no stat")?.1;
        let field = |i: usize| rest.split_whitespace().nth(i).and_then(|f| f.parse::<f64>().ok());
        let (user, system) = (field(11).ok_or("no utime")?, field(12).ok_or("no stime")?);
        // SAFETY: no arguments that could be wrong.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        Ok((user + system) / per_second)
    }

    /// Resident memory in MiB.
    pub fn memory_mib(&self) -> Result<f64, Failure> {
        memory_of(&self.id().to_string())
    }
}

/// Resident memory of this process in MiB.
pub fn own_memory_mib() -> Result<f64, Failure> {
    memory_of("self")
}

fn memory_of(process: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.split_whitespace().next().ok_or("no VmRSS")?.parse()?;
    Ok(kib / 1_024.0)
}

impl Drop for Running {
    fn drop(&mut self) {
        // SAFETY: a process that we started and have not waited for yet.
        unsafe { libc::kill(self.child.id() as i32, libc::SIGTERM) };
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            pause(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the binary to its end and hands back its output.
pub fn once(arguments: &[&str], input: &str) -> Result<String, Failure> {
    let mut child = Command::new(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let out = child.wait_with_output()?;
    if !out.status.success() {
        return Err(format!("matluoi {}: {}", arguments.join(" "), String::from_utf8_lossy(&out.stderr)).into());
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
