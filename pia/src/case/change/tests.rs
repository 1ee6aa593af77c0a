//! What changes do to a case, told by reading it again.
