//! One self-contained page: no script, no outside resource, a policy that forbids both.
//!
//! The template escapes whatever is put into it, and a formatter makes control characters visible
//! first, so that nothing in a record can be forgotten. The plots and the timeline are SVG with places
//! in percent and text in pixels.

mod timeline;
mod view;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Output, State, Value};
use sha2::{Digest, Sha256};

use super::Report;
use crate::terminal::clean::clean;

const TEMPLATE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");

/// The page.
///
/// # Errors
/// If the template is wrong, which a test rules out.
pub(super) fn render(report: &Report) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(harmless);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_template("page", TEMPLATE)?;
    let style = Value::from_safe_string(STYLE.to_owned());
    // The policy names the style by its hash: not even a style of somebody else's is obeyed.
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let context = minijinja::context! { page => view::page(report), style, hash };
    Ok(environment.get_template("page")?.render(context)?)
}

fn harmless(out: &mut Output<'_>, state: &State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str().filter(|_| value.kind() == ValueKind::String && !value.is_safe()) {
        Some(text) => minijinja::escape_formatter(out, state, &Value::from(clean(text).as_ref())),
        None => minijinja::escape_formatter(out, state, value),
    }
}
