//! The cases and their goals (issue "the main job on real input": figures to reach).

use crate::node::{Cameras, Home, Node};
use crate::report::{Goal, Report, percentile};
use crate::watch::{crowd, first_picture as join, now, pause};
use std::time::Duration;
use viewer::{Failure, Identity, Options, Viewer};

/// Streams settle this long before anything is measured.
const SETTLE: Duration = Duration::from_secs(6);
/// Several groups of pictures of 4 s.
const RINGS_SETTLE: Duration = Duration::from_secs(24);

/// CPU used per second of time, in cores, while `seconds` pass.
fn cores(node: &Node, seconds: u64) -> Result<f64, Failure> {
    let (cpu, at) = (node.running.cpu_s()?, now());
    pause(Duration::from_secs(seconds));
    Ok((node.running.cpu_s()? - cpu) / (now() - at).as_secs_f64())
}

/// A node that takes in simulated cameras.
fn with_cameras(count: usize) -> Result<(Home, Cameras, Node, Vec<String>), Failure> {
    let home = Home::new()?;
    let cameras = Cameras::start(count, &home.path())?;
    let node = home.start()?;
    let ids = cameras.main_urls.iter().enumerate().map(|(i, url)| node.add_camera(&format!("Camera {i}"), url));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    node.wait_live(count)?;
    pause(SETTLE);
    Ok((home, cameras, node, ids))
}

/// First decoded picture of a new viewer of a running camera.
pub fn first_picture(report: &mut Report, joins: usize) -> Result<(), Failure> {
    const CASE: &str = "first-picture";
    let (_home, _cameras, node, ids) = with_cameras(1)?;
    let camera = ids.first().ok_or("no camera")?;
    let identity = Identity::generate()?;
    let mut times = Vec::new();
    let mut size = (0, 0);
    for _ in 0..joins {
        let mut random = [0u8; 2];
        getrandom::fill(&mut random).map_err(|e| e.to_string())?;
        // Anywhere within the 4 s between two key frames.
        pause(Duration::from_millis(u64::from(u16::from_be_bytes(random)) % 4_000));
        let (took, width, height) = join(&node, camera, &identity)?;
        times.push(took.as_secs_f64() * 1_000.0);
        size = (width, height);
    }
    times.sort_by(f64::total_cmp);
    report.note(
        CASE,
        format!("p50 of {joins} joins, {}x{}", size.0, size.1),
        percentile(&times, 50),
        "ms",
        Goal::AtMost(200.0),
    );
    report.note(CASE, "p95", percentile(&times, 95), "ms", Goal::AtMost(400.0));
    report.note(CASE, "slowest", percentile(&times, 100), "ms", Goal::None);
    Ok(())
}

/// Many viewers.
pub fn viewers(report: &mut Report, n: usize, seconds: u64) -> Result<(), Failure> {
    const CASE: &str = "viewers";
    let (_home, _cameras, node, ids) = with_cameras(10.min(n.max(1)))?;
    let without = cores(&node, 5)?;
    let identity = Identity::generate()?;
    let mut all = Vec::new();
    // The first viewer of each camera brings its one-time costs: memory per viewer is that of the further ones.
    let first = ids.len();
    let mut memory_first = 0.0;
    for i in 0..n {
        if i == first {
            // The rings swell and shrink with the groups of pictures: wait until their high-water mark is reached.
            let settled = now() + RINGS_SETTLE;
            while now() < settled {
                let at = now();
                all.iter_mut().try_for_each(|v: &mut Viewer| v.poll(at).map(|_| ()))?;
                pause(Duration::from_millis(2));
            }
            memory_first = node.running.memory_mib()?;
        }
        let (mut viewer, offer) = Viewer::offer(&identity, Options { pictures: false, ..Options::default() })?;
        let camera = ids.get(i % ids.len()).ok_or("no camera")?;
        viewer.accept(&node.whep(camera, &offer)?, now())?;
        all.push(viewer);
        // The ones already there must be read, or the kernel drops what comes for them.
        let at = now();
        all.iter_mut().try_for_each(|v| v.poll(at).map(|_| ()))?;
    }
    let (cpu, receptions) = crowd(all, 2, || {
        pause(SETTLE);
        let cores = cores(&node, seconds)?;
        Ok((cores, node.running.memory_mib()?))
    })?;
    // Every viewer was there for the settling and the measured time, the first ones a little longer.
    let bits = receptions.iter().map(|r| r.bytes).min().unwrap_or(0) as f64 * 8.0;
    let watched = SETTLE.as_secs_f64() + seconds as f64;
    let sum = |f: fn(&viewer::Reception) -> u64| receptions.iter().map(f).sum::<u64>() as f64;
    let watching = receptions.iter().filter(|r| r.packets > 0).count();
    report.note(CASE, "viewers that got nothing", (n - watching) as f64, "", Goal::AtMost(0.0));
    report.note(CASE, "least that one got, with the burst", bits / watched / 1e6, "Mbit/s", Goal::None);
    report.note(CASE, format!("packets lost by {n} viewers"), sum(|r| r.lost), "packets", Goal::AtMost(0.0));
    report.note(CASE, "packets sent again", sum(|r| r.resent), "packets", Goal::None);
    report.note(CASE, "packets received", sum(|r| r.packets), "packets", Goal::None);
    report.note(CASE, "node's CPU, all", cpu.0, "cores", Goal::None);
    report.note(CASE, "node's CPU per viewer", (cpu.0 - without) * 1_000.0 / n as f64, "ms/s", Goal::None);
    report.note(CASE, "memory", cpu.1, "MiB", Goal::None);
    if n > first {
        let further = (n - first) as f64;
        report.note(
            CASE,
            "resident growth per further viewer",
            (cpu.1 - memory_first) * 1_024.0 / further,
            "KiB",
            Goal::None,
        );
    }
    Ok(())
}

/// Many cameras, nobody watching.
pub fn ingest(report: &mut Report, cameras: usize, seconds: u64) -> Result<(), Failure> {
    const CASE: &str = "ingest";
    let (_home, _cameras, node, _) = with_cameras(cameras)?;
    let cores = cores(&node, seconds)?;
    report.note(CASE, format!("CPU of {cameras} cameras"), cores, "cores", Goal::None);
    report.note(CASE, "CPU per camera", cores * 1_000.0 / cameras as f64, "ms/s", Goal::None);
    report.note(CASE, "memory", node.running.memory_mib()?, "MiB", Goal::None);
    Ok(())
}

/// A demo node that nobody looks at.
pub fn idle(report: &mut Report, seconds: u64) -> Result<(), Failure> {
    const CASE: &str = "idle";
    let folder = tempfile::tempdir()?;
    let node = Node::demo(folder.path())?;
    report.note(
        CASE,
        "demo: start to ready, fresh",
        (now() - node.running.started).as_secs_f64(),
        "s",
        Goal::AtMost(5.0),
    );
    node.wait_live(8)?;
    let cores = cores(&node, seconds)?;
    report.note(CASE, "memory with 8 demo cameras", node.running.memory_mib()?, "MiB", Goal::AtMost(150.0));
    report.note(CASE, "CPU, cameras simulated in it", cores, "cores", Goal::None);
    Ok(())
}

/// Start with a large catalogue.
pub fn start(report: &mut Report, cameras: usize) -> Result<(), Failure> {
    const CASE: &str = "start";
    let home = Home::new()?;
    let node = home.start()?;
    for i in 0..cameras {
        // Nothing listens there: the catalogue counts, not the pictures.
        node.add_camera(&format!("Camera {i}"), &format!("rtsp://127.0.0.1:9/{i}"))?;
    }
    drop(node);
    let mut times = Vec::new();
    for _ in 0..5 {
        let node = home.start()?;
        if !node.is_ready() {
            return Err("the node said it was ready, but /readyz does not".into());
        }
        times.push((now() - node.running.started).as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let slowest = percentile(&times, 100);
    report.note(CASE, format!("start to ready, {cameras} cameras, p50"), percentile(&times, 50), "s", Goal::None);
    report.note(CASE, "slowest of 5", slowest, "s", Goal::AtMost(1.0));
    Ok(())
}
