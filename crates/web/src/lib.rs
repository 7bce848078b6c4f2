//! Server-rendered pages and the log endpoints.
