use http::HeaderValue;

/// What `Cache-Control` says of how long an answer may be given again without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// `no-store` and `no-cache`. Also what can't be understood: better asked once too often.
    Never,
    /// Seconds from when the answer was made, of the shortest `max-age`.
    For(u64),
    /// Nothing: other headers may.
    Unsaid,
}

impl Keep {
    /// Reads the values of the header, of which there may be several.
    ///
    /// `s-maxage` is for caches that serve many, and uv's is not one; `private`, `public`, `immutable` and
    /// `must-revalidate` change nothing as long as an answer is fresh, and afterwards nothing is given again.
    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v HeaderValue>) -> Self {
        let mut keep = Self::Unsaid;
        for value in values {
            let Some(directives) = value.to_str().ok().and_then(split) else { return Self::Never };
            for directive in directives {
                let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
                match name.trim().to_ascii_lowercase().as_str() {
                    "no-store" | "no-cache" => return Self::Never,
                    "max-age" => {
                        let Some(seconds) = seconds(argument.trim().trim_matches('"')) else { return Self::Never };
                        keep = Self::For(if let Self::For(other) = keep { seconds.min(other) } else { seconds });
                    }
                    _ => {}
                }
            }
        }
        keep
    }
}

/// A number of seconds, which is digits and nothing else.
pub(super) fn seconds(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The parts between commas that are not quoted; None if a quote does not end.
fn split(value: &str) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&value[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&value[begin..]);
    (!quoted).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(values: &[&str]) -> Keep {
        Keep::of(&values.iter().map(|value| HeaderValue::from_str(value).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn what_headers_say() {
        let cases: &[(&[&str], Keep)] = &[
            (&[], Keep::Unsaid),
            (&[""], Keep::Unsaid),
            (&["public"], Keep::Unsaid),
            (&["max-age=600"], Keep::For(600)),
            (&["max-age=600, public"], Keep::For(600)),
            (&["Public,MAX-AGE=600,immutable"], Keep::For(600)),
            (&["max-age=0"], Keep::For(0)),
            (&["max-age=\"7\""], Keep::For(7)),
            (&["private", "max-age=5"], Keep::For(5)),
            (&["max-age=600, max-age=5"], Keep::For(5)),
            (&["max-age=5", "max-age=600"], Keep::For(5)),
            (&["s-maxage=600"], Keep::Unsaid),
            (&["s-maxage=600, max-age=5"], Keep::For(5)),
            (&["max-age=600, must-revalidate"], Keep::For(600)),
            (&["no-store"], Keep::Never),
            (&["max-age=600, No-Cache"], Keep::Never),
            (&["max-age=600", "no-store"], Keep::Never),
            (&["no-cache=\"set-cookie\", max-age=600"], Keep::Never),
            // Inside quotes, neither a comma nor a name means anything.
            (&["extension=\"a, no-store, max-age=1\", max-age=600"], Keep::For(600)),
            (&["extension=\"a\\\", no-store\", max-age=600"], Keep::For(600)),
            // What can't be understood.
            (&["max-age"], Keep::Never),
            (&["max-age="], Keep::Never),
            (&["max-age=-1"], Keep::Never),
            (&["max-age=+1"], Keep::Never),
            (&["max-age=1.5"], Keep::Never),
            (&["max-age=99999999999999999999999"], Keep::Never),
            (&["max-age=600, extension=\"open"], Keep::Never),
        ];
        for (values, expected) in cases {
            assert_eq!(keep(values), *expected, "{values:?}");
        }
        assert_eq!(Keep::of(&[HeaderValue::from_bytes(b"max-age=600, caf\xe9").unwrap()]), Keep::Never);
    }
}
