//! Values that a statement takes, of the four types that every backend has.

/// A value bound to a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// BIGINT.
    Number(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BYTEA.
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<bool> for Value {
    fn from(mark: bool) -> Self {
        Self::Number(Some(i64::from(mark)))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Number(value)
    }
}

impl From<f64> for Value {
    fn from(real: f64) -> Self {
        Self::Real(real)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<jiff::civil::Date> for Value {
    fn from(day: jiff::civil::Date) -> Self {
        Self::Text(Some(day.to_string()))
    }
}

impl From<Option<jiff::civil::Date>> for Value {
    fn from(day: Option<jiff::civil::Date>) -> Self {
        Self::Text(day.map(|day| day.to_string()))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// Values of several types as one list.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}

pub(crate) use values;
