//! Does what every program of this folder does: see tests/languages/expected.ts.
use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("arguments {}", arguments.join(","));
    println!("town {}", std::env::var("TOWN").unwrap_or_default());
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("slept {}", start.elapsed() >= Duration::from_millis(20));
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    println!("year {}", 1970 + seconds / 31_556_952 > 2020);
    // The hasher's keys are random bytes of WASI.
    let map: HashMap<u32, u32> = (0..100).map(|each| (each, each)).collect();
    let order: Vec<u32> = map.into_keys().collect();
    println!("random {}", order.windows(2).any(|pair| pair[0] > pair[1]));
    println!("file {}", std::fs::File::open("/etc/passwd").is_ok());
    eprintln!("done");
    std::process::exit(3);
}
