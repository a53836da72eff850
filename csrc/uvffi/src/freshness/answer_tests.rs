use super::*;

/// The second at which answers come in these tests, and 0.4 s more.
const CAME: u64 = 1_800_000_000;

fn moment(second: u64, millis: u64) -> Moment {
    Moment::at(Duration::from_millis(second * 1000 + millis))
}

fn url() -> Url {
    Url::parse("https://index.test/simple/rich/").unwrap()
}

fn http_date(second: u64) -> String {
    let moment = jiff::Timestamp::from_second(second.try_into().unwrap()).unwrap();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap()
}

type Headers<'h> = &'h [(&'static str, &'h str)];

fn answer(status: u16, headers: Headers<'_>) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    Answer::of(&url(), status, &map, moment(CAME, 100), moment(CAME, 400))
}

/// Seconds from when the second of its coming began.
fn left(answer: &Answer) -> Option<u64> {
    let until = answer.until(None)?;
    let left = until.second() - CAME;
    assert_eq!(until, moment(CAME + left, 0), "both clocks agree, and no part of a second is added");
    Some(left)
}

#[test]
fn what_is_left() {
    let date = http_date(CAME);
    let (old, later) = (http_date(CAME - 100), http_date(CAME + 100));
    let (soon, past) = (http_date(CAME + 30), http_date(CAME - 30));
    let max_age = ("cache-control", "max-age=600");
    let cases: &[(Headers<'_>, Option<u64>)] = &[
        (&[max_age], Some(600)),
        (&[max_age, ("date", &date)], Some(600)),
        // Older than its coming: by its date, by its age, by the more of both.
        (&[max_age, ("date", &old)], Some(500)),
        (&[max_age, ("age", "590")], Some(10)),
        (&[max_age, ("age", "50"), ("date", &old)], Some(500)),
        (&[max_age, ("age", "150"), ("date", &old)], Some(450)),
        (&[max_age, ("age", "600")], None),
        (&[max_age, ("age", "18446744073709551615")], None),
        (&[max_age, ("age", "young")], Some(600)),
        // The server's clock is ahead: no answer is younger than new.
        (&[max_age, ("date", &later)], Some(600)),
        (&[max_age, ("date", "yesterday")], Some(600)),
        // Without a max-age.
        (&[], None),
        (&[("date", &date)], None),
        (&[("expires", &soon), ("date", &date)], Some(30)),
        (&[("expires", &soon), ("date", &old)], Some(30)),
        (&[("expires", &soon)], Some(30)),
        (&[("expires", &past), ("last-modified", &old)], None),
        (&[("expires", "0"), ("last-modified", &old)], None),
        (&[("last-modified", &old)], Some(600)),
        (&[("last-modified", &old), ("age", "599")], Some(1)),
        // `Cache-Control` comes first.
        (&[("cache-control", "max-age=5"), ("expires", &soon), ("last-modified", &old)], Some(5)),
        (&[("cache-control", "public"), ("expires", &soon)], Some(30)),
        (&[("cache-control", "no-store"), ("expires", &soon)], None),
        (&[("cache-control", "no-cache, max-age=600")], None),
        (&[("cache-control", "max-age=0"), ("last-modified", &old)], None),
        (&[("cache-control", "max-age=0x10"), ("last-modified", &old)], None),
        (&[max_age, ("vary", "Accept, Accept-Encoding")], Some(600)),
        (&[max_age, ("vary", "Accept"), ("vary", "*")], None),
    ];
    for (headers, expected) in cases {
        assert_eq!(left(&answer(200, headers)), *expected, "{headers:?}");
    }
}

#[test]
fn only_what_uv_keeps() {
    for status in [200, 304] {
        assert_eq!(left(&answer(status, &[("cache-control", "max-age=600")])), Some(600), "{status}");
    }
    for status in [203, 206, 302, 401, 403, 404, 410, 429, 500, 503] {
        assert_eq!(left(&answer(status, &[("cache-control", "max-age=600")])), None, "{status}");
    }
}

#[test]
fn the_way_counts() {
    let headers = HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=600")),
        (header::DATE, HeaderValue::from_str(&http_date(CAME - 4)).unwrap()),
        (header::AGE, HeaderValue::from_static("10")),
    ]);
    let on_its_way = |asked| Answer::of(&url(), StatusCode::OK, &headers, asked, moment(CAME, 400));
    assert_eq!(left(&on_its_way(moment(CAME - 7, 900))), Some(600 - 10 - 7));
    assert_eq!(left(&on_its_way(moment(CAME - 1, 999))), Some(600 - 10 - 1));
    // The clock was set back in between.
    assert_eq!(left(&on_its_way(moment(CAME + 50, 0))), Some(600 - 10));
}

#[test]
fn terms_replace_only_what_cache_control_said() {
    let terms = |text| HeaderValue::from_static(text);
    let until = |answer: Answer, terms: &HeaderValue| answer.until(Some(terms)).map(|until| until.second() - CAME);
    let never = answer(200, &[("cache-control", "no-store"), ("age", "10")]);
    assert_eq!(until(never, &terms("max-age=600")), Some(590));
    let long = answer(200, &[("cache-control", "max-age=600")]);
    assert_eq!(until(long, &terms("max-age=5")), Some(5));
    assert_eq!(until(long, &terms("no-cache")), None);
    assert_eq!(until(long, &terms("public")), None);
    let expires = answer(200, &[("cache-control", "max-age=600"), ("expires", &http_date(CAME + 30))]);
    assert_eq!(until(expires, &terms("public")), Some(30));
    assert_eq!(until(answer(404, &[]), &terms("max-age=600")), None);
}

#[test]
fn where_a_redirect_leads() {
    let page = |text| Some(Page::of(&Url::parse(text).unwrap()));
    for status in [301, 302, 303, 307, 308] {
        let moved = |location| answer(status, &[("location", location)]).moved();
        assert_eq!(moved("https://other.test/rich/"), page("https://other.test/rich/"));
        assert_eq!(moved("/files/rich/"), page("https://index.test/files/rich/"));
        assert_eq!(moved("../Rich/"), page("https://index.test/simple/Rich/"));
        assert_eq!(moved("https://"), None);
        assert_eq!(answer(status, &[]).moved(), None);
    }
    for status in [200, 300, 304, 404] {
        assert_eq!(answer(status, &[("location", "/files/rich/")]).moved(), None, "{status}");
    }
}
