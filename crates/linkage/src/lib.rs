//! Which records may be one person, how strongly, and why.
