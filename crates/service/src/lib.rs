//! One use case a file: load, decide, append, publish.
