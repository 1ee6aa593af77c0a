//! A run that is hurt at any point leaves either nothing or everything, and blocks no later run.
//!
//! System calls are made to fail, or the process to die, with `strace --inject` (Linux). Where
//! `strace` is missing the tests say so and return, but not in CI.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::time::Duration;

use super::recipes::{HEAD, exchange};
use super::tools::{Done, Place, contains, files, run_arguments};

fn has_strace() -> bool {
    let works = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).status();
    let works = works.is_ok_and(|s| s.success());
    if !works {
        assert!(std::env::var_os("CI").is_none_or(|v| v != "true"), "strace is missing or may not trace");
        eprintln!("skipped: no strace");
    }
    works
}

/// A small exchange that can be published.
fn place() -> Place {
    let place = Place::new();
    place.write("recipe.toml", exchange(HEAD, "k = 2\nsuppression = 1.0\n"));
    let (mut persons, mut transports, mut prescriptions) = (
        "pid,area,group,note\n".to_owned(),
        "tid,pid,place,grade\n".to_owned(),
        "tid,kind,drug\n".to_owned(),
    );
    for i in 0..60 {
        persons.push_str(&format!("{i:04},x1{},a1,Q7xn{}\n", i % 2, i % 3));
        transports.push_str(&format!("t{i:04},{i:04},y1{},Q7xg{}\n", i % 2, i % 3));
        prescriptions.push_str(&format!("t{i:04},z1,Q7xd{}\n", i % 3));
    }
    place.write("data/persons.csv", persons).write("data/transports.csv", transports);
    place.write("data/prescriptions.csv", prescriptions);
    place
}

const RUN: [&str; 3] = ["--demo-key", "--threads", "2"];

/// The run under strace with one injection; also how often the call was made in all.
fn hurt(place: &Place, call: &str, what: &str, when: usize) -> Done {
    let mut command = Command::new("strace");
    let trace = format!("trace={call}");
    let inject = format!("inject={call}:{what}:when={when}");
    place.prepare(&mut command).args(["-f", "-qq", "-o", "tmp/trace", "-e", &trace, "-e", &inject]);
    command.arg(env!("CARGO_BIN_EXE_deid")).args(run_arguments("recipe.toml", "out", &RUN));
    let done = Done::of(command.output().unwrap());
    let _ = std::fs::remove_file(place.path("tmp/trace"));
    done
}

/// How often each call is made by the busiest thread of a run that nothing hurts: `strace` counts
/// for each thread by itself.
fn census(calls: &[&str]) -> Vec<usize> {
    let place = place();
    let mut command = Command::new("strace");
    let trace = format!("trace={}", calls.join(","));
    place.prepare(&mut command).args(["-f", "-qq", "-o", "tmp/trace", "-e", &trace]);
    command.arg(env!("CARGO_BIN_EXE_deid")).args(run_arguments("recipe.toml", "out", &RUN));
    Done::of(command.output().unwrap()).ok();
    let trace = place.text("tmp/trace");
    let busiest = |call: &&str| {
        let mut threads = std::collections::BTreeMap::<&str, usize>::new();
        for line in trace.lines().filter(|l| l.contains(&format!(" {call}("))) {
            *threads.entry(line.split(' ').next().unwrap()).or_default() += 1;
        }
        threads.values().copied().max().unwrap_or(0)
    };
    calls.iter().map(busiest).collect()
}

/// What holds after any injury, and after the run that follows.
fn check(place: &Place, inputs: &std::collections::BTreeMap<String, Vec<u8>>, done: &Done, what: &str) {
    assert_eq!(&files(&place.path("data")), inputs, "{what}: an input was changed");
    let said = [done.out.as_slice(), done.err.as_slice()].concat();
    assert!(!contains(&said, b"Q7x"), "{what}: a cell is said: {}", done.said());
    let visible = place.path("out").exists();
    if visible {
        let verified = place.deid(&["verify", "out", "--format", "json"]);
        assert_eq!(verified.code, Some(0), "{what}: something visible does not hold: {}", verified.said());
    } else {
        assert_ne!(done.code, Some(0), "{what}: done, and nothing there: {}", done.said());
    }
    // Killed, refused by the system's loader (127), or an honest fault.
    // The recipe itself may have been what could not be read.
    let recipe = done.code == Some(2) && done.said().contains("D141");
    assert!(recipe || matches!(done.code, None | Some(0 | 3 | 127 | 137)), "{what}: {}", done.said());
    assert!(!contains(&done.err, b"panicked"), "{what}: {}", done.said());
    let more: &[&str] = if visible { &["--demo-key", "--replace"] } else { &["--demo-key"] };
    let next = place.run(more);
    assert_eq!(next.code, Some(0), "{what}: the next run: {}", next.said());
    place.assert_no_leftover(what);
    assert_eq!(place.deid(&["verify", "out"]).code, Some(0), "{what}");
}

#[test]
fn any_call_may_fail_and_any_moment_may_be_the_last() {
    if !has_strace() {
        return;
    }
    let calls =
        ["openat", "write", "fsync", "renameat2", "mkdir", "read", "flock", "close", "statx", "getdents64"];
    let counts = census(&calls);
    let mut plan = Vec::new();
    for (call, count) in calls.iter().zip(&counts) {
        if *count == 0 {
            continue;
        }
        let sample = |n: usize| -> Vec<usize> {
            let mut at: Vec<usize> =
                (0..n).map(|i| 1 + i * count.saturating_sub(1) / n.max(2).saturating_sub(1)).collect();
            at.push(*count);
            at.dedup();
            at
        };
        let (errors, kills): (&[&str], usize) = match *call {
            "write" | "fsync" => (&["error=ENOSPC", "error=EIO"], 4),
            "openat" | "mkdir" => (&["error=ENOSPC", "error=EACCES"], 3),
            "renameat2" => (&["error=ENOSPC", "error=EIO"], 2),
            "read" => (&["error=EIO"], 3),
            "close" | "flock" | "statx" | "getdents64" => (&["error=EIO"], 1),
            _ => (&[], 0),
        };
        for error in errors {
            plan.extend(sample(5).into_iter().map(|n| (*call, *error, n)));
        }
        plan.extend(sample(kills).into_iter().map(|n| (*call, "signal=SIGKILL", n)));
    }
    assert!(counts[0] > 0 && counts[1] > 0 && counts[2] > 0 && counts[3] > 0, "{counts:?}");
    assert!(plan.len() >= 60, "{} injections", plan.len());
    let counter = std::sync::atomic::AtomicUsize::new(0);
    let stopped = &counter;
    std::thread::scope(|scope| {
        for half in plan.chunks(plan.len().div_ceil(2)) {
            scope.spawn(move || {
                for (call, error, when) in half {
                    let place = place();
                    let inputs = files(&place.path("data"));
                    let done = hurt(&place, call, error, *when);
                    check(&place, &inputs, &done, &format!("{call} {error} at {when}"));
                    if done.code != Some(0) {
                        stopped.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
            });
        }
    });
    // A close that fails, or a look at what is not needed, does not stop a run; most of the rest does.
    let stopped = counter.into_inner();
    assert!(stopped * 2 > plan.len(), "only {stopped} of {} injections stopped a run", plan.len());
}

#[test]
fn a_failed_replacement_keeps_the_old_output() {
    if !has_strace() {
        return;
    }
    for (call, error) in [("renameat2", "error=EIO"), ("fsync", "error=ENOSPC"), ("write", "error=ENOSPC")] {
        let place = place();
        place.run(&RUN).ok();
        let old = files(&place.path("out"));
        let mut command = Command::new("strace");
        let inject = format!("inject={call}:{error}:when=1");
        place.prepare(&mut command).args(["-f", "-qq", "-o", "/dev/null", "-e", &inject]);
        command.arg(env!("CARGO_BIN_EXE_deid"));
        command.args(run_arguments(
            "recipe.toml",
            "out",
            &["--demo-key", "--replace", "--recipient", "room-b"],
        ));
        let done = Done::of(command.output().unwrap());
        if done.code != Some(0) {
            assert_eq!(files(&place.path("out")), old, "{call}: {}", done.said());
        }
        place.deid(&["verify", "out"]).ok();
    }
}

#[test]
fn of_two_racing_runs_one_wins() {
    for _ in 0..6 {
        let place = place();
        let mut runs: Vec<_> = (0..2)
            .map(|_| {
                let mut command = place.command(&run_arguments("recipe.toml", "out", &RUN));
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        let done: Vec<Done> = runs.drain(..).map(|r| Done::of(r.wait_with_output().unwrap())).collect();
        let won = done.iter().filter(|d| d.code == Some(0)).count();
        assert_eq!(won, 1, "{} / {}", done[0].said(), done[1].said());
        let lost = done.iter().find(|d| d.code != Some(0)).unwrap();
        assert!(lost.codes().iter().all(|c| c == "D605" || c == "D601"), "{}", lost.said());
        place.deid(&["verify", "out"]).ok();
        place.assert_no_leftover("race");
    }
}

#[test]
fn a_run_may_be_told_to_stop_at_any_time() {
    let whole = {
        let place = place();
        let start = std::time::Instant::now();
        place.run(&RUN).ok();
        start.elapsed()
    };
    let signals =
        [rustix::process::Signal::TERM, rustix::process::Signal::INT, rustix::process::Signal::KILL];
    for part in 1..=12_u32 {
        let place = place();
        let inputs = files(&place.path("data"));
        let mut command = place.command(&run_arguments("recipe.toml", "out", &RUN));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(whole * part / 13 + Duration::from_micros(u64::from(part) * 137));
        let id = rustix::process::Pid::from_child(&child);
        let _ = rustix::process::kill_process(id, signals[part as usize % 3]);
        let done = Done::of(child.wait_with_output().unwrap());
        check(&place, &inputs, &done, &format!("signal after {part}/13"));
    }
}
