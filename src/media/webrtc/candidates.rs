//! Which addresses of this machine a viewer may try.

use std::net::{IpAddr, SocketAddr};

/// Addresses to offer, best first: what the configuration says, else the bound address, else all addresses of the
/// interfaces with loopback last. Link-local IPv6 addresses are left out: without a zone a browser cannot use them.
pub(super) fn addresses(configured: &[IpAddr], local: SocketAddr) -> Vec<IpAddr> {
    if !configured.is_empty() {
        return configured.to_vec();
    }
    let bound = local.ip().to_canonical();
    if !bound.is_unspecified() {
        return vec![bound];
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|e| {
        tracing::warn!(error = %e, "cannot list the machine's addresses: only loopback is offered to viewers");
        Vec::new()
    });
    ordered(interfaces.into_iter().map(|i| i.ip()), local.is_ipv4())
}

/// The machine's own addresses, best first, loopback last: for certificates and for telling people where to look.
pub fn own_addresses() -> Vec<IpAddr> {
    addresses(&[], SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 0)))
}

/// At most this many candidates: a browser tries each of them.
const CANDIDATES_MAX: usize = 16;

fn ordered(all: impl Iterator<Item = IpAddr>, v4_only: bool) -> Vec<IpAddr> {
    let mut out: Vec<IpAddr> = all
        .filter(|ip| match ip {
            IpAddr::V4(v) => !v.is_unspecified() && !v.is_link_local(),
            IpAddr::V6(v) => !v4_only && !v.is_unspecified() && !v.is_unicast_link_local(),
        })
        .collect();
    out.sort_by_key(|ip| (ip.is_loopback(), ip.is_ipv6(), *ip));
    out.dedup();
    // Loopback stays in: the browser may run on this very machine.
    if out.len() > CANDIDATES_MAX {
        let last = out.pop();
        out.truncate(CANDIDATES_MAX - 1);
        out.extend(last);
    }
    if out.is_empty() {
        out.push(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|s| s.parse().expect("an address")).collect()
    }

    #[test]
    fn loopback_comes_last_and_link_local_never() {
        let all = ips(&["127.0.0.1", "::1", "fe80::1", "10.0.0.5", "2001:db8::5", "10.0.0.5"]);
        let dual = ordered(all.clone().into_iter(), false);
        assert_eq!(dual, ips(&["10.0.0.5", "2001:db8::5", "127.0.0.1", "::1"]));
        assert_eq!(ordered(all.into_iter(), true), ips(&["10.0.0.5", "127.0.0.1"]));
        assert_eq!(ordered(std::iter::empty(), false), ips(&["127.0.0.1"]));
    }

    #[test]
    fn configuration_and_a_bound_address_go_before_interfaces() {
        let public = ips(&["203.0.113.7"]);
        assert_eq!(addresses(&public, "0.0.0.0:8189".parse().expect("address")), public);
        assert_eq!(addresses(&[], "127.0.0.1:8189".parse().expect("address")), ips(&["127.0.0.1"]));
    }
}
