use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest_middleware::reqwest::Url;

use super::keep::{Keep, seconds};
use super::moment::Moment;
use super::page::Page;

/// Where an answer says only when its page was last modified: as long as PyPI says of its own, and uv of all such.
const MODIFIED: u64 = 600;

/// What a server's answer said of how long it may be given again, as uv's own cache reads it or more strictly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    /// The page that has the answer, where this one only points there.
    moved: Option<Page>,
    /// Whether uv's cache has it now.
    kept: bool,
    keep: Keep,
    /// Seconds that other headers give where `Cache-Control` gives none.
    otherwise: Option<u64>,
    /// Seconds since the answer was made, when it came.
    age: u64,
    came: Moment,
}

impl Answer {
    /// The answer to what was asked of `url` at `asked`.
    pub(super) fn of(url: &Url, status: StatusCode, headers: &HeaderMap, asked: Moment, came: Moment) -> Self {
        let date = date_of(headers, &header::DATE).flatten().unwrap_or(came.second());
        let said = headers.get(header::AGE).and_then(|age| seconds(age.to_str().ok()?)).unwrap_or(0);
        let on_its_way = came.second().saturating_sub(asked.second());
        Self {
            moved: moved(url, status, headers),
            // No error is kept: uv asks again each time, and so must whoever remembers its answer. A 304 speaks for
            // the page on disk; where it fits none, uv asks once more, and that answer is the one heard.
            kept: matches!(status, StatusCode::OK | StatusCode::NOT_MODIFIED) && !varies(headers),
            keep: Keep::of(headers.get_all(header::CACHE_CONTROL)),
            otherwise: match date_of(headers, &header::EXPIRES) {
                // A date that is none is the past: stricter than uv, which looks on for the next header.
                Some(expires) => Some(expires.unwrap_or(0).saturating_sub(date)),
                None => headers.contains_key(header::LAST_MODIFIED).then_some(MODIFIED),
            },
            age: came.second().saturating_sub(date).max(said.saturating_add(on_its_way)),
            came,
        }
    }

    pub(super) fn moved(&self) -> Option<Page> {
        self.moved
    }

    /// Until when it may be given again; None: not even now. `terms` stand in the place of its own `Cache-Control`.
    pub(super) fn until(&self, terms: Option<&HeaderValue>) -> Option<Moment> {
        if !self.kept {
            return None;
        }
        let lifetime = match terms.map_or(self.keep, |terms| Keep::of([terms])) {
            Keep::Never => return None,
            Keep::For(seconds) => seconds,
            Keep::Unsaid => self.otherwise?,
        };
        let left = lifetime.saturating_sub(self.age);
        // uv counts whole seconds of the clock: to it the answer came when its second began.
        (left > 0).then(|| self.came.second_began().after(Duration::from_secs(left)))
    }
}

/// Whether no other request is ever like the one that was answered. uv's requests for one page are all alike else.
fn varies(headers: &HeaderMap) -> bool {
    headers.get_all(header::VARY).iter().any(|value| value.as_bytes().contains(&b'*'))
}

/// Where a redirect leads. uv keeps the last answer under the first one's name.
fn moved(url: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Page> {
    let location = headers.get(header::LOCATION).filter(|_| matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308))?;
    url.join(location.to_str().ok()?).ok().map(|target| Page::of(&target))
}

/// The date of a header, in seconds since 1970. Some(None): there is such a header, and no date in it.
fn date_of(headers: &HeaderMap, name: &header::HeaderName) -> Option<Option<u64>> {
    let value = headers.get(name)?;
    let parsed = value.to_str().ok().and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
    Some(parsed.and_then(|moment| u64::try_from(moment.as_second()).ok()))
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
