//! `matluoi verify`: is an audit export, an archive, a backup, or the record of a stopped node as it was written?
#![allow(clippy::print_stdout)]

use super::{DataArguments, Failure, start_log};
use crate::keys::NodeKey;
use clap::Args;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use store::ChainReport;

/// Arguments of `verify`.
#[derive(Args)]
pub struct VerifyArguments {
    /// Audit export, excerpt or archive (JSON Lines), or backup; without it, the record in the data folder of a stopped node
    file: Option<PathBuf>,
    /// Fingerprint of the node that must have signed (page “Audit”); also one of its public keys in base64
    #[arg(long, value_name = "FINGERPRINT")]
    node: Option<String>,
    /// Print what was found as one JSON line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
}

/// Verifies and says precisely what was altered; exit code 0 only if intact.
pub fn run(arguments: VerifyArguments) -> Result<(), Failure> {
    start_log("warn");
    let node = arguments.node.as_deref().map(fingerprint).transpose()?;
    let (mut lost, mut gap) = (Vec::new(), None);
    let report = match &arguments.file {
        Some(path) => {
            let fault = |e: std::io::Error| {
                Failure::new(
                    format!("không đọc được {}: {e}", path.display()),
                    format!("cannot read {}: {e}", path.display()),
                )
            };
            let mut reader = BufReader::new(File::open(path).map_err(fault)?);
            let start = reader.fill_buf().map_err(fault)?;
            if start.first() == Some(&b'{') {
                store::verify_audit_export(&mut reader, node.as_deref())?
            } else {
                let store::BackupReport { records, files, lost, archive_gap, .. } = store::verify_backup(path)?;
                let what = format!("{records} bản ghi / records, {files} tệp / files");
                super::backup::tell_gap(archive_gap);
                if let Some(failure) = super::backup::lost_files(&lost) {
                    return Err(failure);
                }
                println!("{}: nguyên vẹn / intact ({what})", path.display());
                return Ok(());
            }
        }
        None => {
            let file = arguments.data.node_file()?;
            let store = store::Store::open_existing(&file.data_dir, crate::clock::system().now())?;
            let signs = store.read(|r| r.last_checkpoint())?.is_some_and(|c| c.signature.is_some());
            let own = NodeKey::existing(&file.data_dir)?.map(|key| key.fingerprint()).filter(|_| signs);
            let report = store.read(|r| store::verify_chain(r, node.or(own).as_deref()))?;
            (lost, gap) = store.verify_kept(report.archived)?;
            report
        }
    };
    if arguments.json {
        println!("{}", json(&report));
    } else if report.fault.is_none() {
        tell(&report, arguments.node.is_some());
    }
    if !arguments.json {
        super::backup::tell_gap(gap);
    }
    match report.fault {
        None => super::backup::lost_files(&lost).map_or(Ok(()), Err),
        Some(fault) => Err(Failure(fault.said())),
    }
}

/// A fingerprint as people copy it, or that of a public key.
fn fingerprint(text: &str) -> Result<String, Failure> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    let plain = plain.strip_prefix("matluoi/").unwrap_or(&plain).to_owned();
    if plain.len() == 64 && plain.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(plain.to_lowercase());
    }
    store::public_key(&plain).map(|key| store::node_fingerprint(&key)).ok_or_else(|| {
        Failure::new(
            format!("“{text}” không phải là dấu vân tay của nút (64 chữ số thập lục phân) hay khoá công khai (base64)"),
            format!("“{text}” is neither a node's fingerprint (64 hexadecimal digits) nor a public key (base64)"),
        )
    })
}

fn json(report: &ChainReport) -> serde_json::Value {
    serde_json::json!({
        "intact": report.fault.is_none(),
        "excerpt": report.excerpt,
        "archived": report.archived,
        "entries": report.entries,
        "veiled": report.veiled,
        "head": report.head.to_string(),
        "checkpoints": report.checkpoints,
        "signed": report.signed.as_ref().map(|s| serde_json::json!({
            "entries": s.entries, "at": s.at.rfc3339(), "node": s.node, "countersignatures": s.countersignatures,
        })),
        "fault": report.fault.map(|f| serde_json::json!({"entry": f.seq, "said": f.said().en, "said_vi": f.said().vi})),
    })
}

fn tell(report: &ChainReport, node_given: bool) {
    let ChainReport { archived, entries, head, checkpoints, .. } = report;
    if report.excerpt {
        println!("Bản trích nguyên vẹn: {entries} mục, mỗi mục đều có bằng chứng thuộc nhật ký");
        println!("The excerpt is intact: {entries} entries, each proven to be in the record");
    } else if *archived > 0 {
        println!(
            "Nhật ký nguyên vẹn: các mục {} đến {entries} (các mục trước ở trong tệp lưu trữ), mã băm cuối {head}",
            archived + 1
        );
        println!(
            "The record is intact: entries {} to {entries} (those before are in an archive), last hash {head}",
            archived + 1
        );
    } else {
        println!("Nhật ký nguyên vẹn: {entries} mục, mã băm cuối {head}");
        println!("The record is intact: {entries} entries, last hash {head}");
    }
    if report.veiled > 0 {
        let veiled = report.veiled;
        println!(
            "Trong đó {veiled} mục bị che với người xuất, chỉ có mã băm: vị trí được kiểm chứng, nội dung thì không"
        );
        println!(
            "Of these, {veiled} entries are veiled for whoever took the file out, hash only: their place is verified, their contents are not"
        );
    }
    match &report.signed {
        Some(s) => {
            let after = if report.excerpt { 0 } else { entries.saturating_sub(s.entries) };
            let (at, of) = (s.at.office_text(), s.entries);
            println!(
                "Nút {} đã ký {of} mục đầu lúc {at} ({checkpoints} điểm kiểm tra khớp); {after} mục sau đó chưa ký",
                s.node
            );
            println!(
                "Node {} has signed the first {of} entries at {at} ({checkpoints} checkpoints fit); {after} entries since are not signed",
                s.node
            );
            if s.countersignatures > 0 {
                println!(
                    "Chữ ký xác nhận của nút khác: {0} / Countersignatures of other nodes: {0}",
                    s.countersignatures
                );
            }
            if !node_given {
                println!(
                    "Hãy so dấu vân tay trên với dấu vân tay của nút (--node) / Compare this fingerprint with the node's (--node)"
                );
            }
        }
        None => {
            println!("Chưa có điểm kiểm tra nào được ký / No checkpoint is signed");
        }
    }
}
