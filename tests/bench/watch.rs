//! Viewers: many on few threads, and one that decodes.

use crate::node::Node;
use rust_h264::decoder::Decoder;
use rust_h264::nal::parse_annex_b;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use viewer::{Event, Failure, Identity, Options, Reception, Viewer};

/// The time; a bench measures real time.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Instant {
    Instant::now()
}

/// Lets time pass; a measurement takes its time.
pub fn pause(d: Duration) {
    // SAFETY: no descriptors.
    unsafe { libc::poll(std::ptr::null_mut(), 0, i32::try_from(d.as_millis()).unwrap_or(i32::MAX)) };
}

/// Joins and hands back the time from the click to the first decoded picture, and its size.
pub fn first_picture(node: &Node, camera: &str, identity: &Identity) -> Result<(Duration, u32, u32), Failure> {
    let begun = now();
    let (mut viewer, offer) = Viewer::offer(identity, Options::default())?;
    let answer = node.whep(camera, &offer)?;
    viewer.accept(&answer, now())?;
    while now() - begun < Duration::from_secs(10) {
        for event in viewer.poll(now())? {
            if let Event::Picture(picture) = event
                && picture.is_key()
                && picture.complete
            {
                let (width, height) = decode(&picture.to_annex_b())?;
                let took = now() - begun;
                viewer.close(now());
                return Ok((took, width, height));
            }
        }
        wait(&[&viewer]);
    }
    Err("no picture within 10 s".into())
}

/// Decodes one key frame.
fn decode(stream: &[u8]) -> Result<(u32, u32), Failure> {
    let mut decoder = Decoder::new();
    let mut frame = None;
    for nal in &parse_annex_b(stream) {
        frame = decoder.decode_nal(nal).map_err(|e| format!("the picture cannot be decoded: {e:?}"))?.or(frame);
    }
    let frame = frame.or_else(|| decoder.flush()).ok_or("the decoder made no picture")?;
    Ok((frame.width, frame.height))
}

fn wait(viewers: &[&Viewer]) {
    let at = now();
    let next = viewers.iter().map(|v| v.poll_timeout(at)).min().unwrap_or_default();
    let mut fds: Vec<_> =
        viewers.iter().map(|v| libc::pollfd { fd: v.fd(), events: libc::POLLIN, revents: 0 }).collect();
    let ms = next.as_millis().clamp(1, 100) as i32;
    // SAFETY: as many live pollfds as said.
    unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, ms) };
}

/// Runs viewers until told to stop; each thread takes a share. Calls `measured` in between.
pub fn crowd<T>(
    viewers: Vec<Viewer>,
    threads: usize,
    measured: impl FnOnce() -> Result<T, Failure>,
) -> Result<(T, Vec<Reception>), Failure> {
    let stop = AtomicBool::new(false);
    let mut shares: Vec<Vec<Viewer>> = (0..threads).map(|_| Vec::new()).collect();
    for (i, v) in viewers.into_iter().enumerate() {
        shares[i % threads].push(v);
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| run(share, &stop))).collect();
        let result = measured();
        stop.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for thread in running {
            all.extend(thread.join().map_err(|_| "a viewer thread panicked")??);
        }
        Ok((result?, all))
    })
}

fn run(mut viewers: Vec<Viewer>, stop: &AtomicBool) -> Result<Vec<Reception>, Failure> {
    while !stop.load(Ordering::Relaxed) {
        let at = now();
        for v in &mut viewers {
            v.poll(at)?;
        }
        wait(&viewers.iter().collect::<Vec<_>>());
    }
    let all = viewers.iter().map(|v| v.reception().clone()).collect();
    viewers.iter_mut().for_each(|v| v.close(now()));
    Ok(all)
}
