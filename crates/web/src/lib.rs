//! The face: routes, pages, forms, and the JSON interface.
//!
//! Every view is whole on load and every action is a form that works without scripts. This crate never calls a
//! hand and holds no rule about who may do what; it asks `app`, and turns its answers into pages.

mod api;
mod assets;
mod cookie;
mod form;
mod pages;
mod problem;
mod proxy;
mod routes;
mod security;
mod session;
mod shell;
mod tus;
mod words;

pub use routes::{Route, Who, routes};

use app::Context;
use axum::Router;
use axum::serve::ListenerExt as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// What handlers share.
#[derive(Clone)]
pub struct Face {
    /// The use cases.
    pub ctx: Context,
    /// How this server is reached.
    pub reach: Arc<Reach>,
}

/// How this server is reached.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The address people type, without a slash at the end, such as `https://print.example.org`.
    pub public_url: String,
    /// Reverse proxies before this server, which are believed about whom a request comes from. Empty: there is none.
    pub proxies: Vec<IpAddr>,
}

impl Reach {
    /// Whether people come by HTTPS, so that cookies may be kept to it.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether nobody on the way reads what people send and read: they come by HTTPS, or from this machine.
    pub fn is_private(&self) -> bool {
        let here = ["http://127.", "http://[::1]", "http://localhost"];
        self.is_secure() || here.iter().any(|here| self.public_url.starts_with(here))
    }
}

/// The whole face as one service.
pub fn router(face: Face) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let guarded = session::guard(route.who, route.handler, face.clone());
        router = router.route(route.path, guarded);
    }
    let router = router.fallback(problem::not_found).with_state(face.clone());
    proxy::before(security::around(router, face.clone()), face)
}

/// Serves until `stop` is done and the last answer is out.
///
/// # Errors
/// An I/O error of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // What is streamed in small pieces would wait for the other side's acknowledgement of the piece before: 40 ms each time.
    // Where it cannot be switched off it is slow, and right all the same.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
