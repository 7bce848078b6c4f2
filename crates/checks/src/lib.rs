//! Statements and a dated rule in, discrepancies out; one check, one file.
