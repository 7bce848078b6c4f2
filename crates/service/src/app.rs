//! What every use case needs: the store, the clock and the dated numbers.

use std::sync::Arc;

use redress_checks::Parameters;
use redress_ports::{Clock, Store};

/// The system, put together by the composition root.
#[derive(Clone)]
pub struct App {
    /// Events, records and projections.
    pub store: Arc<dyn Store>,
    /// What day it is.
    pub clock: Arc<dyn Clock>,
    /// The dated numbers that the rules read.
    pub parameters: Arc<Parameters>,
}
