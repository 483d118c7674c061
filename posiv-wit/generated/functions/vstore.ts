// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag, caseOf, notOfType } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type BlobId, DURABILITY_CASES, type Durability, type Extent, type Stat, type StoreError, type Writer, durabilityTag, readDurability, readExtent, readStat, readStoreError, writeDurability, writeExtent, writeStat, writeStoreError } from '#posiv-wit/generated/vstore.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadStoreError(m: GuestMemory, at: number): StoreError {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'not-found', val: m.textAt(at + 4) };
    }
    case 1: {
      return { tag: 'refused', val: m.textAt(at + 4) };
    }
    case 2: {
      return { tag: 'unreachable', val: m.textAt(at + 4) };
    }
    case 3: {
      return { tag: 'corrupt', val: m.textAt(at + 4) };
    }
    case 4: {
      return { tag: 'full', val: m.textAt(at + 4) };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: m.textAt(at + 4) };
    }
    case 6: {
      return { tag: 'other', val: m.textAt(at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeStoreError(m: GuestMemory, at: number, v: StoreError): void {
  switch (v.tag) {
    case 'not-found': {
      m.view.setUint8(at, 0);
      m.putText(at + 4, v.val);
      break;
    }
    case 'refused': {
      m.view.setUint8(at, 1);
      m.putText(at + 4, v.val);
      break;
    }
    case 'unreachable': {
      m.view.setUint8(at, 2);
      m.putText(at + 4, v.val);
      break;
    }
    case 'corrupt': {
      m.view.setUint8(at, 3);
      m.putText(at + 4, v.val);
      break;
    }
    case 'full': {
      m.view.setUint8(at, 4);
      m.putText(at + 4, v.val);
      break;
    }
    case 'quota-exceeded': {
      m.view.setUint8(at, 5);
      m.putText(at + 4, v.val);
      break;
    }
    case 'other': {
      m.view.setUint8(at, 6);
      m.putText(at + 4, v.val);
      break;
    }
    default:
      notOfType('StoreError', v satisfies never);
  }
}

export function askStoreError(m: GuestMemory, v: StoreError): void {
  switch (v.tag) {
    case 'not-found': {
      m.askText(v.val);
      break;
    }
    case 'refused': {
      m.askText(v.val);
      break;
    }
    case 'unreachable': {
      m.askText(v.val);
      break;
    }
    case 'corrupt': {
      m.askText(v.val);
      break;
    }
    case 'full': {
      m.askText(v.val);
      break;
    }
    case 'quota-exceeded': {
      m.askText(v.val);
      break;
    }
    case 'other': {
      m.askText(v.val);
      break;
    }
    default:
      notOfType('StoreError', v satisfies never);
  }
}

export function loadStat(m: GuestMemory, at: number): Stat {
  return {
    path: m.textAt(at),
    size: safe(m.view.getBigUint64(at + 8, true)),
    blob: m.textAt(at + 16),
    modifiedMs: safe(m.view.getBigUint64(at + 24, true)),
  };
}

export function storeStat(m: GuestMemory, at: number, v: Stat): void {
  m.putText(at, v.path);
  m.view.setBigUint64(at + 8, toU64(v.size), true);
  m.putText(at + 16, v.blob);
  m.view.setBigUint64(at + 24, toU64(v.modifiedMs), true);
}

export function askStat(m: GuestMemory, v: Stat): void {
  m.askText(v.path);
  m.askText(v.blob);
}

export function loadExtent(m: GuestMemory, at: number): Extent {
  const part5 = safe(m.view.getBigUint64(at, true));
  const part6 = safe(m.view.getBigUint64(at + 8, true));
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 20, true);
  let at3 = m.items(m.view.getUint32(at + 16, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part7 = items1;
  return { offset: part5, size: part6, nodes: part7 };
}

export function storeExtent(m: GuestMemory, at: number, v: Extent): void {
  m.view.setBigUint64(at, toU64(v.offset), true);
  m.view.setBigUint64(at + 8, toU64(v.size), true);
  const pointer1 = m.allocate(v.nodes.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.nodes) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 16, pointer1, true);
  m.view.setUint32(at + 20, v.nodes.length, true);
}

export function askExtent(m: GuestMemory, v: Extent): void {
  m.ask(v.nodes.length * 8, 4);
  for (const item1 of v.nodes) {
    m.askText(item1);
  }
}

const blobsCreate: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#create',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'create',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const kind = params[0] as Durability;
    writeDurability(w, kind);
  },
  readParams(r) {
    const kind = readDurability(r);
    return [kind];
  },
  writeResult(w, result) {
    const value = result as Result<Writer, StoreError>;
    if (value.ok) {
      w.u8(0);
      w.u32(value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.u32() } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Writer, StoreError>): void => {
      if (!value.ok) {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Writer, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.view.setUint32(at + 4, value.value, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const kind = caseOf(DURABILITY_CASES, p0);
      const value = host(kind);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Writer, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Writer, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const kind = params[0] as Durability;
        const p0 = durabilityTag(kind);
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Writer, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.view.getUint32(at + 4, true) } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const blobsAppend: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#append',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'append',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const writer = params[0] as Writer;
    w.u32(writer);
    const bytes = params[1] as Uint8Array;
    w.bytes(bytes);
  },
  readParams(r) {
    const writer = r.u32();
    const bytes = r.bytes();
    return [writer, bytes];
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
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const writer = p0 >>> 0;
      const bytes = m.copy(p1, p2);
      const value = host(writer, bytes);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const bytes = params[1] as Uint8Array;
        m.askBytes(bytes);
      },
      pass(_, params) {
        const writer = params[0] as Writer;
        const p0 = writer;
        const bytes = params[1] as Uint8Array;
        const p1 = m.newBytes(bytes);
        const p2 = m.length;
        return [p0, p1, p2];
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

const blobsSeal: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#seal',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'seal',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const writer = params[0] as Writer;
    w.u32(writer);
  },
  readParams(r) {
    const writer = r.u32();
    return [writer];
  },
  writeResult(w, result) {
    const value = result as Result<BlobId, StoreError>;
    if (value.ok) {
      w.u8(0);
      w.string(value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.string() } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<BlobId, StoreError>): void => {
      if (value.ok) {
        m.askText(value.value);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<BlobId, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putText(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const writer = p0 >>> 0;
      const value = host(writer);
      if (value instanceof Promise) return m.waits(value).then((late: Result<BlobId, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<BlobId, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const writer = params[0] as Writer;
        const p0 = writer;
        return [p0];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<BlobId, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const blobsAbort: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#abort',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'abort',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const writer = params[0] as Writer;
    w.u32(writer);
  },
  readParams(r) {
    const writer = r.u32();
    return [writer];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number) => {
      m.checkEntry();
      const writer = p0 >>> 0;
      const value = host(writer);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const writer = params[0] as Writer;
        const p0 = writer;
        return [p0];
      },
      take() {},
    };
  },
};

const blobsRead: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#read',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'read',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i64', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blob = params[0] as BlobId;
    w.string(blob);
    const offset = params[1] as number;
    w.u64(offset);
    const size = params[2] as number;
    w.u32(size);
  },
  readParams(r) {
    const blob = r.string();
    const offset = r.u64();
    const size = r.u32();
    return [blob, offset, size];
  },
  writeResult(w, result) {
    const value = result as Result<Uint8Array, StoreError>;
    if (value.ok) {
      w.u8(0);
      w.bytes(value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Uint8Array, StoreError>): void => {
      if (value.ok) {
        m.askBytes(value.value);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Uint8Array, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putBytes(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: bigint, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const blob = m.text(p0, p1);
      const offset = safe(BigInt.asUintN(64, p2));
      const size = p3 >>> 0;
      const value = host(blob, offset, size);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Uint8Array, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Uint8Array, StoreError>);
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
        const offset = params[1] as number;
        const p2 = toU64(offset);
        const size = params[2] as number;
        const p3 = size;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        const value: Result<Uint8Array, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.copyAt(at + 4) } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const blobsSize: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#size',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'size',
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

const blobsLocate: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#locate',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'locate',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i64', 'i64'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const blob = params[0] as BlobId;
    w.string(blob);
    const offset = params[1] as number;
    w.u64(offset);
    const size = params[2] as number;
    w.u64(size);
  },
  readParams(r) {
    const blob = r.string();
    const offset = r.u64();
    const size = r.u64();
    return [blob, offset, size];
  },
  writeResult(w, result) {
    const value = result as Result<readonly Extent[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writeExtent(w, item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly Extent[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(3);
        const items1: Extent[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readExtent(r));
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
    const ask = (value: Result<readonly Extent[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 24, 8);
        for (const item1 of value.value) {
          askExtent(m, item1);
        }
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly Extent[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 24, 8);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storeExtent(m, at3, item4);
          at3 += 24;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: bigint, p3: bigint, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const blob = m.text(p0, p1);
      const offset = safe(BigInt.asUintN(64, p2));
      const size = safe(BigInt.asUintN(64, p3));
      const value = host(blob, offset, size);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly Extent[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly Extent[], StoreError>);
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
        const offset = params[1] as number;
        const p2 = toU64(offset);
        const size = params[2] as number;
        const p3 = toU64(size);
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice5: Result<readonly Extent[], StoreError>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: Extent[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 24, 8);
            for (const end4 = at3 + count2 * 24; at3 < end4; at3 += 24) {
              items1.push(loadExtent(m, at3));
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
        const value: Result<readonly Extent[], StoreError> = choice5;
        return value;
      },
    };
  },
};

const blobsRelease: FunctionDescriptor = {
  name: 'posiv:vstore/blobs@0.1.0#release',
  interface: 'posiv:vstore/blobs@0.1.0',
  method: 'release',
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
      const blob = m.text(p0, p1);
      const value = host(blob);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
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
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadStoreError(m, at + 4) };
        return value;
      },
    };
  },
};

const filesBind: FunctionDescriptor = {
  name: 'posiv:vstore/files@0.1.0#bind',
  interface: 'posiv:vstore/files@0.1.0',
  method: 'bind',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const path = params[0] as string;
    w.string(path);
    const blob = params[1] as BlobId;
    w.string(blob);
  },
  readParams(r) {
    const path = r.string();
    const blob = r.string();
    return [path, blob];
  },
  writeResult(w, result) {
    const value = result as Result<Stat, StoreError>;
    if (value.ok) {
      w.u8(0);
      writeStat(w, value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readStat(r) } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Stat, StoreError>): void => {
      if (value.ok) {
        askStat(m, value.value);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Stat, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeStat(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 40, 8);
      const path = m.text(p0, p1);
      const blob = m.text(p2, p3);
      const value = host(path, blob);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Stat, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Stat, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const path = params[0] as string;
        m.askText(path);
        const blob = params[1] as BlobId;
        m.askText(blob);
      },
      pass(_, params) {
        const path = params[0] as string;
        const p0 = m.newText(path);
        const p1 = m.length;
        const blob = params[1] as BlobId;
        const p2 = m.newText(blob);
        const p3 = m.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 40, 8);
        const value: Result<Stat, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadStat(m, at + 8) } : { ok: false, error: loadStoreError(m, at + 8) };
        return value;
      },
    };
  },
};

const filesStat: FunctionDescriptor = {
  name: 'posiv:vstore/files@0.1.0#stat',
  interface: 'posiv:vstore/files@0.1.0',
  method: 'stat',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const path = params[0] as string;
    w.string(path);
  },
  readParams(r) {
    const path = r.string();
    return [path];
  },
  writeResult(w, result) {
    const value = result as Result<Stat, StoreError>;
    if (value.ok) {
      w.u8(0);
      writeStat(w, value.value);
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readStat(r) } : { ok: false, error: readStoreError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Stat, StoreError>): void => {
      if (value.ok) {
        askStat(m, value.value);
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Stat, StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeStat(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeStoreError(m, at + 8, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 40, 8);
      const path = m.text(p0, p1);
      const value = host(path);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Stat, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Stat, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const path = params[0] as string;
        m.askText(path);
      },
      pass(_, params) {
        const path = params[0] as string;
        const p0 = m.newText(path);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 40, 8);
        const value: Result<Stat, StoreError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadStat(m, at + 8) } : { ok: false, error: loadStoreError(m, at + 8) };
        return value;
      },
    };
  },
};

const filesList: FunctionDescriptor = {
  name: 'posiv:vstore/files@0.1.0#list',
  interface: 'posiv:vstore/files@0.1.0',
  method: 'list',
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
    const value = result as Result<readonly Stat[], StoreError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writeStat(w, item1);
      }
    } else {
      w.u8(1);
      writeStoreError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly Stat[], StoreError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(4);
        const items1: Stat[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readStat(r));
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
    const ask = (value: Result<readonly Stat[], StoreError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 32, 8);
        for (const item1 of value.value) {
          askStat(m, item1);
        }
      } else {
        askStoreError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly Stat[], StoreError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 32, 8);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storeStat(m, at3, item4);
          at3 += 32;
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
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly Stat[], StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly Stat[], StoreError>);
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
        let choice5: Result<readonly Stat[], StoreError>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: Stat[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 32, 8);
            for (const end4 = at3 + count2 * 32; at3 < end4; at3 += 32) {
              items1.push(loadStat(m, at3));
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
        const value: Result<readonly Stat[], StoreError> = choice5;
        return value;
      },
    };
  },
};

const filesDelete: FunctionDescriptor = {
  name: 'posiv:vstore/files@0.1.0#delete',
  interface: 'posiv:vstore/files@0.1.0',
  method: 'delete',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const path = params[0] as string;
    w.string(path);
  },
  readParams(r) {
    const path = r.string();
    return [path];
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
      const path = m.text(p0, p1);
      const value = host(path);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, StoreError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, StoreError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const path = params[0] as string;
        m.askText(path);
      },
      pass(_, params) {
        const path = params[0] as string;
        const p0 = m.newText(path);
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

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  blobsCreate,
  blobsAppend,
  blobsSeal,
  blobsAbort,
  blobsRead,
  blobsSize,
  blobsLocate,
  blobsRelease,
  filesBind,
  filesStat,
  filesList,
  filesDelete,
];
