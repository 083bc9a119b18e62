//! Messages out: mail, push, webhooks. Nothing is sent yet; what will be sent is a `privacy::Outbound` and nothing else.
//!
//! It composes no text and never reads the store.
