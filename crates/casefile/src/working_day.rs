//! Working days and federal holidays, for the clocks of 5 U.S.C. 552a(d).
