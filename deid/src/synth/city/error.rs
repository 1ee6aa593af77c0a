//! What can go wrong before the first row.

/// Why a city cannot be made. Never holds a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CityError {
    /// The number of residents is outside [`Params::RESIDENTS`](super::Params::RESIDENTS).
    #[error("number of residents out of range")]
    Residents,
    /// The date is outside 2020–2040, for which the name and era lists are made.
    #[error("as-of date out of range")]
    AsOf,
    /// An embedded list is malformed: a fault of this build.
    #[error("embedded list {file}, line {line}, is malformed")]
    Data {
        /// File under `deid/data/city/`.
        file: &'static str,
        /// Line, from 1.
        line: usize,
    },
}

/// Why a generation stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError<E> {
    /// The parameters or lists do not make a city.
    #[error(transparent)]
    City(#[from] CityError),
    /// The sink said so.
    #[error("the sink stopped")]
    Sink(E),
}
