use std::sync::Arc;

use async_trait::async_trait;
use http::Extensions;
use reqwest_middleware::reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};

use super::answer::Answer;
use super::facts::IndexFacts;
use super::moment::Moment;
use super::page::Page;

/// Tells a call's facts of every answer that comes from a server, 304s and each step of a redirect among them; it
/// stands below uv's cache, and inside its retries.
pub(super) struct Observer(pub(super) Arc<IndexFacts>);

#[async_trait]
impl Middleware for Observer {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        let url = request.url().clone();
        let asked = Moment::now();
        let answer = next.run(request, extensions).await;
        if let Ok(response) = &answer {
            let heard = Answer::of(&url, response.status(), response.headers(), asked, Moment::now());
            self.0.hear(Page::of(&url), heard);
        }
        answer
    }
}
