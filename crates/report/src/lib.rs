//! Public tables and figures, small numbers suppressed.
