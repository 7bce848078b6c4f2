//! Invented populations as source files in the published layouts, with planted errors and their truth.
