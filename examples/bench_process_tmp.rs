use midwatch::engine::ports::*;
use midwatch::process::*;
use std::time::Instant;
fn job(s: &str) -> Job {
    Job {
        script: s.into(),
        exec: None,
        cwd: None,
        env: Default::default(),
        timeout: Some(std::time::Duration::from_secs(60)),
        connection: Connection::Pipes,
        capture: false,
        interactive: false,
    }
}
fn main() {
    let dir = std::env::temp_dir().join(format!("mwb{}", std::process::id()));
    let mut r =
        LocalRunner::new(Setup { shell: None, state_dir: dir.clone(), env: inherited(), cwd: "/tmp".into() })
            .unwrap();
    let n = 200;
    let plain = || {
        let t = Instant::now();
        for _ in 0..n {
            std::process::Command::new("bash")
                .arg("-c")
                .arg("true")
                .stdin(std::process::Stdio::null())
                .output()
                .unwrap();
        }
        t.elapsed()
    };
    for round in 0..2 {
        let p = plain();
        for (name, s) in [
            ("true", "true"),
            ("two trues", "true\ntrue"),
            ("X=1 (dump)", "X=1"),
            ("X=RANDOM (dump+write)", "X=$RANDOM"),
        ] {
            let j = job(s);
            let t = Instant::now();
            for _ in 0..n {
                r.run(&j, &mut |_| ()).unwrap();
            }
            let e = t.elapsed();
            println!(
                "{round} {name}: {:?}/step, plain {:?}, ratio {:.2}",
                e / n,
                p / n,
                e.as_secs_f64() / p.as_secs_f64()
            );
        }
        let j = job("true");
        let t = Instant::now();
        for _ in 0..n {
            r.run(&j, &mut |_| ()).unwrap();
        }
        let e = t.elapsed();
        println!("{round} true with state carried: ratio {:.2}", e.as_secs_f64() / p.as_secs_f64());
        let t = Instant::now();
        for _ in 0..n {
            r.probe(&j, std::time::Duration::from_secs(9)).unwrap();
        }
        let e = t.elapsed();
        println!("{round} probe: ratio {:.2}", e.as_secs_f64() / p.as_secs_f64());
        ShellState::delete(&dir).unwrap();
        r = LocalRunner::new(Setup {
            shell: None,
            state_dir: dir.clone(),
            env: inherited(),
            cwd: "/tmp".into(),
        })
        .unwrap();
    }
    // throughput
    for (name, c, script) in [
        ("pipes", Connection::Pipes, "head -c 33554432 /dev/zero"),
        ("pty", Connection::Pty, "yes | head -c 1048576"),
    ] {
        let mut j = job(script);
        j.connection = c;
        let mut f = std::fs::File::create("/dev/null").unwrap();
        let mut total = 0usize;
        let t = Instant::now();
        r.run(&j, &mut |b| {
            use std::io::Write;
            f.write_all(b).unwrap();
            total += b.len();
        })
        .unwrap();
        let e = t.elapsed();
        println!("{name}: {} MB in {:?} = {:.0} MB/s", total >> 20, e, total as f64 / 1e6 / e.as_secs_f64());
    }
    r.add_secret("hunter2 is the secret");
    let j = job("head -c 33554432 /dev/zero");
    let mut total = 0;
    let t = Instant::now();
    r.run(&j, &mut |b| {
        total += b.len();
    })
    .unwrap();
    println!("pipes masked: {:.0} MB/s", total as f64 / 1e6 / t.elapsed().as_secs_f64());
    let t = Instant::now();
    std::process::Command::new("bash")
        .arg("-c")
        .arg("head -c 33554432 /dev/zero | tee /tmp/mwb.tee >/dev/null")
        .status()
        .unwrap();
    println!("tee to file: {:.0} MB/s", 1073.7 / t.elapsed().as_secs_f64());
    println!(
        "{}",
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .find(|l| l.starts_with("VmHWM"))
            .unwrap()
    );
    let _ = std::fs::remove_dir_all(&dir);
    let _ = std::fs::remove_file("/tmp/mwb.tee");
}
