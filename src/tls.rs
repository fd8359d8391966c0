//! TLS for the HTTPS listeners: certificate and key from files, taken anew when the files change, without dropping a
//! single viewer (a running connection keeps its keys; a new one gets the new certificate).

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecursiveMode, Watcher};
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, version};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// A certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {what}")]
pub struct TlsError {
    path: PathBuf,
    what: String,
}

fn fault(path: &Path, what: impl std::fmt::Display) -> TlsError {
    TlsError { path: path.to_owned(), what: what.to_string() }
}

fn load(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let pem = std::fs::read(certificate).map_err(|e| fault(certificate, e))?;
    let chain = rustls_pemfile::certs(&mut pem.as_slice())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| fault(certificate, format!("is not PEM: {e}")))?;
    if chain.is_empty() {
        return Err(fault(certificate, "holds no certificate (expected PEM with BEGIN CERTIFICATE)"));
    }
    let pem = std::fs::read(key).map_err(|e| fault(key, e))?;
    let secret = rustls_pemfile::private_key(&mut pem.as_slice())
        .map_err(|e| fault(key, format!("is not PEM: {e}")))?
        .ok_or_else(|| fault(key, "holds no private key (expected PEM with BEGIN PRIVATE KEY)"))?;
    let signer = ring::sign::any_supported_type(&secret).map_err(|e| fault(key, format!("cannot be used: {e}")))?;
    let pair = CertifiedKey::new(chain, signer);
    match pair.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(pair),
        Err(_) => Err(fault(key, format!("does not belong to the certificate {}", certificate.display()))),
    }
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.read().ok().map(|c| c.clone())
    }
}

/// A server configuration whose certificate follows its files. Dropping the watcher stops the following.
pub fn server_config(
    certificate: &Path,
    key: &Path,
) -> Result<(Arc<ServerConfig>, Option<notify::RecommendedWatcher>), TlsError> {
    let current = Arc::new(Current(RwLock::new(Arc::new(load(certificate, key)?))));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(|e| fault(certificate, e))?
        .with_no_client_auth()
        .with_cert_resolver(current.clone());
    let watcher = follow(certificate.to_owned(), key.to_owned(), current);
    Ok((Arc::new(config), watcher))
}

/// Watches the folders, because certificates are usually replaced by renaming over them.
fn follow(certificate: PathBuf, key: PathBuf, current: Arc<Current>) -> Option<notify::RecommendedWatcher> {
    let folders = [certificate.parent().map(Path::to_owned), key.parent().map(Path::to_owned)];
    let names = [certificate.file_name().map(ToOwned::to_owned), key.file_name().map(ToOwned::to_owned)];
    let changed = move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        // Opening and reading are told, too, and taking the pair anew is both: it must not call for the next time.
        if event.kind.is_access() && event.kind != EventKind::Access(AccessKind::Close(AccessMode::Write)) {
            return;
        }
        if !event.paths.iter().any(|p| names.iter().any(|n| n.as_deref() == p.file_name())) {
            return;
        }
        // Half-replaced pairs are normal for a moment: the old pair stays until a new one is whole.
        match load(&certificate, &key) {
            Ok(pair) => {
                if let Ok(mut slot) = current.0.write()
                    && slot.cert != pair.cert
                {
                    tracing::info!("certificate {} taken anew", certificate.display());
                    *slot = Arc::new(pair);
                }
            }
            Err(e) => tracing::debug!("certificate not taken yet: {e}"),
        }
    };
    let mut watcher = match notify::recommended_watcher(changed) {
        Ok(watcher) => watcher,
        Err(e) => {
            tracing::warn!("certificate files are not watched ({e}); restart the node after replacing them");
            return None;
        }
    };
    for folder in folders.into_iter().flatten() {
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        if let Err(e) = watcher.watch(&folder, RecursiveMode::NonRecursive) {
            tracing::warn!("{} is not watched: {e}", folder.display());
        }
    }
    Some(watcher)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::WallTime;
    use std::time::Duration;

    #[test]
    fn a_wrong_pair_is_named() {
        let (a, b) = (tempfile::tempdir().expect("dir"), tempfile::tempdir().expect("dir"));
        let now = WallTime::parse_rfc3339("2026-11-24T00:00:00Z").expect("time");
        let names = vec!["localhost".to_owned()];
        let (cert_a, key_a) = crate::keys::self_signed(a.path(), &names, now).expect("made");
        let (_, key_b) = crate::keys::self_signed(b.path(), &names, now).expect("made");
        assert!(load(&cert_a, &key_a).is_ok());
        assert!(load(&cert_a, &key_b).expect_err("refused").to_string().contains("does not belong"));
        assert!(load(&key_a, &key_a).expect_err("refused").to_string().contains("holds no certificate"));
    }

    #[test]
    fn reading_a_certificate_is_not_taken_for_replacing_it() {
        let dir = tempfile::tempdir().expect("dir");
        let now = WallTime::parse_rfc3339("2026-11-24T00:00:00Z").expect("time");
        let (cert, key) = crate::keys::self_signed(dir.path(), &["localhost".to_owned()], now).expect("made");
        let current = Arc::new(Current(RwLock::new(Arc::new(load(&cert, &key).expect("pair")))));
        let _watcher = follow(cert.clone(), key, current);
        let (told, heard) = std::sync::mpsc::sync_channel(1_024);
        let mut second = notify::recommended_watcher(move |_| {
            let _ = told.try_send(());
        })
        .expect("watcher");
        second.watch(&dir.path().join("keys"), RecursiveMode::NonRecursive).expect("watch");
        std::fs::read(&cert).expect("read");
        heard.recv_timeout(Duration::from_secs(10)).expect("reading is told");
        // Our own reading is soon over; if it were taken for news, it would never be.
        let further = (0..1_000).take_while(|_| heard.recv_timeout(Duration::from_millis(300)).is_ok()).count();
        assert!(further < 100, "the files are read again and again");
    }

    #[test]
    fn a_replaced_certificate_is_taken_without_a_restart() {
        let dir = tempfile::tempdir().expect("dir");
        let now = WallTime::parse_rfc3339("2026-11-24T00:00:00Z").expect("time");
        let (cert, key) = crate::keys::self_signed(dir.path(), &["localhost".to_owned()], now).expect("made");
        let current = Arc::new(Current(RwLock::new(Arc::new(load(&cert, &key).expect("pair")))));
        let before = current.0.read().expect("lock").cert.clone();
        let (told, heard) = std::sync::mpsc::sync_channel(64);
        let _watcher = follow(cert.clone(), key.clone(), current.clone());
        let mut second = notify::recommended_watcher(move |_| {
            let _ = told.try_send(());
        })
        .expect("watcher");
        second.watch(&dir.path().join("keys"), RecursiveMode::NonRecursive).expect("watch");
        crate::keys::self_signed(dir.path(), &["other.example".to_owned()], now).expect("renewed");
        // Wait for file events, not for time: each one is a moment at which the pair may have been taken.
        while current.0.read().expect("lock").cert == before {
            heard
                .recv_timeout(Duration::from_secs(10))
                .expect("the new certificate is taken after the last file event");
            std::thread::yield_now();
        }
    }
}
