use std::ffi::OsString;

use serde_json::{Map, Value};

use crate::fault::Fault;

/// The members of a JSON request, taken one by one. What is left at the end is an error, never ignored.
pub(crate) struct Fields {
    map: Map<String, Value>,
    /// The member of the request these stand in, `None` at the top.
    within: Option<&'static str>,
    taken: Vec<&'static str>,
}

impl Fields {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Fault::new("bad-json", format!("The request is not JSON: {error}")))?;
        Self::of(value, None)
    }

    /// The members of `value`, which is the request itself or the member `within` of it.
    pub(crate) fn of(value: Value, within: Option<&'static str>) -> Result<Self, Fault> {
        match value {
            Value::Object(map) => Ok(Self { map, within, taken: Vec::new() }),
            other => Err(match within {
                Some(name) => wrong(name, &other, "an object"),
                None => bad(format!("The request must be an object, found {}", shown(&other))),
            }),
        }
    }

    /// Takes a member; one that is `null` counts as absent.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Value> {
        self.taken.push(name);
        self.map.remove(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<String>, Fault> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(name, &other, "a string or null")),
        }
    }

    pub(crate) fn number(&mut self, name: &'static str) -> Result<Option<u64>, Fault> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong(name, &value, "a whole number or null")),
        }
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, Fault> {
        Ok(self.choice(name)?.unwrap_or_default())
    }

    /// Yes, no, or neither.
    pub(crate) fn choice(&mut self, name: &'static str) -> Result<Option<bool>, Fault> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(wrong(name, &other, "a boolean or null")),
        }
    }

    /// Takes a member that the operating system will be given: a string without NUL.
    pub(crate) fn os_text(&mut self, name: &'static str) -> Result<Option<OsString>, Fault> {
        self.text(name)?.map(|text| os_string(name, text)).transpose()
    }

    /// Ends with an error if a member was not taken.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        let Some(unknown) = self.map.keys().next() else {
            return Ok(());
        };
        let place = self.within.unwrap_or("the request");
        let allowed: Vec<String> = self.taken.iter().map(|name| format!("`{name}`")).collect();
        Err(bad(format!("Unknown field `{unknown}` in {place}; allowed are {}", allowed.join(", "))))
    }
}

pub(crate) fn bad(message: String) -> Fault {
    Fault::new("bad-request", message)
}

/// The fault of a field that has another type than it may.
pub(crate) fn wrong(name: &str, found: &Value, allowed: &str) -> Fault {
    bad(format!("`{name}` must be {allowed}, found {}", shown(found)))
}

/// A string as the operating system takes it, which can't carry a NUL.
pub(crate) fn os_string(name: &str, text: String) -> Result<OsString, Fault> {
    if text.contains('\0') {
        return Err(bad(format!("`{name}` must not contain a NUL character, found {text:?}")));
    }
    Ok(text.into())
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the boolean `{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.chars().count() <= 60 => format!("the string `{text}`"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(map) => format!("an object of {}", map.len()),
    }
}
