//! A stretch of network between the driver and its printer that can be cut, that loses answers, and that holds a
//! request back until something else has happened.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

#[derive(Default)]
struct Mischief {
    lose_answer_to: Option<String>,
    hold: Option<String>,
    sent: Vec<u8>,
}

pub struct Lossy {
    pub port: u16,
    to: u16,
    mischief: Arc<Mutex<Mischief>>,
    held: Arc<Notify>,
    release: Arc<Notify>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Lossy {
    pub async fn before(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lossy = Self {
            port,
            to,
            mischief: Arc::default(),
            held: Arc::default(),
            release: Arc::default(),
            task: Mutex::default(),
        };
        lossy.serve(listener);
        lossy
    }

    fn serve(&self, listener: TcpListener) {
        let (to, mischief) = (self.to, Arc::clone(&self.mischief));
        let (held, release) = (Arc::clone(&self.held), Arc::clone(&self.release));
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (mischief, held, release) = (mischief.clone(), held.clone(), release.clone());
                connections.spawn(async move { carry(client, to, mischief, held, release).await });
            }
        });
        *self.task.lock().unwrap() = Some(task);
    }

    /// Cuts it: what is open breaks, what comes finds nobody.
    pub async fn cut(&self) {
        let task = self.task.lock().unwrap().take();
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }

    pub async fn mend(&self) {
        self.serve(TcpListener::bind(("127.0.0.1", self.port)).await.unwrap());
    }

    /// The next request that begins like this arrives, and its answer does not.
    pub fn lose_answer_to(&self, beginning: &str) {
        self.mischief.lock().unwrap().lose_answer_to = Some(beginning.to_owned());
    }

    /// The next request that begins like this is held back until `release`.
    pub fn hold(&self, beginning: &str) {
        self.mischief.lock().unwrap().hold = Some(beginning.to_owned());
    }
    pub async fn held(&self) {
        self.held.notified().await;
    }
    pub fn release(&self) {
        self.release.notify_one();
    }

    /// Everything that was ever sent to the printer.
    pub fn sent(&self) -> Vec<u8> {
        self.mischief.lock().unwrap().sent.clone()
    }
}

fn take(wish: &mut Option<String>, request: &[u8]) -> bool {
    let wanted = wish.as_ref().is_some_and(|beginning| request.starts_with(beginning.as_bytes()));
    if wanted {
        *wish = None;
    }
    wanted
}

/// Carries one connection. The driver sends one request on each, so its beginning tells which it is.
async fn carry(
    mut client: TcpStream,
    to: u16,
    mischief: Arc<Mutex<Mischief>>,
    held: Arc<Notify>,
    release: Arc<Notify>,
) {
    let mut first = vec![0; 64 << 10];
    let Ok(length) = client.read(&mut first).await else { return };
    first.truncate(length);
    let (lose, hold) = {
        let mut mischief = mischief.lock().unwrap();
        (take(&mut mischief.lose_answer_to, &first), take(&mut mischief.hold, &first))
    };
    if hold {
        held.notify_one();
        release.notified().await;
    }
    let Ok(mut printer) = TcpStream::connect(("127.0.0.1", to)).await else { return };
    mischief.lock().unwrap().sent.extend_from_slice(&first);
    if printer.write_all(&first).await.is_err() {
        return;
    }
    let (mut from_printer, mut to_printer) = printer.split();
    let (mut from_client, mut to_client) = client.split();
    let out = async {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
            mischief.lock().unwrap().sent.extend_from_slice(&buffer[..length]);
            if to_printer.write_all(&buffer[..length]).await.is_err() {
                return;
            }
        }
        let _ = to_printer.shutdown().await;
    };
    if lose {
        // The first byte of the answer shows that the request was carried out; then the line goes dead.
        let mut byte = [0];
        tokio::select! {
            _ = from_printer.read(&mut byte) => {}
            () = async { out.await; std::future::pending().await } => {}
        }
        return;
    }
    let back = async { tokio::io::copy(&mut from_printer, &mut to_client).await };
    tokio::select! {
        _ = back => {}
        () = async { out.await; std::future::pending().await } => {}
    }
}
