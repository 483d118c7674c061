//! pooled-instances MODULE COUNT: prints the microseconds that wasmtime takes for an instance in a store of its own, until it is
//! given back: with its pooling allocator, and made on demand. The module's imports do nothing.
use std::time::Instant;
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, Linker, Module, PoolingAllocationConfig, Result,
    Store,
};

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (Some(path), Some(count)) = (words.next(), words.next()) else {
        return Err(wasmtime::Error::msg("pooled-instances MODULE COUNT"));
    };
    let wasm = std::fs::read(path)?;
    let count = count.parse()?;
    let pooled = measure(
        &wasm,
        count,
        InstanceAllocationStrategy::Pooling(PoolingAllocationConfig::default()),
    )?;
    let on_demand = measure(&wasm, count, InstanceAllocationStrategy::OnDemand)?;
    println!("{pooled} {on_demand}");
    Ok(())
}

fn measure(wasm: &[u8], count: u32, strategy: InstanceAllocationStrategy) -> Result<f64> {
    let mut config = Config::new();
    config.allocation_strategy(strategy);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, wasm)?;
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&module)?;
    let prepared = linker.instantiate_pre(&module)?;
    for _ in 0..count {
        prepared.instantiate(Store::new(&engine, ()))?;
    }
    let start = Instant::now();
    for _ in 0..count {
        prepared.instantiate(Store::new(&engine, ()))?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(count))
}
