// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { badTag } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type Pair, readPair, writePair } from '#posiv-wit/generated/mapreduce.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadPair(m: GuestMemory, at: number): Pair {
  return { key: m.copyAt(at), value: m.copyAt(at + 8) };
}

export function storePair(m: GuestMemory, at: number, v: Pair): void {
  m.putBytes(at, v.key);
  m.putBytes(at + 8, v.value);
}

export function askPair(m: GuestMemory, v: Pair): void {
  m.askBytes(v.key);
  m.askBytes(v.value);
}

const combinerCombine: FunctionDescriptor = {
  name: 'posiv:mapreduce/combiner@0.1.0#combine',
  interface: 'posiv:mapreduce/combiner@0.1.0',
  method: 'combine',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const key = params[0] as Uint8Array;
    w.bytes(key);
    const values = params[1] as readonly Uint8Array[];
    w.count(values.length);
    for (const item1 of values) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const key = r.bytes();
    const count2 = r.count(1);
    const items1: Uint8Array[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const values = items1;
    return [key, values];
  },
  writeResult(w, result) {
    const value = result as Result<Uint8Array, string>;
    if (value.ok) {
      w.u8(0);
      w.bytes(value.value);
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: r.string() };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Uint8Array, string>): void => {
      if (value.ok) {
        m.askBytes(value.value);
      } else {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<Uint8Array, string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putBytes(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const key = m.copy(p0, p1);
      const items1: Uint8Array[] = [];
      const count2 = p3 >>> 0;
      let at3 = m.items(p2, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.copyAt(at3));
      }
      const values = items1;
      const value = host(key, values);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Uint8Array, string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Uint8Array, string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const key = params[0] as Uint8Array;
        m.askBytes(key);
        const values = params[1] as readonly Uint8Array[];
        m.ask(values.length * 8, 4);
        for (const item1 of values) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const key = params[0] as Uint8Array;
        const p0 = m.newBytes(key);
        const p1 = m.length;
        const values = params[1] as readonly Uint8Array[];
        const pointer2 = m.allocate(values.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of values) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p2 = pointer2;
        const p3 = values.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Result<Uint8Array, string> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.copyAt(at + 4) } : { ok: false, error: m.textAt(at + 4) };
        return value;
      },
    };
  },
};

const mapperSeparators: FunctionDescriptor = {
  name: 'posiv:mapreduce/mapper@0.1.0#separators',
  interface: 'posiv:mapreduce/mapper@0.1.0',
  method: 'separators',
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
    const value = result as Uint8Array;
    w.bytes(value);
  },
  readResult(r) {
    return r.bytes();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Uint8Array): void => {
      m.askBytes(value);
    };
    const finish = (at: number, value: Uint8Array): void => {
      m.putBytes(at, value);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Uint8Array) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Uint8Array);
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
        const at = m.at(ret, 8, 4);
        const value: Uint8Array = m.copyAt(at);
        return value;
      },
    };
  },
};

const mapperMap: FunctionDescriptor = {
  name: 'posiv:mapreduce/mapper@0.1.0#map',
  interface: 'posiv:mapreduce/mapper@0.1.0',
  method: 'map',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const block = params[0] as Uint8Array;
    w.bytes(block);
  },
  readParams(r) {
    const block = r.bytes();
    return [block];
  },
  writeResult(w, result) {
    const value = result as Result<readonly Pair[], string>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writePair(w, item1);
      }
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly Pair[], string>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(2);
        const items1: Pair[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readPair(r));
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: r.string() };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly Pair[], string>): void => {
      if (value.ok) {
        m.ask(value.value.length * 16, 4);
        for (const item1 of value.value) {
          askPair(m, item1);
        }
      } else {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<readonly Pair[], string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 16, 4);
        let at3 = pointer2;
        for (const item4 of value.value) {
          storePair(m, at3, item4);
          at3 += 16;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const block = m.copy(p0, p1);
      const value = host(block);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly Pair[], string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly Pair[], string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const block = params[0] as Uint8Array;
        m.askBytes(block);
      },
      pass(_, params) {
        const block = params[0] as Uint8Array;
        const p0 = m.newBytes(block);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        let choice5: Result<readonly Pair[], string>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: Pair[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 16, 4);
            for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
              items1.push(loadPair(m, at3));
            }
            choice5 = { ok: true, value: items1 };
            break;
          }
          case 1: {
            choice5 = { ok: false, error: m.textAt(at + 4) };
            break;
          }
          default:
            badTag(tag6);
        }
        const value: Result<readonly Pair[], string> = choice5;
        return value;
      },
    };
  },
};

const reducerReduce: FunctionDescriptor = {
  name: 'posiv:mapreduce/reducer@0.1.0#reduce',
  interface: 'posiv:mapreduce/reducer@0.1.0',
  method: 'reduce',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const key = params[0] as Uint8Array;
    w.bytes(key);
    const values = params[1] as readonly Uint8Array[];
    w.count(values.length);
    for (const item1 of values) {
      w.bytes(item1);
    }
  },
  readParams(r) {
    const key = r.bytes();
    const count2 = r.count(1);
    const items1: Uint8Array[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.bytes());
    }
    const values = items1;
    return [key, values];
  },
  writeResult(w, result) {
    const value = result as Result<Uint8Array, string>;
    if (value.ok) {
      w.u8(0);
      w.bytes(value.value);
    } else {
      w.u8(1);
      w.string(value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: r.bytes() } : { ok: false, error: r.string() };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Uint8Array, string>): void => {
      if (value.ok) {
        m.askBytes(value.value);
      } else {
        m.askText(value.error);
      }
    };
    const finish = (at: number, value: Result<Uint8Array, string>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        m.putBytes(at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        m.putText(at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const key = m.copy(p0, p1);
      const items1: Uint8Array[] = [];
      const count2 = p3 >>> 0;
      let at3 = m.items(p2, count2, 8, 4);
      for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
        items1.push(m.copyAt(at3));
      }
      const values = items1;
      const value = host(key, values);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Uint8Array, string>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Uint8Array, string>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const key = params[0] as Uint8Array;
        m.askBytes(key);
        const values = params[1] as readonly Uint8Array[];
        m.ask(values.length * 8, 4);
        for (const item1 of values) {
          m.askBytes(item1);
        }
      },
      pass(_, params) {
        const key = params[0] as Uint8Array;
        const p0 = m.newBytes(key);
        const p1 = m.length;
        const values = params[1] as readonly Uint8Array[];
        const pointer2 = m.allocate(values.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of values) {
          m.putBytes(at3, item4);
          at3 += 8;
        }
        const p2 = pointer2;
        const p3 = values.length;
        return [p0, p1, p2, p3];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        const value: Result<Uint8Array, string> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.copyAt(at + 4) } : { ok: false, error: m.textAt(at + 4) };
        return value;
      },
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  combinerCombine,
  mapperSeparators,
  mapperMap,
  reducerReduce,
];
