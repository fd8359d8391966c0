//! Keys and certificates of the node, made at the first start: `keys/node.key` (Ed25519, PKCS#8 PEM), `keys/tls.key` and
//! `keys/tls.crt` (self-signed, ECDSA P-256). The sealing key belongs to `store`.

use base::WallTime;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a key or certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is there but is not what it should be.
    #[error("{path}: {what}")]
    Bad {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
}

/// Writes a file that only its owner can read; never replaces an existing one half-way.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    use std::os::unix::fs::OpenOptionsExt;
    let fault = |source| KeyError::Io { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let _ = fs::remove_file(&part);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(fault)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fault)?;
    fs::rename(&part, path).map_err(fault)
}

/// `DIR/keys`, 0700.
pub fn folder(data_dir: &Path) -> Result<PathBuf, KeyError> {
    use std::os::unix::fs::DirBuilderExt;
    let path = data_dir.join("keys");
    match fs::DirBuilder::new().recursive(true).mode(0o700).create(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(KeyError::Io { path, source }),
    }
}

/// The node's own Ed25519 key: its identity, and what it signs with.
pub struct NodeKey {
    pair: rcgen::KeyPair,
    public: [u8; 32],
}

impl NodeKey {
    /// The key of a data folder, made if there is none.
    pub fn of(data_dir: &Path) -> Result<NodeKey, KeyError> {
        folder(data_dir)?;
        match Self::existing(data_dir)? {
            Some(key) => Ok(key),
            None => {
                let path = Self::path(data_dir);
                let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519)
                    .map_err(|e| KeyError::Bad { path: path.clone(), what: format!("cannot make a key: {e}") })?;
                write_private(&path, pair.serialize_pem().as_bytes())?;
                Self::new(pair, path)
            }
        }
    }

    /// The key of a data folder, if there is one.
    pub fn existing(data_dir: &Path) -> Result<Option<NodeKey>, KeyError> {
        let path = Self::path(data_dir);
        let pem = match fs::read_to_string(&path) {
            Ok(pem) => pem,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyError::Io { path, source }),
        };
        let pair = rcgen::KeyPair::from_pem(&pem).map_err(|_| Self::bad(path.clone()))?;
        Self::new(pair, path).map(Some)
    }

    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("keys").join("node.key")
    }
    fn bad(path: PathBuf) -> KeyError {
        let what = "is not a node key; restore it from a backup (a new key would make this another node)".to_owned();
        KeyError::Bad { path, what }
    }
    fn new(pair: rcgen::KeyPair, path: PathBuf) -> Result<NodeKey, KeyError> {
        match rcgen::PublicKeyData::der_bytes(&pair).try_into() {
            Ok(public) => Ok(NodeKey { public, pair }),
            Err(_) => Err(Self::bad(path)),
        }
    }

    /// The public key.
    pub fn public(&self) -> [u8; 32] {
        self.public
    }
    /// SHA-256 of the public key in hexadecimal: how the node is known.
    pub fn fingerprint(&self) -> String {
        hex(&sha256(&self.public))
    }
    /// The signature of a message.
    pub fn signature(&self, message: &[u8]) -> Result<[u8; 64], String> {
        let signature = rcgen::SigningKey::sign(&self.pair, message).map_err(|e| e.to_string())?;
        signature.try_into().map_err(|_| "not a signature of Ed25519".to_owned())
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// A self-signed certificate lives this long; browsers refuse more than 825 days even for locally trusted ones.
const SELF_SIGNED_LIFE: Duration = Duration::from_secs(820 * 24 * 3600);
/// A self-signed certificate is made anew when it has less than this left.
const SELF_SIGNED_RENEW: Duration = Duration::from_secs(30 * 24 * 3600);

/// Paths of the self-signed certificate and key, made if they are missing, nearly over, or lack one of `names`.
pub fn self_signed(data_dir: &Path, names: &[String], now: WallTime) -> Result<(PathBuf, PathBuf), KeyError> {
    let keys = folder(data_dir)?;
    let (certificate, key, facts) = (keys.join("tls.crt"), keys.join("tls.key"), keys.join("tls.facts"));
    // Beside the certificate stands what it was made for, so that nothing has to parse X.509 to decide.
    let still_good = fs::read_to_string(&facts).ok().is_some_and(|text| {
        let mut lines = text.lines();
        let until = lines.next().and_then(WallTime::parse_rfc3339);
        let had: Vec<&str> = lines.collect();
        until.is_some_and(|u| u > now.plus(SELF_SIGNED_RENEW))
            && names.iter().all(|n| had.contains(&n.as_str()))
            && certificate.exists()
            && key.exists()
    });
    if still_good {
        return Ok((certificate, key));
    }
    let bad = |e: rcgen::Error| KeyError::Bad { path: certificate.clone(), what: format!("cannot make it: {e}") };
    let mut params = rcgen::CertificateParams::new(names.to_vec()).map_err(bad)?;
    let until = now.plus(SELF_SIGNED_LIFE);
    let day = |t: WallTime| {
        let d = t.office_date();
        rcgen::date_time_ymd(d.year().into(), d.month().unsigned_abs(), d.day().unsigned_abs())
    };
    params.not_before = day(now.minus(Duration::from_secs(2 * 24 * 3600)));
    params.not_after = day(until.plus(Duration::from_secs(24 * 3600)));
    params.distinguished_name.push(rcgen::DnType::CommonName, "Mat Luoi");
    let pair = rcgen::KeyPair::generate().map_err(bad)?;
    let made = params.self_signed(&pair).map_err(bad)?;
    write_private(&key, pair.serialize_pem().as_bytes())?;
    write_private(&certificate, made.pem().as_bytes())?;
    write_private(&facts, format!("{}\n{}\n", until.rfc3339(), names.join("\n")).as_bytes())?;
    Ok((certificate, key))
}

/// SHA-256 fingerprint of a PEM certificate's first entry, as browsers show it.
pub fn fingerprint(certificate: &Path) -> Option<String> {
    let pem = fs::read(certificate).ok()?;
    let der = rustls_pemfile::certs(&mut pem.as_slice()).next()?.ok()?;
    Some(sha256(&der).iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("temp dir");
        let key = NodeKey::of(dir.path()).expect("made");
        assert_eq!(NodeKey::of(dir.path()).expect("read").fingerprint(), key.fingerprint());
        assert_eq!(key.fingerprint(), store::node_fingerprint(&key.public()));
        assert_ne!(key.signature(b"a").expect("signed"), key.signature(b"b").expect("signed"));
        let mode = fs::metadata(dir.path().join("keys/node.key")).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0);
        fs::write(dir.path().join("keys/node.key"), "rubbish").expect("write");
        let Err(refused) = NodeKey::of(dir.path()) else { panic!("rubbish is no key") };
        assert!(refused.to_string().contains("restore"));
    }

    #[test]
    fn certificates_are_renewed_in_time_and_for_new_names() {
        let dir = tempfile::tempdir().expect("temp dir");
        let now = WallTime::parse_rfc3339("2026-11-24T00:00:00Z").expect("time");
        let names = vec!["localhost".to_owned(), "192.0.2.2".to_owned()];
        let (cert, _) = self_signed(dir.path(), &names, now).expect("made");
        let first = fingerprint(&cert).expect("a certificate");
        self_signed(dir.path(), &names[..1], now.plus(Duration::from_secs(86_400))).expect("kept");
        assert_eq!(fingerprint(&cert), Some(first.clone()));
        self_signed(dir.path(), &names, now.plus(Duration::from_secs(800 * 86_400))).expect("renewed");
        let second = fingerprint(&cert).expect("a certificate");
        assert_ne!(second, first);
        self_signed(dir.path(), &["10.0.0.9".to_owned()], now.plus(Duration::from_secs(800 * 86_400)))
            .expect("new name");
        assert_ne!(fingerprint(&cert), Some(second));
    }
}
