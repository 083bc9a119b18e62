//! Whom a request comes from when a reverse proxy stands before the server.
//!
//! The proxies that the operator named are believed, and nobody else: an address that a stranger writes into a header must
//! neither lift a limit of theirs nor use up anybody else's. What comes past the proxies came in the clear, and is refused.

use crate::Face;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use std::net::{IpAddr, SocketAddr};

const FORWARDED: &str = "x-forwarded-for";

/// Puts the visitor's own address in the place of the proxy's.
pub(crate) fn before(router: Router, face: Face) -> Router {
    if face.reach.proxies.is_empty() { router } else { router.layer(from_fn_with_state(face, visitor)) }
}

async fn visitor(State(face): State<Face>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    match peer.and_then(|peer| source(peer, &face.reach.proxies, request.headers())) {
        Some(address) => {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
            next.run(request).await
        }
        None => (StatusCode::FORBIDDEN, "This server is reached through its proxy alone.\n").into_response(),
    }
}

/// The address a request comes from: each proxy adds the one it saw at the end of the list, so that the last one that is no
/// proxy is the visitor. `None`: it came past the proxies.
fn source(peer: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> Option<IpAddr> {
    // A socket for both kinds of address shows IPv4 inside IPv6.
    let peer = peer.to_canonical();
    let proxies: Vec<IpAddr> = proxies.iter().map(IpAddr::to_canonical).collect();
    if !proxies.contains(&peer) {
        return peer.is_loopback().then_some(peer); // somebody at this machine
    }
    // What a visitor wrote before the proxy's own entry may be anything.
    let values = headers.get_all(FORWARDED).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let listed: Vec<String> =
        values.flat_map(|v| v.split(',').map(|e| e.trim().to_owned()).collect::<Vec<_>>()).collect();
    let visitor = listed
        .iter()
        .rev()
        .map(|text| text.parse().ok().map(|ip: IpAddr| ip.to_canonical()))
        .find(|ip| ip.is_none_or(|ip| !proxies.contains(&ip)));
    Some(visitor.flatten().unwrap_or(peer))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(peer: &str, forwarded: &[&'static str], expected: Option<&str>) {
        let proxies = ["10.0.0.2".parse().unwrap(), "10.0.0.3".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let found = source(peer.parse().unwrap(), &proxies, &headers);
        assert_eq!(found, expected.map(|ip| ip.parse().unwrap()), "{peer} {forwarded:?}");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_visitor() {
        check("10.0.0.2", &["203.0.113.9"], Some("203.0.113.9"));
        check("10.0.0.2", &["203.0.113.9, 10.0.0.3"], Some("203.0.113.9"));
        check("10.0.0.2", &["203.0.113.9", "198.51.100.7"], Some("198.51.100.7"));
        check("10.0.0.2", &["2001:db8::1"], Some("2001:db8::1"));
        check("::ffff:10.0.0.2", &["203.0.113.9"], Some("203.0.113.9"));
        check("::ffff:127.0.0.1", &[], Some("127.0.0.1"));
    }

    #[test]
    fn what_a_stranger_writes_is_not_believed() {
        check("10.0.0.2", &["127.0.0.1, 203.0.113.9"], Some("203.0.113.9"));
        check("10.0.0.2", &["203.0.113.9, nonsense"], Some("10.0.0.2"));
        check("203.0.113.9", &["127.0.0.1"], None);
        check("10.0.0.2", &["böse, 203.0.113.9"], Some("203.0.113.9"));
        check("127.0.0.1", &["203.0.113.9"], Some("127.0.0.1"));
        check("10.0.0.2", &[], Some("10.0.0.2"));
    }
}
