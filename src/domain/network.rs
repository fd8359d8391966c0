//! Networks from which people may sign in (A12.4): reading lists of them, and the rule in force.
//!
//! Not here: networks in which cameras may be (`media`), asking at each request (`ops`).

use crate::Extra;
use crate::rights::{Refusal, Role};
use crate::text::{self, FieldFault};
use base::{Said, WallTime, limits};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A list of networks that has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// `10.0.0.0/8`, `192.0.2.7` (one address), `2001:db8::/32`; host bits are cleared, mapped IPv4 is IPv4.
fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let net = match text.parse::<IpNet>() {
        Ok(net) => net,
        Err(_) => IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical()),
    };
    Some(net.trunc())
}

impl Networks {
    /// Reads what was stored; entries that cannot be read are left out, so that they let nobody through.
    pub fn read(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|t| parse(t)).collect())
    }
    /// Is the address in one of them?
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// Reads a list as people write it; in canonical form, without repeats.
///
/// # Errors
/// A fault of `field` that names the entry.
pub fn decide_networks(field: &'static str, texts: &[String]) -> Result<Vec<String>, FieldFault> {
    let mut out: Vec<String> = Vec::new();
    for text in texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let Some(net) = parse(text) else {
            let shown = text::cut(&text.replace(char::is_control, " "), 60);
            return Err(FieldFault::new(
                field,
                Said::new(
                    format!("“{shown}” không phải là mạng. Viết như 10.0.0.0/8, 192.168.1.7 hoặc 2001:db8::/32."),
                    format!("“{shown}” is no network. Write it like 10.0.0.0/8, 192.168.1.7 or 2001:db8::/32."),
                ),
            ));
        };
        let net = net.to_string();
        if !out.contains(&net) {
            out.push(net);
        }
    }
    if out.len() > limits::NETWORKS_MAX {
        let max = limits::NETWORKS_MAX;
        let said = Said::new(format!("Tối đa {max} mạng."), format!("At most {max} networks."));
        return Err(FieldFault::new(field, said));
    }
    Ok(out)
}

/// Splits a text field: commas, semicolons, spaces and line breaks are between networks.
pub fn split(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The network that an address is counted under: its /24, or its /64 with IPv6.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v) => IpAddr::V4((u32::from(v) & !0xff).into()),
        IpAddr::V6(v) => IpAddr::V6((u128::from(v) & !u128::from(u64::MAX)).into()),
    }
}

/// From which networks people sign in: one version of the rule. Every version is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignInNetworks {
    /// Number of the version, from 1.
    pub version: u64,
    /// Since when it is in force.
    pub since: WallTime,
    /// Who set it: sign-in name.
    #[serde(default)]
    pub by: String,
    /// Why, in words.
    #[serde(default)]
    pub reason: String,
    /// For everybody whose role has no list of its own; empty: from anywhere.
    #[serde(default)]
    pub everyone: Vec<String>,
    /// For single roles, instead of the list for everybody.
    #[serde(default)]
    pub roles: Vec<RoleNetworks>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for SignInNetworks {
    /// Version 0: from anywhere.
    fn default() -> Self {
        Self {
            version: 0,
            since: WallTime::EPOCH,
            by: String::new(),
            reason: String::new(),
            everyone: Vec::new(),
            roles: Vec::new(),
            extra: Extra::new(),
        }
    }
}

/// The list of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleNetworks {
    /// Which.
    pub role: Role,
    /// From where; not empty.
    pub networks: Vec<String>,
}

/// The rule in force, read once.
#[derive(Clone, Debug, Default)]
pub struct SignInZones {
    everyone: Networks,
    everyone_limited: bool,
    roles: Vec<(Role, Networks)>,
}

impl SignInZones {
    /// Reads a version.
    pub fn of(rule: &SignInNetworks) -> Self {
        Self {
            everyone: Networks::read(&rule.everyone),
            everyone_limited: !rule.everyone.is_empty(),
            roles: rule.roles.iter().map(|r| (r.role, Networks::read(&r.networks))).collect(),
        }
    }
    /// May somebody of that role come from that address?
    pub fn admits(&self, role: Role, address: IpAddr) -> bool {
        match self.roles.iter().find(|(r, _)| *r == role) {
            Some((_, own)) => own.contains(address),
            None => !self.everyone_limited || self.everyone.contains(address),
        }
    }
    /// May anybody at all come from that address?
    pub fn admits_anybody(&self, address: IpAddr) -> bool {
        !self.everyone_limited
            || self.everyone.contains(address)
            || self.roles.iter().any(|(_, own)| own.contains(address))
    }
}

/// The refusal for an address outside the zones.
pub fn outside() -> Refusal {
    Refusal {
        article: Some("12.4"),
        said: Said::new(
            "Địa chỉ mạng của bạn nằm ngoài các mạng được phép đăng nhập vào nút này.",
            "Your network address is outside the networks from which this node may be used.",
        ),
        who_can_help: Said::new(
            "Hãy kết nối từ mạng của cơ quan, hoặc đề nghị quản trị viên của nút thêm mạng của bạn vào danh sách.",
            "Connect from the office's network, or ask the node's administrator to add your network to the list.",
        ),
    }
}

/// The refusal of a rule that would shut its own author out.
pub fn own_address_outside() -> Refusal {
    Refusal {
        article: Some("12.4"),
        said: Said::new(
            "Với danh sách này, chính địa chỉ của bạn sẽ nằm ngoài các mạng được phép; chưa có gì thay đổi.",
            "With this list your own address would be outside the allowed networks; nothing was changed.",
        ),
        who_can_help: Said::new(
            "Hãy thêm mạng bạn đang dùng vào danh sách, hoặc thay đổi từ một máy nằm trong mạng đó.",
            "Add the network you are using now to the list, or make the change from a machine within it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(s: &str) -> IpAddr {
        s.parse().expect("address")
    }
    fn list(all: &[&str]) -> Vec<String> {
        all.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn lists_are_read_and_faults_named() {
        let good =
            decide_networks("networks", &split("10.1.2.3/8, 10.0.0.0/8;192.0.2.7\n 2001:DB8::1/32 ::ffff:192.0.2.9"));
        assert_eq!(good.expect("good"), ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "192.0.2.9/32"]);
        for bad in ["10.0.0.0/33", "mạng", "10.0.0", "1.2.3.4/x", "\u{7}"] {
            let fault = decide_networks("networks", &list(&[bad])).expect_err(bad);
            assert!(fault.field == "networks" && fault.said.en.contains("10.0.0.0/8"));
        }
        let many: Vec<String> = (0..=limits::NETWORKS_MAX).map(|n| format!("10.0.{}.{}", n / 250, n % 250)).collect();
        assert!(decide_networks("networks", &many).is_err());
    }

    #[test]
    fn roles_have_lists_of_their_own() {
        let zones = SignInZones::of(&SignInNetworks {
            everyone: list(&["10.0.0.0/8"]),
            roles: vec![RoleNetworks { role: Role::Administrator, networks: list(&["10.9.0.0/16", "2001:db8::/32"]) }],
            ..SignInNetworks::default()
        });
        let table = [
            (Role::Viewer, "10.1.1.1", true),
            (Role::Viewer, "192.0.2.1", false),
            (Role::Viewer, "2001:db8::9", false),
            (Role::Administrator, "10.1.1.1", false),
            (Role::Administrator, "10.9.1.1", true),
            (Role::Administrator, "::ffff:10.9.1.1", true),
            (Role::Administrator, "2001:db8::9", true),
        ];
        for (role, address, admitted) in table {
            assert_eq!(zones.admits(role, ip(address)), admitted, "{role:?} {address}");
        }
        assert!(zones.admits_anybody(ip("2001:db8::9")) && !zones.admits_anybody(ip("192.0.2.1")));
        assert!(SignInZones::default().admits(Role::Viewer, ip("192.0.2.1")), "without a rule: from anywhere");
        let unread = SignInZones::of(&SignInNetworks { everyone: list(&["??"]), ..SignInNetworks::default() });
        assert!(!unread.admits(Role::Viewer, ip("10.0.0.1")), "a list that cannot be read opens nothing");
    }

    #[test]
    fn neighbours_count_as_one() {
        assert_eq!(neighbourhood(ip("10.1.2.3")), neighbourhood(ip("::ffff:10.1.2.250")));
        assert_ne!(neighbourhood(ip("10.1.2.3")), neighbourhood(ip("10.1.3.3")));
        assert_eq!(neighbourhood(ip("2001:db8:1:2:3::1")), neighbourhood(ip("2001:db8:1:2::9")));
    }
}
