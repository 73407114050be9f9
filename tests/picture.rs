//! The picture in the README is the real screen: a walk in a terminal, drawn as SVG.
//!
//! `MIDWATCH_PICTURE=docs/screen.svg cargo test --test picture` renews it. Clock, ids and durations
//! differ each time, so the test compares what does not: that the kept picture shows the same words.

mod support;

use std::fmt::Write as _;

use support::Place;

const RUNBOOK: &str = "---
title: Fail over the orders primary
escalation: db-oncall, +1 555 0100
---
# Fail over the orders primary

1. **Pause the batch writers.** The replica cannot catch up while they write.

   ```sh touches=\"orders/batch only\"
   echo 'deployment.apps/batch scaled'
   ```

   ```sh rollback
   kubectl -n orders scale deploy/batch --replicas=4
   ```

2. **Wait until the replication lag is zero.**

   ```sh check until=\"lag == 0\" every=400ms hold=1s timeout=10m
   n=$(cat lag 2>/dev/null || echo 37); [ $n -gt 0 ] && echo $((n - 6 > 0 ? n - 6 : 0)) > lag; echo \"lag=$n\"
   ```

3. **Promote the replica.** Writes stop for about ten seconds.

   ```sh danger=ORDERS touches=\"orders-db writes\"
   psql -h \"$REPLICA\" -c 'SELECT pg_promote()'
   ```
";

#[test]
fn the_picture_shows_the_real_screen() {
    let place = Place::new();
    place.file("failover-pg.md", RUNBOOK);
    let set = ["run", "failover-pg.md", "--set", "REPLICA=db3"];
    let mut terminal = place.terminal_with(80, 46, &set, &[("NO_COLOR", ""), ("USER", "ana")]);
    terminal.press("[Enter] start", "\r");
    terminal.press("[Enter] run", "\r");
    let screen = terminal.wait_for("Enter does nothing");
    for words in ["Step 3/3", "passed  step 2", "DANGER", "pg_promote()", "Undo", "orders-db writes"] {
        assert!(screen.contains(words), "no {words:?} on the screen:\n{screen}");
    }
    let kept = format!("{}/docs/screen.svg", env!("CARGO_MANIFEST_DIR"));
    if let Ok(path) = std::env::var("MIDWATCH_PICTURE") {
        let picture = terminal.with_screen(svg);
        std::fs::write(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")), picture).expect("the picture");
    }
    let kept = std::fs::read_to_string(&kept).expect("docs/screen.svg");
    for words in ["passed", "DANGER", "[r]", "pg_promote"] {
        assert!(kept.contains(words), "the kept picture does not show {words:?}: renew it");
    }
    terminal.press("Enter does nothing", "p");
    assert_eq!(terminal.end(), 3);
}

/// The screen as SVG: one `text` a line, one `tspan` a run of equal cells.
fn svg(screen: &vt100::Screen) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let used = (0..rows).rev().find(|row| !line(screen, *row).trim().is_empty()).map_or(1, |row| row + 1);
    let (width, height) = (f64::from(columns) * 8.4 + 32.0, f64::from(used) * 19.0 + 56.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"midwatch on a terminal\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#14181d\"/>\n\
         <g fill=\"#3b444e\"><circle cx=\"20\" cy=\"18\" r=\"5\"/><circle cx=\"38\" cy=\"18\" r=\"5\"/><circle cx=\"56\" cy=\"18\" r=\"5\"/></g>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,monospace\" font-size=\"14\" fill=\"#c9d1d9\" style=\"white-space:pre\">\n"
    );
    for row in 0..used {
        let y = f64::from(row) * 19.0 + 48.0;
        let _ = write!(out, "<text x=\"16\" y=\"{y}\">");
        let mut run = String::new();
        let mut style = String::new();
        let mut start = 0;
        for column in 0..=columns {
            let cell = screen.cell(row, column);
            let next = cell.map(look).unwrap_or_default();
            if column == columns || next != style {
                if !run.trim().is_empty() {
                    let lead = run.chars().take_while(|c| *c == ' ').count();
                    let x = (f64::from(start) + lead as f64) * 8.4 + 16.0;
                    let shown = escape(run.trim());
                    let _ = write!(out, "<tspan x=\"{x:.1}\"{style}>{shown}</tspan>");
                }
                run.clear();
                style = next;
                start = column;
            }
            if let Some(cell) = cell {
                run.push_str(if cell.has_contents() { cell.contents() } else { " " });
            }
        }
        out.push_str("</text>\n");
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn line(screen: &vt100::Screen, row: u16) -> String {
    screen.contents_between(row, 0, row, screen.size().1.get())
}

fn look(cell: &vt100::Cell) -> String {
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(1) => "#ff7b72",
        vt100::Color::Idx(2) => "#7ee787",
        vt100::Color::Idx(3) => "#e3b341",
        vt100::Color::Idx(6) => "#79c0ff",
        _ if cell.dim() => "#8b949e",
        _ if cell.bold() => "#f0f6fc",
        _ => "",
    };
    let fill = if colour.is_empty() { String::new() } else { format!(" fill=\"{colour}\"") };
    if cell.bold() { format!("{fill} font-weight=\"bold\"") } else { fill }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "\u{a0}")
}
