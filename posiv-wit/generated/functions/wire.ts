// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag, caseOf, notOfType } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type DrainProgress, MANAGER_NAME_CASES, type ManagerName, managerNameTag, readDrainProgress, readManagerName, writeDrainProgress, writeManagerName } from '#posiv-wit/generated/admin.ts';
import { askDrainProgress, loadDrainProgress, storeDrainProgress } from '#posiv-wit/generated/functions/admin.ts';
import { askErrorCode, askOptions, loadErrorCode, loadOptions, loadQuota, storeErrorCode, storeOptions, storeQuota } from '#posiv-wit/generated/functions/kernel.ts';
import { askHost, askMachineError, loadHost, loadMachineError, storeHost, storeMachineError } from '#posiv-wit/generated/functions/machine.ts';
import { askStat, askStoreError, loadStat, loadStoreError, storeStat, storeStoreError } from '#posiv-wit/generated/functions/vstore.ts';
import { type ErrorCode, type Options, type Quota, type Vtid, type WatchId, readErrorCode, readOptions, readQuota, writeErrorCode, writeOptions, writeQuota } from '#posiv-wit/generated/kernel.ts';
import { type Host, type MachineError, readHost, readMachineError, writeHost, writeMachineError } from '#posiv-wit/generated/machine.ts';
import { type BlobId, type StoreError, readStoreError, writeStoreError } from '#posiv-wit/generated/vstore.ts';
import { BEARING_CASES, type Bearing, type ChunkPlace, type Digest, type Durable, type ManifestCopy, type ManifestSource, type PathEntry, type PathHead, type PathVersion, type Taker, WATCHED_CASES, type Watched, bearingTag, readBearing, readChunkPlace, readDurable, readManifestCopy, readManifestSource, readPathEntry, readPathVersion, readTaker, readWatched, watchedTag, writeBearing, writeChunkPlace, writeDurable, writeManifestCopy, writeManifestSource, writePathEntry, writePathVersion, writeTaker, writeWatched } from '#posiv-wit/generated/wire.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadDurable(m: GuestMemory, at: number): Durable {
  const part9 = m.textAt(at);
  const part10 = m.textAt(at + 8);
  const part11 = m.textAt(at + 16);
  const part12 = m.textAt(at + 24);
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 36, true);
  let at3 = m.items(m.view.getUint32(at + 32, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part13 = items1;
  const items5: string[] = [];
  const count6 = m.view.getUint32(at + 44, true);
  let at7 = m.items(m.view.getUint32(at + 40, true), count6, 8, 4);
  for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
    items5.push(m.textAt(at7));
  }
  const part14 = items5;
  const part15 = loadOptions(m, at + 48);
  const part16 = m.textAt(at + 152);
  const part17 = safe(m.view.getBigUint64(at + 160, true));
  const part18 = safe(m.view.getBigUint64(at + 168, true));
  return {
    name: part9,
    vtid: part10,
    creator: part11,
    image: part12,
    cmd: part13,
    grants: part14,
    options: part15,
    owner: part16,
    incarnation: part17,
    fencingToken: part18,
  };
}

export function storeDurable(m: GuestMemory, at: number, v: Durable): void {
  m.putText(at, v.name);
  m.putText(at + 8, v.vtid);
  m.putText(at + 16, v.creator);
  m.putText(at + 24, v.image);
  const pointer1 = m.allocate(v.cmd.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.cmd) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 32, pointer1, true);
  m.view.setUint32(at + 36, v.cmd.length, true);
  const pointer4 = m.allocate(v.grants.length * 8, 4);
  let at5 = pointer4;
  for (const item6 of v.grants) {
    m.putText(at5, item6);
    at5 += 8;
  }
  m.view.setUint32(at + 40, pointer4, true);
  m.view.setUint32(at + 44, v.grants.length, true);
  storeOptions(m, at + 48, v.options);
  m.putText(at + 152, v.owner);
  m.view.setBigUint64(at + 160, toU64(v.incarnation), true);
  m.view.setBigUint64(at + 168, toU64(v.fencingToken), true);
}

export function askDurable(m: GuestMemory, v: Durable): void {
  m.askText(v.name);
  m.askText(v.vtid);
  m.askText(v.creator);
  m.askText(v.image);
  m.ask(v.cmd.length * 8, 4);
  for (const item1 of v.cmd) {
    m.askText(item1);
  }
  m.ask(v.grants.length * 8, 4);
  for (const item2 of v.grants) {
    m.askText(item2);
  }
  askOptions(m, v.options);
  m.askText(v.owner);
}

export function loadTaker(m: GuestMemory, at: number): Taker {
  return { cpu: m.textAt(at), answers: m.textAt(at + 8) };
}

export function storeTaker(m: GuestMemory, at: number, v: Taker): void {
  m.putText(at, v.cpu);
  m.putText(at + 8, v.answers);
}

export function askTaker(m: GuestMemory, v: Taker): void {
  m.askText(v.cpu);
  m.askText(v.answers);
}

export function loadManifestCopy(m: GuestMemory, at: number): ManifestCopy {
  return {
    blob: m.textAt(at),
    size: m.view.getUint32(at + 8, true),
    body: m.copyAt(at + 12),
    fresh: m.view.getUint8(at + 20) !== 0,
  };
}

export function storeManifestCopy(m: GuestMemory, at: number, v: ManifestCopy): void {
  m.putText(at, v.blob);
  m.view.setUint32(at + 8, v.size, true);
  m.putBytes(at + 12, v.body);
  m.view.setUint8(at + 20, v.fresh ? 1 : 0);
}

export function askManifestCopy(m: GuestMemory, v: ManifestCopy): void {
  m.askText(v.blob);
  m.askBytes(v.body);
}

export function loadManifestSource(m: GuestMemory, at: number): ManifestSource {
  return { size: safe(m.view.getBigUint64(at, true)), body: m.copyAt(at + 8) };
}

export function storeManifestSource(m: GuestMemory, at: number, v: ManifestSource): void {
  m.view.setBigUint64(at, toU64(v.size), true);
  m.putBytes(at + 8, v.body);
}

export function askManifestSource(m: GuestMemory, v: ManifestSource): void {
  m.askBytes(v.body);
}

export function loadPathHead(m: GuestMemory, at: number): PathHead {
  return {
    version: safe(m.view.getBigUint64(at, true)),
    stat: m.choice(m.view.getUint8(at + 8)) === 0 ? undefined : loadStat(m, at + 16),
    settled: m.view.getUint8(at + 48) !== 0,
  };
}

export function storePathHead(m: GuestMemory, at: number, v: PathHead): void {
  m.view.setBigUint64(at, toU64(v.version), true);
  const v1 = v.stat;
  if (v1 === undefined) {
    m.view.setUint8(at + 8, 0);
  } else {
    m.view.setUint8(at + 8, 1);
    storeStat(m, at + 16, v1);
  }
  m.view.setUint8(at + 48, v.settled ? 1 : 0);
}

export function askPathHead(m: GuestMemory, v: PathHead): void {
  const v1 = v.stat;
  if (v1 !== undefined) {
    askStat(m, v1);
  }
}

export function loadPathEntry(m: GuestMemory, at: number): PathEntry {
  const part5 = m.textAt(at);
  const items1: PathHead[] = [];
  const count2 = m.view.getUint32(at + 12, true);
  let at3 = m.items(m.view.getUint32(at + 8, true), count2, 56, 8);
  for (const end4 = at3 + count2 * 56; at3 < end4; at3 += 56) {
    items1.push(loadPathHead(m, at3));
  }
  const part6 = items1;
  return { path: part5, heads: part6 };
}

export function storePathEntry(m: GuestMemory, at: number, v: PathEntry): void {
  m.putText(at, v.path);
  const pointer1 = m.allocate(v.heads.length * 56, 8);
  let at2 = pointer1;
  for (const item3 of v.heads) {
    storePathHead(m, at2, item3);
    at2 += 56;
  }
  m.view.setUint32(at + 8, pointer1, true);
  m.view.setUint32(at + 12, v.heads.length, true);
}

export function askPathEntry(m: GuestMemory, v: PathEntry): void {
  m.askText(v.path);
  m.ask(v.heads.length * 56, 8);
  for (const item1 of v.heads) {
    askPathHead(m, item1);
  }
}

export function loadPathVersion(m: GuestMemory, at: number): PathVersion {
  return { path: m.textAt(at), version: safe(m.view.getBigUint64(at + 8, true)) };
}

export function storePathVersion(m: GuestMemory, at: number, v: PathVersion): void {
  m.putText(at, v.path);
  m.view.setBigUint64(at + 8, toU64(v.version), true);
}

export function askPathVersion(m: GuestMemory, v: PathVersion): void {
  m.askText(v.path);
}

export function loadChunkPlace(m: GuestMemory, at: number): ChunkPlace {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'unknown' };
    }
    case 1: {
      return { tag: 'stays' };
    }
    case 2: {
      const items2: string[] = [];
      const count3 = m.view.getUint32(at + 8, true);
      let at4 = m.items(m.view.getUint32(at + 4, true), count3, 8, 4);
      for (const end5 = at4 + count3 * 8; at4 < end5; at4 += 8) {
        items2.push(m.textAt(at4));
      }
      return { tag: 'elsewhere', val: items2 };
    }
    default:
      badTag(tag1);
  }
}

export function storeChunkPlace(m: GuestMemory, at: number, v: ChunkPlace): void {
  switch (v.tag) {
    case 'unknown': {
      m.view.setUint8(at, 0);
      break;
    }
    case 'stays': {
      m.view.setUint8(at, 1);
      break;
    }
    case 'elsewhere': {
      m.view.setUint8(at, 2);
      const pointer1 = m.allocate(v.val.length * 8, 4);
      let at2 = pointer1;
      for (const item3 of v.val) {
        m.putText(at2, item3);
        at2 += 8;
      }
      m.view.setUint32(at + 4, pointer1, true);
      m.view.setUint32(at + 8, v.val.length, true);
      break;
    }
    default:
      notOfType('ChunkPlace', v satisfies never);
  }
}

export function askChunkPlace(m: GuestMemory, v: ChunkPlace): void {
  switch (v.tag) {
    case 'unknown': {
      break;
    }
    case 'stays': {
      break;
    }
    case 'elsewhere': {
      m.ask(v.val.length * 8, 4);
      for (const item1 of v.val) {
        m.askText(item1);
      }
      break;
    }
    default:
      notOfType('ChunkPlace', v satisfies never);
  }
}

const drainingDrain: FunctionDescriptor = {
  name: 'posiv:wire/draining@0.1.0#drain',
  interface: 'posiv:wire/draining@0.1.0',
  method: 'drain',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const deadlineMs = params[0] as number;
    w.u32(deadlineMs);
  },
  readParams(r) {
    const deadlineMs = r.u32();
    return [deadlineMs];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, string>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: r.string() };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, string>): void => {
      if (!value.ok) {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const deadlineMs = p0 >>> 0;
      const value = host(deadlineMs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const deadlineMs = params[0] as number;
        const p0 = deadlineMs;
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Result<undefined, string> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: m.textAt(at + 4) };
        return value;
      },
    };
  },
};

const drainingUndrain: FunctionDescriptor = {
  name: 'posiv:wire/draining@0.1.0#undrain',
  interface: 'posiv:wire/draining@0.1.0',
  method: 'undrain',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i32',
  asks: true,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, string>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: r.string() };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, string>): void => {
      if (!value.ok) {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Result<undefined, string> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: m.textAt(at + 4) };
        return value;
      },
    };
  },
};

const drainingProgress: FunctionDescriptor = {
  name: 'posiv:wire/draining@0.1.0#progress',
  interface: 'posiv:wire/draining@0.1.0',
  method: 'progress',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i32',
  asks: true,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as DrainProgress;
    writeDrainProgress(w, value);
  },
  readResult(r) {
    return readDrainProgress(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: DrainProgress): void => {
      askDrainProgress(m, value);
    };
    const finish = (at: number, value: DrainProgress): void => {
      storeDrainProgress(m, at, value);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 32, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: DrainProgress) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as DrainProgress);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 32, 4);
        const value: DrainProgress = loadDrainProgress(m, at);
        return value;
      },
    };
  },
};

const kernelCreate: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#create',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'create',
  paramCount: 7,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const creator = params[1] as Vtid;
    w.string(creator);
    const name = params[2] as string | undefined;
    if (name === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(name);
    }
    const image = params[3] as string;
    w.string(image);
    const cmd = params[4] as readonly string[];
    w.count(cmd.length);
    for (const item1 of cmd) {
      w.string(item1);
    }
    const grants = params[5] as readonly string[];
    w.count(grants.length);
    for (const item2 of grants) {
      w.string(item2);
    }
    const options = params[6] as Options;
    writeOptions(w, options);
  },
  readParams(r) {
    const tenant = r.string();
    const creator = r.string();
    const name = r.tag(2) === 0 ? undefined : r.string();
    const image = r.string();
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const cmd = items1;
    const count5 = r.count(1);
    const items4: string[] = [];
    for (let index6 = 0; index6 < count5; index6++) {
      items4.push(r.string());
    }
    const grants = items4;
    const options = readOptions(r);
    return [tenant, creator, name, image, cmd, grants, options];
  },
  writeResult(w, result) {
    const value = result as Result<Vtid, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const from = m.at(p0, 160, 8);
      const tenant = m.textAt(from);
      const creator = m.textAt(from + 8);
      const name = m.choice(m.view.getUint8(from + 16)) === 0 ? undefined : m.textAt(from + 20);
      const image = m.textAt(from + 28);
      const items1: string[] = [];
      const count2 = m.view.getUint32(from + 40, true);
      let at3 = m.items(m.view.getUint32(from + 36, true), count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.textAt(at3));
      }
      const cmd = items1;
      const items5: string[] = [];
      const count6 = m.view.getUint32(from + 48, true);
      let at7 = m.items(m.view.getUint32(from + 44, true), count6, 8, 4);
      for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
        items5.push(m.textAt(at7));
      }
      const grants = items5;
      const options = loadOptions(m, from + 56);
      const value = host(tenant, creator, name, image, cmd, grants, options);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Vtid, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Vtid, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(160, 8);
        const tenant = params[0] as string;
        m.askText(tenant);
        const creator = params[1] as Vtid;
        m.askText(creator);
        const name = params[2] as string | undefined;
        if (name !== undefined) {
          m.askText(name);
        }
        const image = params[3] as string;
        m.askText(image);
        const cmd = params[4] as readonly string[];
        m.ask(cmd.length * 8, 4);
        for (const item1 of cmd) {
          m.askText(item1);
        }
        const grants = params[5] as readonly string[];
        m.ask(grants.length * 8, 4);
        for (const item2 of grants) {
          m.askText(item2);
        }
        const options = params[6] as Options;
        askOptions(m, options);
      },
      pass(_, params) {
        const to = m.allocate(160, 8);
        const tenant = params[0] as string;
        m.putText(to, tenant);
        const creator = params[1] as Vtid;
        m.putText(to + 8, creator);
        const name = params[2] as string | undefined;
        if (name === undefined) {
          m.view.setUint8(to + 16, 0);
        } else {
          m.view.setUint8(to + 16, 1);
          m.putText(to + 20, name);
        }
        const image = params[3] as string;
        m.putText(to + 28, image);
        const cmd = params[4] as readonly string[];
        const pointer3 = m.allocate(cmd.length * 8, 4);
        let at4 = pointer3;
        for (const item5 of cmd) {
          m.putText(at4, item5);
          at4 += 8;
        }
        m.view.setUint32(to + 36, pointer3, true);
        m.view.setUint32(to + 40, cmd.length, true);
        const grants = params[5] as readonly string[];
        const pointer6 = m.allocate(grants.length * 8, 4);
        let at7 = pointer6;
        for (const item8 of grants) {
          m.putText(at7, item8);
          at7 += 8;
        }
        m.view.setUint32(to + 44, pointer6, true);
        m.view.setUint32(to + 48, grants.length, true);
        const options = params[6] as Options;
        storeOptions(m, to + 56, options);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Vtid, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const kernelAdmits: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#admits',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'admits',
  paramCount: 4,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const image = params[1] as string;
    w.string(image);
    const grants = params[2] as readonly string[];
    w.count(grants.length);
    for (const item1 of grants) {
      w.string(item1);
    }
    const options = params[3] as Options;
    writeOptions(w, options);
  },
  readParams(r) {
    const tenant = r.string();
    const image = r.string();
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const grants = items1;
    const options = readOptions(r);
    return [tenant, image, grants, options];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const from = m.at(p0, 128, 8);
      const tenant = m.textAt(from);
      const image = m.textAt(from + 8);
      const items1: string[] = [];
      const count2 = m.view.getUint32(from + 20, true);
      let at3 = m.items(m.view.getUint32(from + 16, true), count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.textAt(at3));
      }
      const grants = items1;
      const options = loadOptions(m, from + 24);
      const value = host(tenant, image, grants, options);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(128, 8);
        const tenant = params[0] as string;
        m.askText(tenant);
        const image = params[1] as string;
        m.askText(image);
        const grants = params[2] as readonly string[];
        m.ask(grants.length * 8, 4);
        for (const item1 of grants) {
          m.askText(item1);
        }
        const options = params[3] as Options;
        askOptions(m, options);
      },
      pass(_, params) {
        const to = m.allocate(128, 8);
        const tenant = params[0] as string;
        m.putText(to, tenant);
        const image = params[1] as string;
        m.putText(to + 8, image);
        const grants = params[2] as readonly string[];
        const pointer2 = m.allocate(grants.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of grants) {
          m.putText(at3, item4);
          at3 += 8;
        }
        m.view.setUint32(to + 16, pointer2, true);
        m.view.setUint32(to + 20, grants.length, true);
        const options = params[3] as Options;
        storeOptions(m, to + 24, options);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const kernelRevive: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#revive',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'revive',
  paramCount: 3,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const task = params[1] as Durable;
    writeDurable(w, task);
    const restarts = params[2] as number;
    w.u32(restarts);
  },
  readParams(r) {
    const tenant = r.string();
    const task = readDurable(r);
    const restarts = r.u32();
    return [tenant, task, restarts];
  },
  writeResult(w, result) {
    const value = result as Result<Vtid, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Vtid, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const from = m.at(p0, 192, 8);
      const tenant = m.textAt(from);
      const task = loadDurable(m, from + 8);
      const restarts = m.view.getUint32(from + 184, true);
      const value = host(tenant, task, restarts);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Vtid, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Vtid, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(192, 8);
        const tenant = params[0] as string;
        m.askText(tenant);
        const task = params[1] as Durable;
        askDurable(m, task);
      },
      pass(_, params) {
        const to = m.allocate(192, 8);
        const tenant = params[0] as string;
        m.putText(to, tenant);
        const task = params[1] as Durable;
        storeDurable(m, to + 8, task);
        const restarts = params[2] as number;
        m.view.setUint32(to + 184, restarts, true);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Vtid, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const kernelBears: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#bears',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'bears',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: false,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const vtid = params[1] as Vtid;
    w.string(vtid);
  },
  readParams(r) {
    const tenant = r.string();
    const vtid = r.string();
    return [tenant, vtid];
  },
  writeResult(w, result) {
    const value = result as Bearing;
    writeBearing(w, value);
  },
  readResult(r) {
    return readBearing(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: Bearing): number => {
      const flat = bearingTag(value);
      return flat;
    };
    return (p0: number, p1: number, p2: number, p3: number) => {
      m.enter();
      const tenant = m.text(p0, p1);
      const vtid = m.text(p2, p3);
      const value = host(tenant, vtid);
      if (value instanceof Promise) return m.waits(value).then((late: Bearing) => finish(late));
      return finish(value as Bearing);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const tenant = params[0] as string;
        m.askText(tenant);
        const vtid = params[1] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const tenant = params[0] as string;
        const p0 = m.newText(tenant);
        const p1 = m.length;
        const vtid = params[1] as Vtid;
        const p2 = m.newText(vtid);
        const p3 = m.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        const value: Bearing = caseOf(BEARING_CASES, ret);
        return value;
      },
    };
  },
};

const kernelFollow: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#follow',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'follow',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: false,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const creator = params[1] as Vtid;
    w.string(creator);
    const node = params[2] as string;
    w.string(node);
  },
  readParams(r) {
    const tenant = r.string();
    const creator = r.string();
    const node = r.string();
    return [tenant, creator, node];
  },
  writeResult(w, result) {
    const value = result as boolean;
    w.bool(value);
  },
  readResult(r) {
    return r.bool();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: boolean): number => {
      const flat = value ? 1 : 0;
      return flat;
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number) => {
      m.enter();
      const tenant = m.text(p0, p1);
      const creator = m.text(p2, p3);
      const node = m.text(p4, p5);
      const value = host(tenant, creator, node);
      if (value instanceof Promise) return m.waits(value).then((late: boolean) => finish(late));
      return finish(value as boolean);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const tenant = params[0] as string;
        m.askText(tenant);
        const creator = params[1] as Vtid;
        m.askText(creator);
        const node = params[2] as string;
        m.askText(node);
      },
      pass(_, params) {
        const tenant = params[0] as string;
        const p0 = m.newText(tenant);
        const p1 = m.length;
        const creator = params[1] as Vtid;
        const p2 = m.newText(creator);
        const p3 = m.length;
        const node = params[2] as string;
        const p4 = m.newText(node);
        const p5 = m.length;
        return [p0, p1, p2, p3, p4, p5];
      },
      take(ret: number) {
        const value: boolean = ret !== 0;
        return value;
      },
    };
  },
};

const kernelAdjust: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#adjust',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'adjust',
  paramCount: 5,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const caller = params[1] as Vtid;
    w.string(caller);
    const outside = params[2] as boolean;
    w.bool(outside);
    const vtid = params[3] as Vtid;
    w.string(vtid);
    const quota = params[4] as Quota;
    writeQuota(w, quota);
  },
  readParams(r) {
    const tenant = r.string();
    const caller = r.string();
    const outside = r.bool();
    const vtid = r.string();
    const quota = readQuota(r);
    return [tenant, caller, outside, vtid, quota];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const from = m.at(p0, 80, 8);
      const tenant = m.textAt(from);
      const caller = m.textAt(from + 8);
      const outside = m.view.getUint8(from + 16) !== 0;
      const vtid = m.textAt(from + 20);
      const quota = loadQuota(m, from + 32);
      const value = host(tenant, caller, outside, vtid, quota);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(80, 8);
        const tenant = params[0] as string;
        m.askText(tenant);
        const caller = params[1] as Vtid;
        m.askText(caller);
        const vtid = params[3] as Vtid;
        m.askText(vtid);
      },
      pass(_, params) {
        const to = m.allocate(80, 8);
        const tenant = params[0] as string;
        m.putText(to, tenant);
        const caller = params[1] as Vtid;
        m.putText(to + 8, caller);
        const outside = params[2] as boolean;
        m.view.setUint8(to + 16, outside ? 1 : 0);
        const vtid = params[3] as Vtid;
        m.putText(to + 20, vtid);
        const quota = params[4] as Quota;
        storeQuota(m, to + 32, quota);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const kernelWatch: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#watch',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'watch',
  paramCount: 5,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const watcher = params[1] as Vtid;
    w.string(watcher);
    const watch = params[2] as WatchId;
    w.u32(watch);
    const target = params[3] as Vtid;
    w.string(target);
    const what = params[4] as Watched;
    writeWatched(w, what);
  },
  readParams(r) {
    const tenant = r.string();
    const watcher = r.string();
    const watch = r.u32();
    const target = r.string();
    const what = readWatched(r);
    return [tenant, watcher, watch, target, what];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, p7: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const tenant = m.text(p0, p1);
      const watcher = m.text(p2, p3);
      const watch = p4 >>> 0;
      const target = m.text(p5, p6);
      const what = caseOf(WATCHED_CASES, p7);
      const value = host(tenant, watcher, watch, target, what);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const tenant = params[0] as string;
        m.askText(tenant);
        const watcher = params[1] as Vtid;
        m.askText(watcher);
        const target = params[3] as Vtid;
        m.askText(target);
      },
      pass(_, params) {
        const tenant = params[0] as string;
        const p0 = m.newText(tenant);
        const p1 = m.length;
        const watcher = params[1] as Vtid;
        const p2 = m.newText(watcher);
        const p3 = m.length;
        const watch = params[2] as WatchId;
        const p4 = watch;
        const target = params[3] as Vtid;
        const p5 = m.newText(target);
        const p6 = m.length;
        const what = params[4] as Watched;
        const p7 = watchedTag(what);
        return [p0, p1, p2, p3, p4, p5, p6, p7];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const kernelUnwatch: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#unwatch',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'unwatch',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const watcher = params[0] as Vtid;
    w.string(watcher);
    const watch = params[1] as WatchId;
    w.u32(watch);
    const target = params[2] as Vtid;
    w.string(target);
  },
  readParams(r) {
    const watcher = r.string();
    const watch = r.u32();
    const target = r.string();
    return [watcher, watch, target];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number, p3: number, p4: number) => {
      m.enter();
      const watcher = m.text(p0, p1);
      const watch = p2 >>> 0;
      const target = m.text(p3, p4);
      const value = host(watcher, watch, target);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const watcher = params[0] as Vtid;
        m.askText(watcher);
        const target = params[2] as Vtid;
        m.askText(target);
      },
      pass(_, params) {
        const watcher = params[0] as Vtid;
        const p0 = m.newText(watcher);
        const p1 = m.length;
        const watch = params[1] as WatchId;
        const p2 = watch;
        const target = params[2] as Vtid;
        const p3 = m.newText(target);
        const p4 = m.length;
        return [p0, p1, p2, p3, p4];
      },
      take() {},
    };
  },
};

const kernelCreatorEnded: FunctionDescriptor = {
  name: 'posiv:wire/kernel@0.1.0#creator-ended',
  interface: 'posiv:wire/kernel@0.1.0',
  method: 'creatorEnded',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const creator = params[0] as Vtid;
    w.string(creator);
  },
  readParams(r) {
    const creator = r.string();
    return [creator];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number) => {
      m.enter();
      const creator = m.text(p0, p1);
      const value = host(creator);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const creator = params[0] as Vtid;
        m.askText(creator);
      },
      pass(_, params) {
        const creator = params[0] as Vtid;
        const p0 = m.newText(creator);
        const p1 = m.length;
        return [p0, p1];
      },
      take() {},
    };
  },
};

const machinesReport: FunctionDescriptor = {
  name: 'posiv:wire/machines@0.1.0#report',
  interface: 'posiv:wire/machines@0.1.0',
  method: 'report',
  paramCount: 0,
  coreParams: [],
  coreResult: 'i32',
  asks: true,
  writeParams() {
  },
  readParams() {
    return [];
  },
  writeResult(w, result) {
    const value = result as Host;
    writeHost(w, value);
  },
  readResult(r) {
    return readHost(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Host): void => {
      askHost(m, value);
    };
    const finish = (at: number, value: Host): void => {
      storeHost(m, at, value);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 80, 8);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Host) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Host);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass: () => [],
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 80, 8);
        const value: Host = loadHost(m, at);
        return value;
      },
    };
  },
};

const machinesGive: FunctionDescriptor = {
  name: 'posiv:wire/machines@0.1.0#give',
  interface: 'posiv:wire/machines@0.1.0',
  method: 'give',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const token = params[0] as string;
    w.string(token);
    const taker = params[1] as Taker;
    writeTaker(w, taker);
  },
  readParams(r) {
    const token = r.string();
    const taker = readTaker(r);
    return [token, taker];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, MachineError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, MachineError>): void => {
      if (!value.ok) {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const token = m.text(p0, p1);
      const taker = { cpu: m.text(p2, p3), answers: m.text(p4, p5) };
      const value = host(token, taker);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, MachineError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const token = params[0] as string;
        m.askText(token);
        const taker = params[1] as Taker;
        askTaker(m, taker);
      },
      pass(_, params) {
        const token = params[0] as string;
        const p0 = m.newText(token);
        const p1 = m.length;
        const taker = params[1] as Taker;
        const p2 = m.newText(taker.cpu);
        const p3 = m.length;
        const p4 = m.newText(taker.answers);
        const p5 = m.length;
        return [p0, p1, p2, p3, p4, p5];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const machinesTaken: FunctionDescriptor = {
  name: 'posiv:wire/machines@0.1.0#taken',
  interface: 'posiv:wire/machines@0.1.0',
  method: 'taken',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i64',
  asks: false,
  writeParams(w, params) {
    const token = params[0] as string;
    w.string(token);
  },
  readParams(r) {
    const token = r.string();
    return [token];
  },
  writeResult(w, result) {
    const value = result as number;
    w.u64(value);
  },
  readResult(r) {
    return r.u64();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: number): bigint => {
      const flat = toU64(value);
      return flat;
    };
    return (p0: number, p1: number) => {
      m.enter();
      const token = m.text(p0, p1);
      const value = host(token);
      if (value instanceof Promise) return m.waits(value).then((late: number) => finish(late));
      return finish(value as number);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const token = params[0] as string;
        m.askText(token);
      },
      pass(_, params) {
        const token = params[0] as string;
        const p0 = m.newText(token);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: bigint) {
        const value: number = safe(BigInt.asUintN(64, ret));
        return value;
      },
    };
  },
};

const machinesGivenUp: FunctionDescriptor = {
  name: 'posiv:wire/machines@0.1.0#given-up',
  interface: 'posiv:wire/machines@0.1.0',
  method: 'givenUp',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const token = params[0] as string;
    w.string(token);
  },
  readParams(r) {
    const token = r.string();
    return [token];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number) => {
      m.enter();
      const token = m.text(p0, p1);
      const value = host(token);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const token = params[0] as string;
        m.askText(token);
      },
      pass(_, params) {
        const token = params[0] as string;
        const p0 = m.newText(token);
        const p1 = m.length;
        return [p0, p1];
      },
      take() {},
    };
  },
};

const machinesCarry: FunctionDescriptor = {
  name: 'posiv:wire/machines@0.1.0#carry',
  interface: 'posiv:wire/machines@0.1.0',
  method: 'carry',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: false,
  writeParams(w, params) {
    const tenant = params[0] as string;
    w.string(tenant);
    const link = params[1] as string;
    w.string(link);
    const frames = params[2] as readonly Uint8Array[];
    w.count(frames.length);
    for (const item1 of frames) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const tenant = r.string();
    const link = r.string();
    const count2 = r.count(1);
    const items1: Uint8Array[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const frames = items1;
    return [tenant, link, frames];
  },
  writeResult(w, result) {
    const value = result as boolean;
    w.bool(value);
  },
  readResult(r) {
    return r.bool();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (value: boolean): number => {
      const flat = value ? 1 : 0;
      return flat;
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number) => {
      m.enter();
      const tenant = m.text(p0, p1);
      const link = m.text(p2, p3);
      const items1: Uint8Array[] = [];
      const count2 = p5 >>> 0;
      let at3 = m.items(p4, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.copyAt(at3));
      }
      const frames = items1;
      const value = host(tenant, link, frames);
      if (value instanceof Promise) return m.waits(value).then((late: boolean) => finish(late));
      return finish(value as boolean);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const tenant = params[0] as string;
        m.askText(tenant);
        const link = params[1] as string;
        m.askText(link);
        const frames = params[2] as readonly Uint8Array[];
        m.ask(frames.length * 8, 4);
        for (const item1 of frames) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const tenant = params[0] as string;
        const p0 = m.newText(tenant);
        const p1 = m.length;
        const link = params[1] as string;
        const p2 = m.newText(link);
        const p3 = m.length;
        const frames = params[2] as readonly Uint8Array[];
        const pointer2 = m.allocate(frames.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of frames) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p4 = pointer2;
        const p5 = frames.length;
        return [p0, p1, p2, p3, p4, p5];
      },
      take(ret: number) {
        const value: boolean = ret !== 0;
        return value;
      },
    };
  },
};

const managersPlug: FunctionDescriptor = {
  name: 'posiv:wire/managers@0.1.0#plug',
  interface: 'posiv:wire/managers@0.1.0',
  method: 'plug',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const manager = params[0] as ManagerName;
    writeManagerName(w, manager);
    const image = params[1] as string;
    w.string(image);
  },
  readParams(r) {
    const manager = readManagerName(r);
    const image = r.string();
    return [manager, image];
  },
  writeResult(w, result) {
    const value = result as Result<string, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<string, ErrorCode>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<string, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const manager = caseOf(MANAGER_NAME_CASES, p0);
      const image = m.text(p1, p2);
      const value = host(manager, image);
      if (value instanceof Promise) return m.waits(value).then((late: Result<string, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<string, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const image = params[1] as string;
        m.askText(image);
      },
      pass(_, params) {
        const manager = params[0] as ManagerName;
        const p0 = managerNameTag(manager);
        const image = params[1] as string;
        const p1 = m.newText(image);
        const p2 = m.length;
        return [p0, p1, p2];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<string, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const managersUnplug: FunctionDescriptor = {
  name: 'posiv:wire/managers@0.1.0#unplug',
  interface: 'posiv:wire/managers@0.1.0',
  method: 'unplug',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const manager = params[0] as ManagerName;
    writeManagerName(w, manager);
  },
  readParams(r) {
    const manager = readManagerName(r);
    return [manager];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, ErrorCode>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, ErrorCode>): void => {
      if (!value.ok) {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const manager = caseOf(MANAGER_NAME_CASES, p0);
      const value = host(manager);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const manager = params[0] as ManagerName;
        const p0 = managerNameTag(manager);
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const storeKeepChunk: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#keep-chunk',
  interface: 'posiv:wire/store@0.1.0',
  method: 'keepChunk',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const source = params[0] as string;
    w.string(source);
    const chunk = params[1] as Digest;
    w.bytes(chunk);
    const size = params[2] as number;
    w.u32(size);
  },
  readParams(r) {
    const source = r.string();
    const chunk = r.bytes();
    const size = r.u32();
    return [source, chunk, size];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const source = m.text(p0, p1);
      const chunk = m.copy(p2, p3);
      const size = p4 >>> 0;
      const value = host(source, chunk, size);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const source = params[0] as string;
        m.askText(source);
        const chunk = params[1] as Digest;
        m.askBytes(chunk);
      },
      pass(_, params) {
        const source = params[0] as string;
        const p0 = m.newText(source);
        const p1 = m.length;
        const chunk = params[1] as Digest;
        const p2 = m.newBytes(chunk);
        const p3 = m.length;
        const size = params[2] as number;
        const p4 = size;
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeCheckChunk: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#check-chunk',
  interface: 'posiv:wire/store@0.1.0',
  method: 'checkChunk',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const chunk = params[0] as Digest;
    w.bytes(chunk);
  },
  readParams(r) {
    const chunk = r.bytes();
    return [chunk];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const chunk = m.copy(p0, p1);
      const value = host(chunk);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const chunk = params[0] as Digest;
        m.askBytes(chunk);
      },
      pass(_, params) {
        const chunk = params[0] as Digest;
        const p0 = m.newBytes(chunk);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeHaveChunks: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#have-chunks',
  interface: 'posiv:wire/store@0.1.0',
  method: 'haveChunks',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const chunks = params[0] as readonly Digest[];
    w.count(chunks.length);
    for (const item1 of chunks) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: Digest[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const chunks = items1;
    return [chunks];
  },
  writeResult(w, result) {
    const value = result as Result<readonly boolean[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.bool(item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly boolean[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: boolean[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.bool());
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 1, 1);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer1 = m.allocate(value.value.length * 1, 1);
        let at2 = pointer1;
        for (const item3 of value.value) {
          m.view.setUint8(at2, item3 ? 1 : 0);
          at2 += 1;
        }
        m.view.setUint32(at + 4, pointer1, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items4: Digest[] = [];
      const count5 = p1 >>> 0;
      let at6 = m.items(p0, count5, 8, 4);
      for (const end7 = at6 + count5 * 8; at6 < end7; at6 += 8) {
        items4.push(m.copyAt(at6));
      }
      const chunks = items4;
      const value = host(chunks);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly boolean[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly boolean[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const chunks = params[0] as readonly Digest[];
        m.ask(chunks.length * 8, 4);
        for (const item1 of chunks) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const chunks = params[0] as readonly Digest[];
        const pointer2 = m.allocate(chunks.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of chunks) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = chunks.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice9: Result<readonly boolean[], StoreError>;
        const tag10 = m.choice(m.view.getUint8(at));
        switch (tag10) {
          case 0: {
            const items5: boolean[] = [];
            const count6 = m.view.getUint32(at + 8, true);
            let at7 = m.items(m.view.getUint32(at + 4, true), count6, 1, 1);
            for (const end8 = at7 + count6 * 1; at7 < end8; at7 += 1) {
              items5.push(m.view.getUint8(at7) !== 0);
            }
            choice9 = { ok: true, value: items5 };
            break;
          }
          case 1: {
            choice9 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag10);
        }
        const value: Result<readonly boolean[], StoreError> = choice9;
        return value;
      },
    };
  },
};

const storeHaveManifests: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#have-manifests',
  interface: 'posiv:wire/store@0.1.0',
  method: 'haveManifests',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const manifests = params[0] as readonly Digest[];
    w.count(manifests.length);
    for (const item1 of manifests) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: Digest[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const manifests = items1;
    return [manifests];
  },
  writeResult(w, result) {
    const value = result as Result<readonly boolean[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.bool(item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly boolean[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: boolean[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.bool());
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 1, 1);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer1 = m.allocate(value.value.length * 1, 1);
        let at2 = pointer1;
        for (const item3 of value.value) {
          m.view.setUint8(at2, item3 ? 1 : 0);
          at2 += 1;
        }
        m.view.setUint32(at + 4, pointer1, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items4: Digest[] = [];
      const count5 = p1 >>> 0;
      let at6 = m.items(p0, count5, 8, 4);
      for (const end7 = at6 + count5 * 8; at6 < end7; at6 += 8) {
        items4.push(m.copyAt(at6));
      }
      const manifests = items4;
      const value = host(manifests);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly boolean[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly boolean[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const manifests = params[0] as readonly Digest[];
        m.ask(manifests.length * 8, 4);
        for (const item1 of manifests) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const manifests = params[0] as readonly Digest[];
        const pointer2 = m.allocate(manifests.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of manifests) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = manifests.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice9: Result<readonly boolean[], StoreError>;
        const tag10 = m.choice(m.view.getUint8(at));
        switch (tag10) {
          case 0: {
            const items5: boolean[] = [];
            const count6 = m.view.getUint32(at + 8, true);
            let at7 = m.items(m.view.getUint32(at + 4, true), count6, 1, 1);
            for (const end8 = at7 + count6 * 1; at7 < end8; at7 += 1) {
              items5.push(m.view.getUint8(at7) !== 0);
            }
            choice9 = { ok: true, value: items5 };
            break;
          }
          case 1: {
            choice9 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag10);
        }
        const value: Result<readonly boolean[], StoreError> = choice9;
        return value;
      },
    };
  },
};

const storeNeedChunks: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#need-chunks',
  interface: 'posiv:wire/store@0.1.0',
  method: 'needChunks',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const chunks = params[0] as readonly Digest[];
    w.count(chunks.length);
    for (const item1 of chunks) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: Digest[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const chunks = items1;
    return [chunks];
  },
  writeResult(w, result) {
    const value = result as Result<readonly boolean[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.bool(item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly boolean[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: boolean[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.bool());
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 1, 1);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer1 = m.allocate(value.value.length * 1, 1);
        let at2 = pointer1;
        for (const item3 of value.value) {
          m.view.setUint8(at2, item3 ? 1 : 0);
          at2 += 1;
        }
        m.view.setUint32(at + 4, pointer1, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items4: Digest[] = [];
      const count5 = p1 >>> 0;
      let at6 = m.items(p0, count5, 8, 4);
      for (const end7 = at6 + count5 * 8; at6 < end7; at6 += 8) {
        items4.push(m.copyAt(at6));
      }
      const chunks = items4;
      const value = host(chunks);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly boolean[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly boolean[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const chunks = params[0] as readonly Digest[];
        m.ask(chunks.length * 8, 4);
        for (const item1 of chunks) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const chunks = params[0] as readonly Digest[];
        const pointer2 = m.allocate(chunks.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of chunks) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = chunks.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice9: Result<readonly boolean[], StoreError>;
        const tag10 = m.choice(m.view.getUint8(at));
        switch (tag10) {
          case 0: {
            const items5: boolean[] = [];
            const count6 = m.view.getUint32(at + 8, true);
            let at7 = m.items(m.view.getUint32(at + 4, true), count6, 1, 1);
            for (const end8 = at7 + count6 * 1; at7 < end8; at7 += 1) {
              items5.push(m.view.getUint8(at7) !== 0);
            }
            choice9 = { ok: true, value: items5 };
            break;
          }
          case 1: {
            choice9 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag10);
        }
        const value: Result<readonly boolean[], StoreError> = choice9;
        return value;
      },
    };
  },
};

const storePlaceChunks: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#place-chunks',
  interface: 'posiv:wire/store@0.1.0',
  method: 'placeChunks',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
    const chunks = params[1] as readonly Digest[];
    w.count(chunks.length);
    for (const item1 of chunks) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const node = r.string();
    const count2 = r.count(1);
    const items1: Digest[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const chunks = items1;
    return [node, chunks];
  },
  writeResult(w, result) {
    const value = result as Result<readonly ChunkPlace[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writeChunkPlace(w, item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly ChunkPlace[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: ChunkPlace[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readChunkPlace(r));
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly ChunkPlace[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 12, 4);
        for (const item1 of value.value) {
          askChunkPlace(m, item1);
        }
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly ChunkPlace[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 12, 4);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storeChunkPlace(m, at3, item4);
          at3 += 12;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const items5: Digest[] = [];
      const count6 = p3 >>> 0;
      let at7 = m.items(p2, count6, 8, 4);
      for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
        items5.push(m.copyAt(at7));
      }
      const chunks = items5;
      const value = host(node, chunks);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly ChunkPlace[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly ChunkPlace[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
        const chunks = params[1] as readonly Digest[];
        m.ask(chunks.length * 8, 4);
        for (const item1 of chunks) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        const chunks = params[1] as readonly Digest[];
        const pointer2 = m.allocate(chunks.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of chunks) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p2 = pointer2;
        const p3 = chunks.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice9: Result<readonly ChunkPlace[], StoreError>;
        const tag10 = m.choice(m.view.getUint8(at));
        switch (tag10) {
          case 0: {
            const items5: ChunkPlace[] = [];
            const count6 = m.view.getUint32(at + 8, true);
            let at7 = m.items(m.view.getUint32(at + 4, true), count6, 12, 4);
            for (const end8 = at7 + count6 * 12; at7 < end8; at7 += 12) {
              items5.push(loadChunkPlace(m, at7));
            }
            choice9 = { ok: true, value: items5 };
            break;
          }
          case 1: {
            choice9 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag10);
        }
        const value: Result<readonly ChunkPlace[], StoreError> = choice9;
        return value;
      },
    };
  },
};

const storeUnneedChunks: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#unneed-chunks',
  interface: 'posiv:wire/store@0.1.0',
  method: 'unneedChunks',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const chunks = params[0] as readonly Digest[];
    w.count(chunks.length);
    for (const item1 of chunks) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: Digest[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const chunks = items1;
    return [chunks];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items1: Digest[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.copyAt(at3));
      }
      const chunks = items1;
      const value = host(chunks);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const chunks = params[0] as readonly Digest[];
        m.ask(chunks.length * 8, 4);
        for (const item1 of chunks) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const chunks = params[0] as readonly Digest[];
        const pointer2 = m.allocate(chunks.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of chunks) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = chunks.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeKeepManifest: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#keep-manifest',
  interface: 'posiv:wire/store@0.1.0',
  method: 'keepManifest',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const source = params[0] as string;
    w.string(source);
    const copy = params[1] as ManifestCopy;
    writeManifestCopy(w, copy);
  },
  readParams(r) {
    const source = r.string();
    const copy = readManifestCopy(r);
    return [source, copy];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, p7: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const source = m.text(p0, p1);
      const copy = { blob: m.text(p2, p3), size: p4 >>> 0, body: m.copy(p5, p6), fresh: p7 !== 0 };
      const value = host(source, copy);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const source = params[0] as string;
        m.askText(source);
        const copy = params[1] as ManifestCopy;
        askManifestCopy(m, copy);
      },
      pass(_, params) {
        const source = params[0] as string;
        const p0 = m.newText(source);
        const p1 = m.length;
        const copy = params[1] as ManifestCopy;
        const p2 = m.newText(copy.blob);
        const p3 = m.length;
        const p4 = copy.size;
        const p5 = m.newBytes(copy.body);
        const p6 = m.length;
        const p7 = copy.fresh ? 1 : 0;
        return [p0, p1, p2, p3, p4, p5, p6, p7];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeResolveBlob: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#resolve-blob',
  interface: 'posiv:wire/store@0.1.0',
  method: 'resolveBlob',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blob = params[0] as BlobId;
    w.string(blob);
  },
  readParams(r) {
    const blob = r.string();
    return [blob];
  },
  writeResult(w, result) {
    const value = result as Result<ManifestSource, StoreError>;
    if (value.ok) {
      w.u8(0);
      writeManifestSource(w, value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readManifestSource(r) } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<ManifestSource, StoreError>): void => {
      if (value.ok) {
        askManifestSource(m, value.value);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<ManifestSource, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeManifestSource(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 24, 8);
      const blob = m.text(p0, p1);
      const value = host(blob);
      if (value instanceof Promise) return m.waits(value).then((late: Result<ManifestSource, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<ManifestSource, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const blob = params[0] as BlobId;
        m.askText(blob);
      },
      pass(_, params) {
        const blob = params[0] as BlobId;
        const p0 = m.newText(blob);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 24, 8);
        const value: Result<ManifestSource, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadManifestSource(m, at + 8) } : { ok: false, error: loadStoreError(m, at + 8) };
        return value;
      },
    };
  },
};

const storeHoldBlob: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#hold-blob',
  interface: 'posiv:wire/store@0.1.0',
  method: 'holdBlob',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blob = params[0] as BlobId;
    w.string(blob);
  },
  readParams(r) {
    const blob = r.string();
    return [blob];
  },
  writeResult(w, result) {
    const value = result as Result<number, StoreError>;
    if (value.ok) {
      w.u8(0);
      w.u64(value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u64() } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<number, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<number, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setBigUint64(at + 8, toU64(value.value), true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 24, 8);
      const blob = m.text(p0, p1);
      const value = host(blob);
      if (value instanceof Promise) return m.waits(value).then((late: Result<number, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<number, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const blob = params[0] as BlobId;
        m.askText(blob);
      },
      pass(_, params) {
        const blob = params[0] as BlobId;
        const p0 = m.newText(blob);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 24, 8);
        const value: Result<number, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: safe(m.view.getBigUint64(at + 8, true)) } : { ok: false, error: loadStoreError(m, at + 8) };
        return value;
      },
    };
  },
};

const storeBoundBlobs: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#bound-blobs',
  interface: 'posiv:wire/store@0.1.0',
  method: 'boundBlobs',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blobs = params[0] as readonly BlobId[];
    w.count(blobs.length);
    for (const item1 of blobs) {
      w.string(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: BlobId[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const blobs = items1;
    return [blobs];
  },
  writeResult(w, result) {
    const value = result as Result<readonly boolean[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.bool(item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly boolean[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: boolean[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.bool());
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 1, 1);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly boolean[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer1 = m.allocate(value.value.length * 1, 1);
        let at2 = pointer1;
        for (const item3 of value.value) {
          m.view.setUint8(at2, item3 ? 1 : 0);
          at2 += 1;
        }
        m.view.setUint32(at + 4, pointer1, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items4: BlobId[] = [];
      const count5 = p1 >>> 0;
      let at6 = m.items(p0, count5, 8, 4);
      for (const end7 = at6 + count5 * 8; at6 < end7; at6 += 8) {
        items4.push(m.textAt(at6));
      }
      const blobs = items4;
      const value = host(blobs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly boolean[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly boolean[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const blobs = params[0] as readonly BlobId[];
        m.ask(blobs.length * 8, 4);
        for (const item1 of blobs) {
          m.askText(item1);
        }
      },
      pass(_, params) {
        const blobs = params[0] as readonly BlobId[];
        const pointer2 = m.allocate(blobs.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of blobs) {
          m.putText(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = blobs.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice9: Result<readonly boolean[], StoreError>;
        const tag10 = m.choice(m.view.getUint8(at));
        switch (tag10) {
          case 0: {
            const items5: boolean[] = [];
            const count6 = m.view.getUint32(at + 8, true);
            let at7 = m.items(m.view.getUint32(at + 4, true), count6, 1, 1);
            for (const end8 = at7 + count6 * 1; at7 < end8; at7 += 1) {
              items5.push(m.view.getUint8(at7) !== 0);
            }
            choice9 = { ok: true, value: items5 };
            break;
          }
          case 1: {
            choice9 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag10);
        }
        const value: Result<readonly boolean[], StoreError> = choice9;
        return value;
      },
    };
  },
};

const storeUnbindBlobs: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#unbind-blobs',
  interface: 'posiv:wire/store@0.1.0',
  method: 'unbindBlobs',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blobs = params[0] as readonly BlobId[];
    w.count(blobs.length);
    for (const item1 of blobs) {
      w.string(item1);
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: BlobId[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const blobs = items1;
    return [blobs];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items1: BlobId[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.textAt(at3));
      }
      const blobs = items1;
      const value = host(blobs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const blobs = params[0] as readonly BlobId[];
        m.ask(blobs.length * 8, 4);
        for (const item1 of blobs) {
          m.askText(item1);
        }
      },
      pass(_, params) {
        const blobs = params[0] as readonly BlobId[];
        const pointer2 = m.allocate(blobs.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of blobs) {
          m.putText(at3, item4);
          at3 += 8;
        }
        const p0 = pointer2;
        const p1 = blobs.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeReleaseBlob: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#release-blob',
  interface: 'posiv:wire/store@0.1.0',
  method: 'releaseBlob',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const vtask = params[0] as string;
    w.string(vtask);
    const blob = params[1] as BlobId;
    w.string(blob);
  },
  readParams(r) {
    const vtask = r.string();
    const blob = r.string();
    return [vtask, blob];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const vtask = m.text(p0, p1);
      const blob = m.text(p2, p3);
      const value = host(vtask, blob);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const vtask = params[0] as string;
        m.askText(vtask);
        const blob = params[1] as BlobId;
        m.askText(blob);
      },
      pass(_, params) {
        const vtask = params[0] as string;
        const p0 = m.newText(vtask);
        const p1 = m.length;
        const blob = params[1] as BlobId;
        const p2 = m.newText(blob);
        const p3 = m.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeNotePaths: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#note-paths',
  interface: 'posiv:wire/store@0.1.0',
  method: 'notePaths',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const entries = params[0] as readonly PathEntry[];
    w.count(entries.length);
    for (const item1 of entries) {
      writePathEntry(w, item1);
    }
  },
  readParams(r) {
    const count2 = r.count(2);
    const items1: PathEntry[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readPathEntry(r));
    }
    const entries = items1;
    return [entries];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items1: PathEntry[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 16, 4);
      for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
        items1.push(loadPathEntry(m, at3));
      }
      const entries = items1;
      const value = host(entries);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const entries = params[0] as readonly PathEntry[];
        m.ask(entries.length * 16, 4);
        for (const item1 of entries) {
          askPathEntry(m, item1);
        }
      },
      pass(_, params) {
        const entries = params[0] as readonly PathEntry[];
        const pointer2 = m.allocate(entries.length * 16, 4);
        let at3 = pointer2;
        for (const item4 of entries) {
          storePathEntry(m, at3, item4);
          at3 += 16;
        }
        const p0 = pointer2;
        const p1 = entries.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const storeListPaths: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#list-paths',
  interface: 'posiv:wire/store@0.1.0',
  method: 'listPaths',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const prefix = params[0] as string;
    w.string(prefix);
    const after = params[1] as string | undefined;
    if (after === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.string(after);
    }
  },
  readParams(r) {
    const prefix = r.string();
    const after = r.tag(2) === 0 ? undefined : r.string();
    return [prefix, after];
  },
  writeResult(w, result) {
    const value = result as Result<readonly PathEntry[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writePathEntry(w, item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly PathEntry[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(2);
        const items1: PathEntry[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readPathEntry(r));
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readStoreError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly PathEntry[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 16, 4);
        for (const item1 of value.value) {
          askPathEntry(m, item1);
        }
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly PathEntry[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 16, 4);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storePathEntry(m, at3, item4);
          at3 += 16;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const prefix = m.text(p0, p1);
      const after = m.choice(p2) === 0 ? undefined : m.text(p3, p4);
      const value = host(prefix, after);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly PathEntry[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly PathEntry[], StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const prefix = params[0] as string;
        m.askText(prefix);
        const after = params[1] as string | undefined;
        if (after !== undefined) {
          m.askText(after);
        }
      },
      pass(_, params) {
        const prefix = params[0] as string;
        const p0 = m.newText(prefix);
        const p1 = m.length;
        const after = params[1] as string | undefined;
        let p2 = 0;
        let p3 = 0;
        let p4 = 0;
        if (after === undefined) {
          p2 = 0;
        } else {
          p2 = 1;
          p3 = m.newText(after);
          p4 = m.length;
        }
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice5: Result<readonly PathEntry[], StoreError>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: PathEntry[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 16, 4);
            for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
              items1.push(loadPathEntry(m, at3));
            }
            choice5 = { ok: true, value: items1 };
            break;
          }
          case 1: {
            choice5 = { ok: false, error: loadStoreError(m, at + 4) };
            break;
          }
          default:
            badTag(tag6);
        }
        const value: Result<readonly PathEntry[], StoreError> = choice5;
        return value;
      },
    };
  },
};

const storeForgetPaths: FunctionDescriptor = {
  name: 'posiv:wire/store@0.1.0#forget-paths',
  interface: 'posiv:wire/store@0.1.0',
  method: 'forgetPaths',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const paths = params[0] as readonly PathVersion[];
    w.count(paths.length);
    for (const item1 of paths) {
      writePathVersion(w, item1);
    }
  },
  readParams(r) {
    const count2 = r.count(2);
    const items1: PathVersion[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readPathVersion(r));
    }
    const paths = items1;
    return [paths];
  },
  writeResult(w, result) {
    const value = result as Result<undefined, StoreError>;
    if (value.ok) {
      w.u8(0);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: undefined } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<undefined, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<undefined, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const items1: PathVersion[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 16, 8);
      for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
        items1.push(loadPathVersion(m, at3));
      }
      const paths = items1;
      const value = host(paths);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const paths = params[0] as readonly PathVersion[];
        m.ask(paths.length * 16, 8);
        for (const item1 of paths) {
          askPathVersion(m, item1);
        }
      },
      pass(_, params) {
        const paths = params[0] as readonly PathVersion[];
        const pointer2 = m.allocate(paths.length * 16, 8);
        let at3 = pointer2;
        for (const item4 of paths) {
          storePathVersion(m, at3, item4);
          at3 += 16;
        }
        const p0 = pointer2;
        const p1 = paths.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  drainingDrain,
  drainingUndrain,
  drainingProgress,
  kernelCreate,
  kernelAdmits,
  kernelRevive,
  kernelBears,
  kernelFollow,
  kernelAdjust,
  kernelWatch,
  kernelUnwatch,
  kernelCreatorEnded,
  machinesReport,
  machinesGive,
  machinesTaken,
  machinesGivenUp,
  machinesCarry,
  managersPlug,
  managersUnplug,
  storeKeepChunk,
  storeCheckChunk,
  storeHaveChunks,
  storeHaveManifests,
  storeNeedChunks,
  storePlaceChunks,
  storeUnneedChunks,
  storeKeepManifest,
  storeResolveBlob,
  storeHoldBlob,
  storeBoundBlobs,
  storeUnbindBlobs,
  storeReleaseBlob,
  storeNotePaths,
  storeListPaths,
  storeForgetPaths,
];
