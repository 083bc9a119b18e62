//! The push socket: what OctoPrint says by itself, about once a second.
//!
//! What it says is only ever a reading; nothing is commanded here. Any trouble ends the stream, and the link begins
//! again by asking, so that what was missed is found.

use super::Inner;
use super::outgoing::{Outgoing, greeting};
use super::translate;
use super::wire::{Heaters, LoginAnswer, Pushed};
use crate::driver::Watch;
use domain::printer::{NotDone, Report};
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The longest message that is read, in bytes.
const LONGEST_MESSAGE: usize = 1 << 20;

struct Listening {
    inner: Arc<Inner>,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Most messages leave the temperatures out when they have not changed.
    warmth: Vec<Heaters>,
}

pub(super) async fn open(inner: Arc<Inner>) -> Result<Watch, NotDone> {
    let url = inner.http.address.socket().ok_or(NotDone::UnknownCommand)?;
    let login: LoginAnswer = inner.http.send(&Outgoing::Login).await?.json()?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE));
    let connecting = tokio_tungstenite::connect_async_with_config(url, Some(limits), true);
    let (mut socket, _) = connecting.await.map_err(|_| NotDone::Unreachable)?;
    for message in greeting(&login.name, &login.session) {
        socket.send(Message::text(message)).await.map_err(|_| NotDone::AnswerLost)?;
    }
    let listening = Listening { inner, socket, warmth: Vec::new() };
    Ok(futures::stream::try_unfold(listening, |mut listening| async move {
        let report = listening.next().await?;
        Ok(report.map(|report| (report, listening)))
    })
    .boxed())
}

impl Listening {
    /// The next reading; `None` when the socket closes or wants a new log-in.
    async fn next(&mut self) -> Result<Option<Report>, NotDone> {
        while let Some(message) = self.socket.next().await {
            let Message::Text(text) = message.map_err(|_| NotDone::AnswerLost)? else { continue };
            let Ok(pushed) = serde_json::from_str::<Pushed>(&text) else { continue };
            if pushed.reauth_required.is_some() {
                return Ok(None);
            }
            if let Some(ending) = pushed.event.as_ref().and_then(translate::ending) {
                self.inner.note_ending(ending);
            }
            if let Some(mut current) = pushed.current.or(pushed.history) {
                if current.temps.is_empty() {
                    current.temps.clone_from(&self.warmth);
                } else {
                    self.warmth = current.temps.split_off(current.temps.len().saturating_sub(1));
                    current.temps.clone_from(&self.warmth);
                }
                return self.inner.understand(&current).await.map(Some);
            }
        }
        Ok(None)
    }
}
