// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type Candidate, type LaneView, type NodeLoad, type NodeView, type Placement, type Scheduling, type Stripe, readCandidate, readLaneView, readNodeLoad, readNodeView, readPlacement, readScheduling, readStripe, writeCandidate, writeLaneView, writeNodeLoad, writeNodeView, writePlacement, writeScheduling, writeStripe } from '#posiv-wit/generated/managers.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadCandidate(m: GuestMemory, at: number): Candidate {
  return {
    node: m.textAt(at),
    local: m.view.getUint8(at + 8) !== 0,
    reachable: m.view.getUint8(at + 9) !== 0,
    roundTripUs: m.view.getUint32(at + 12, true),
    outstanding: m.view.getUint32(at + 16, true),
  };
}

export function storeCandidate(m: GuestMemory, at: number, v: Candidate): void {
  m.putText(at, v.node);
  m.view.setUint8(at + 8, v.local ? 1 : 0);
  m.view.setUint8(at + 9, v.reachable ? 1 : 0);
  m.view.setUint32(at + 12, v.roundTripUs, true);
  m.view.setUint32(at + 16, v.outstanding, true);
}

export function askCandidate(m: GuestMemory, v: Candidate): void {
  m.askText(v.node);
}

export function loadPlacement(m: GuestMemory, at: number): Placement {
  const part5 = safe(m.view.getBigUint64(at, true));
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 12, true);
  let at3 = m.items(m.view.getUint32(at + 8, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part6 = items1;
  return { memory: part5, near: part6 };
}

export function storePlacement(m: GuestMemory, at: number, v: Placement): void {
  m.view.setBigUint64(at, toU64(v.memory), true);
  const pointer1 = m.allocate(v.near.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.near) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 8, pointer1, true);
  m.view.setUint32(at + 12, v.near.length, true);
}

export function askPlacement(m: GuestMemory, v: Placement): void {
  m.ask(v.near.length * 8, 4);
  for (const item1 of v.near) {
    m.askText(item1);
  }
}

export function loadStripe(m: GuestMemory, at: number): Stripe {
  return {
    index: m.view.getUint32(at, true),
    size: safe(m.view.getBigUint64(at + 8, true)),
    seed: m.view.getUint32(at + 16, true),
  };
}

export function storeStripe(m: GuestMemory, at: number, v: Stripe): void {
  m.view.setUint32(at, v.index, true);
  m.view.setBigUint64(at + 8, toU64(v.size), true);
  m.view.setUint32(at + 16, v.seed, true);
}

export function loadLaneView(m: GuestMemory, at: number): LaneView {
  return {
    lane: m.view.getUint32(at, true),
    vtasks: m.view.getUint32(at + 4, true),
    runnable: m.view.getUint32(at + 8, true),
    memoryUsed: safe(m.view.getBigUint64(at + 16, true)),
  };
}

export function storeLaneView(m: GuestMemory, at: number, v: LaneView): void {
  m.view.setUint32(at, v.lane, true);
  m.view.setUint32(at + 4, v.vtasks, true);
  m.view.setUint32(at + 8, v.runnable, true);
  m.view.setBigUint64(at + 16, toU64(v.memoryUsed), true);
}

export function loadNodeLoad(m: GuestMemory, at: number): NodeLoad {
  return { lanes: m.view.getUint32(at, true), vtasks: m.view.getUint32(at + 4, true) };
}

export function storeNodeLoad(m: GuestMemory, at: number, v: NodeLoad): void {
  m.view.setUint32(at, v.lanes, true);
  m.view.setUint32(at + 4, v.vtasks, true);
}

export function loadScheduling(m: GuestMemory, at: number): Scheduling {
  return {
    sliceUs: m.view.getUint32(at, true),
    defaultWeight: m.view.getUint32(at + 4, true),
  };
}

export function storeScheduling(m: GuestMemory, at: number, v: Scheduling): void {
  m.view.setUint32(at, v.sliceUs, true);
  m.view.setUint32(at + 4, v.defaultWeight, true);
}

export function loadNodeView(m: GuestMemory, at: number): NodeView {
  return {
    id: m.textAt(at),
    reachable: m.view.getUint8(at + 8) !== 0,
    lanes: m.view.getUint32(at + 12, true),
    vtasks: m.view.getUint32(at + 16, true),
    memoryUsed: safe(m.view.getBigUint64(at + 24, true)),
    memoryLimit: safe(m.view.getBigUint64(at + 32, true)),
    pending: m.view.getUint32(at + 40, true),
  };
}

export function storeNodeView(m: GuestMemory, at: number, v: NodeView): void {
  m.putText(at, v.id);
  m.view.setUint8(at + 8, v.reachable ? 1 : 0);
  m.view.setUint32(at + 12, v.lanes, true);
  m.view.setUint32(at + 16, v.vtasks, true);
  m.view.setBigUint64(at + 24, toU64(v.memoryUsed), true);
  m.view.setBigUint64(at + 32, toU64(v.memoryLimit), true);
  m.view.setUint32(at + 40, v.pending, true);
}

export function askNodeView(m: GuestMemory, v: NodeView): void {
  m.askText(v.id);
}

const distributionRank: FunctionDescriptor = {
  name: 'posiv:managers/distribution@0.1.0#rank',
  interface: 'posiv:managers/distribution@0.1.0',
  method: 'rank',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const candidates = params[0] as readonly Candidate[];
    w.count(candidates.length);
    for (const item1 of candidates) {
      writeCandidate(w, item1);
    }
  },
  readParams(r) {
    const count2 = r.count(5);
    const items1: Candidate[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readCandidate(r));
    }
    const candidates = items1;
    return [candidates];
  },
  writeResult(w, result) {
    const value = result as readonly number[];
    w.count(value.length);
    for (const item1 of value) {
      w.u32(item1);
    }
  },
  readResult(r) {
    const count2 = r.count(1);
    const items1: number[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.u32());
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly number[]): void => {
      m.ask(value.length * 4, 4);
    };
    const finish = (at: number, value: readonly number[]): void => {
      const pointer1 = m.allocate(value.length * 4, 4);
      let at2 = pointer1;
      for (const item3 of value) {
        m.view.setUint32(at2, item3, true);
        at2 += 4;
      }
      m.view.setUint32(at, pointer1, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items4: Candidate[] = [];
      const count5 = p1 >>> 0;
      let at6 = m.items(p0, count5, 20, 4);
      for (const end7 = at6 + count5 * 20; at6 < end7; at6 += 20) {
        items4.push(loadCandidate(m, at6));
      }
      const candidates = items4;
      const value = host(candidates);
      if (value instanceof Promise) return m.waits(value).then((late: readonly number[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly number[]);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const candidates = params[0] as readonly Candidate[];
        m.ask(candidates.length * 20, 4);
        for (const item1 of candidates) {
          askCandidate(m, item1);
        }
      },
      pass(_, params) {
        const candidates = params[0] as readonly Candidate[];
        const pointer2 = m.allocate(candidates.length * 20, 4);
        let at3 = pointer2;
        for (const item4 of candidates) {
          storeCandidate(m, at3, item4);
          at3 += 20;
        }
        const p0 = pointer2;
        const p1 = candidates.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const items5: number[] = [];
        const count6 = m.view.getUint32(at + 4, true);
        let at7 = m.items(m.view.getUint32(at, true), count6, 4, 4);
        for (const end8 = at7 + count6 * 4; at7 < end8; at7 += 4) {
          items5.push(m.view.getUint32(at7, true));
        }
        const value: readonly number[] = items5;
        return value;
      },
    };
  },
};

const resourcePlace: FunctionDescriptor = {
  name: 'posiv:managers/resource@0.1.0#place',
  interface: 'posiv:managers/resource@0.1.0',
  method: 'place',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i64', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const view = params[0] as readonly NodeView[];
    w.count(view.length);
    for (const item1 of view) {
      writeNodeView(w, item1);
    }
    const request = params[1] as Placement;
    writePlacement(w, request);
  },
  readParams(r) {
    const count2 = r.count(7);
    const items1: NodeView[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readNodeView(r));
    }
    const view = items1;
    const request = readPlacement(r);
    return [view, request];
  },
  writeResult(w, result) {
    const value = result as readonly string[];
    w.count(value.length);
    for (const item1 of value) {
      w.string(item1);
    }
  },
  readResult(r) {
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly string[]): void => {
      m.ask(value.length * 8, 4);
      for (const item1 of value) {
        m.askText(item1);
      }
    };
    const finish = (at: number, value: readonly string[]): void => {
      const pointer2 = m.allocate(value.length * 8, 4);
      let at3 = pointer2;
      for (const item4 of value) {
        m.putText(at3, item4);
        at3 += 8;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (p0: number, p1: number, p2: bigint, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items5: NodeView[] = [];
      const count6 = p1 >>> 0;
      let at7 = m.items(p0, count6, 48, 8);
      for (const end8 = at7 + count6 * 48; at7 < end8; at7 += 48) {
        items5.push(loadNodeView(m, at7));
      }
      const view = items5;
      const part13 = safe(BigInt.asUintN(64, p2));
      const items9: string[] = [];
      const count10 = p4 >>> 0;
      let at11 = m.items(p3, count10, 8, 4);
      for (const end12 = at11 + count10 * 8; at11 < end12; at11 += 8) {
        items9.push(m.textAt(at11));
      }
      const part14 = items9;
      const request = { memory: part13, near: part14 };
      const value = host(view, request);
      if (value instanceof Promise) return m.waits(value).then((late: readonly string[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly string[]);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const view = params[0] as readonly NodeView[];
        m.ask(view.length * 48, 8);
        for (const item1 of view) {
          askNodeView(m, item1);
        }
        const request = params[1] as Placement;
        askPlacement(m, request);
      },
      pass(_, params) {
        const view = params[0] as readonly NodeView[];
        const pointer2 = m.allocate(view.length * 48, 8);
        let at3 = pointer2;
        for (const item4 of view) {
          storeNodeView(m, at3, item4);
          at3 += 48;
        }
        const p0 = pointer2;
        const p1 = view.length;
        const request = params[1] as Placement;
        const p2 = toU64(request.memory);
        const pointer5 = m.allocate(request.near.length * 8, 4);
        let at6 = pointer5;
        for (const item7 of request.near) {
          m.putText(at6, item7);
          at6 += 8;
        }
        const p3 = pointer5;
        const p4 = request.near.length;
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const items8: string[] = [];
        const count9 = m.view.getUint32(at + 4, true);
        let at10 = m.items(m.view.getUint32(at, true), count9, 8, 4);
        for (const end11 = at10 + count9 * 8; at10 < end11; at10 += 8) {
          items8.push(m.textAt(at10));
        }
        const value: readonly string[] = items8;
        return value;
      },
    };
  },
};

const securityAttenuate: FunctionDescriptor = {
  name: 'posiv:managers/security@0.1.0#attenuate',
  interface: 'posiv:managers/security@0.1.0',
  method: 'attenuate',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const holder = params[0] as readonly string[];
    w.count(holder.length);
    for (const item1 of holder) {
      w.string(item1);
    }
    const asked = params[1] as readonly string[] | undefined;
    if (asked === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.count(asked.length);
      for (const item2 of asked) {
        w.string(item2);
      }
    }
  },
  readParams(r) {
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    const holder = items1;
    let choice7: readonly string[] | undefined;
    const tag8 = r.tag(2);
    switch (tag8) {
      case 0: {
        choice7 = undefined;
        break;
      }
      case 1: {
        const count5 = r.count(1);
        const items4: string[] = [];
        for (let index6 = 0; index6 < count5; index6++) {
          items4.push(r.string());
        }
        choice7 = items4;
        break;
      }
      default:
        unknownCase('a variant', tag8);
    }
    const asked = choice7;
    return [holder, asked];
  },
  writeResult(w, result) {
    const value = result as Result<readonly string[], readonly string[]>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.string(item1);
      }
    } else {
      w.u8(1);
      w.count(value.error.length);
      for (const item2 of value.error) {
        w.string(item2);
      }
    }
  },
  readResult(r) {
    let choice7: Result<readonly string[], readonly string[]>;
    const tag8 = r.tag(2);
    switch (tag8) {
      case 0: {
        const count2 = r.count(1);
        const items1: string[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.string());
        }
        choice7 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        const count5 = r.count(1);
        const items4: string[] = [];
        for (let index6 = 0; index6 < count5; index6++) {
          items4.push(r.string());
        }
        choice7 = { ok: false, error: items4 };
        break;
      }
      default:
        unknownCase('a variant', tag8);
    }
    return choice7;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly string[], readonly string[]>): void => {
      if (value.ok) {
        m.ask(value.value.length * 8, 4);
        for (const item1 of value.value) {
          m.askText(item1);
        }
      } else {
        m.ask(value.error.length * 8, 4);
        for (const item2 of value.error) {
          m.askText(item2);
        }
      }
    };
    const finish = (at: number, value: Result<readonly string[], readonly string[]>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer3 = m.allocate(value.value.length * 8, 4);
        let at4 = pointer3;
        for (const item5 of value.value) {
          m.putText(at4, item5);
          at4 += 8;
        }
        m.view.setUint32(at + 4, pointer3, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        const pointer6 = m.allocate(value.error.length * 8, 4);
        let at7 = pointer6;
        for (const item8 of value.error) {
          m.putText(at7, item8);
          at7 += 8;
        }
        m.view.setUint32(at + 4, pointer6, true);
        m.view.setUint32(at + 8, value.error.length, true);
      }
    };
    return (p0: number, p1: number, p2: number, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 12, 4);
      const items9: string[] = [];
      const count10 = p1 >>> 0;
      let at11 = m.items(p0, count10, 8, 4);
      for (const end12 = at11 + count10 * 8; at11 < end12; at11 += 8) {
        items9.push(m.textAt(at11));
      }
      const holder = items9;
      let choice17: readonly string[] | undefined;
      const tag18 = m.choice(p2);
      switch (tag18) {
        case 0: {
          choice17 = undefined;
          break;
        }
        case 1: {
          const items13: string[] = [];
          const count14 = p4 >>> 0;
          let at15 = m.items(p3, count14, 8, 4);
          for (const end16 = at15 + count14 * 8; at15 < end16; at15 += 8) {
            items13.push(m.textAt(at15));
          }
          choice17 = items13;
          break;
        }
        default:
          badTag(tag18);
      }
      const asked = choice17;
      const value = host(holder, asked);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly string[], readonly string[]>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly string[], readonly string[]>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const holder = params[0] as readonly string[];
        m.ask(holder.length * 8, 4);
        for (const item1 of holder) {
          m.askText(item1);
        }
        const asked = params[1] as readonly string[] | undefined;
        if (asked !== undefined) {
          m.ask(asked.length * 8, 4);
          for (const item2 of asked) {
            m.askText(item2);
          }
        }
      },
      pass(_, params) {
        const holder = params[0] as readonly string[];
        const pointer3 = m.allocate(holder.length * 8, 4);
        let at4 = pointer3;
        for (const item5 of holder) {
          m.putText(at4, item5);
          at4 += 8;
        }
        const p0 = pointer3;
        const p1 = holder.length;
        const asked = params[1] as readonly string[] | undefined;
        let p2 = 0;
        let p3 = 0;
        let p4 = 0;
        if (asked === undefined) {
          p2 = 0;
        } else {
          p2 = 1;
          const pointer6 = m.allocate(asked.length * 8, 4);
          let at7 = pointer6;
          for (const item8 of asked) {
            m.putText(at7, item8);
            at7 += 8;
          }
          p3 = pointer6;
          p4 = asked.length;
        }
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 12, 4);
        let choice17: Result<readonly string[], readonly string[]>;
        const tag18 = m.choice(m.view.getUint8(at));
        switch (tag18) {
          case 0: {
            const items9: string[] = [];
            const count10 = m.view.getUint32(at + 8, true);
            let at11 = m.items(m.view.getUint32(at + 4, true), count10, 8, 4);
            for (const end12 = at11 + count10 * 8; at11 < end12; at11 += 8) {
              items9.push(m.textAt(at11));
            }
            choice17 = { ok: true, value: items9 };
            break;
          }
          case 1: {
            const items13: string[] = [];
            const count14 = m.view.getUint32(at + 8, true);
            let at15 = m.items(m.view.getUint32(at + 4, true), count14, 8, 4);
            for (const end16 = at15 + count14 * 8; at15 < end16; at15 += 8) {
              items13.push(m.textAt(at15));
            }
            choice17 = { ok: false, error: items13 };
            break;
          }
          default:
            badTag(tag18);
        }
        const value: Result<readonly string[], readonly string[]> = choice17;
        return value;
      },
    };
  },
};

const storageKeep: FunctionDescriptor = {
  name: 'posiv:managers/storage@0.1.0#keep',
  interface: 'posiv:managers/storage@0.1.0',
  method: 'keep',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i64', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const view = params[0] as readonly NodeView[];
    w.count(view.length);
    for (const item1 of view) {
      writeNodeView(w, item1);
    }
    const request = params[1] as Stripe;
    writeStripe(w, request);
  },
  readParams(r) {
    const count2 = r.count(7);
    const items1: NodeView[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readNodeView(r));
    }
    const view = items1;
    const request = readStripe(r);
    return [view, request];
  },
  writeResult(w, result) {
    const value = result as readonly string[];
    w.count(value.length);
    for (const item1 of value) {
      w.string(item1);
    }
  },
  readResult(r) {
    const count2 = r.count(1);
    const items1: string[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(r.string());
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly string[]): void => {
      m.ask(value.length * 8, 4);
      for (const item1 of value) {
        m.askText(item1);
      }
    };
    const finish = (at: number, value: readonly string[]): void => {
      const pointer2 = m.allocate(value.length * 8, 4);
      let at3 = pointer2;
      for (const item4 of value) {
        m.putText(at3, item4);
        at3 += 8;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (p0: number, p1: number, p2: number, p3: bigint, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items5: NodeView[] = [];
      const count6 = p1 >>> 0;
      let at7 = m.items(p0, count6, 48, 8);
      for (const end8 = at7 + count6 * 48; at7 < end8; at7 += 48) {
        items5.push(loadNodeView(m, at7));
      }
      const view = items5;
      const request = { index: p2 >>> 0, size: safe(BigInt.asUintN(64, p3)), seed: p4 >>> 0 };
      const value = host(view, request);
      if (value instanceof Promise) return m.waits(value).then((late: readonly string[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly string[]);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const view = params[0] as readonly NodeView[];
        m.ask(view.length * 48, 8);
        for (const item1 of view) {
          askNodeView(m, item1);
        }
      },
      pass(_, params) {
        const view = params[0] as readonly NodeView[];
        const pointer2 = m.allocate(view.length * 48, 8);
        let at3 = pointer2;
        for (const item4 of view) {
          storeNodeView(m, at3, item4);
          at3 += 48;
        }
        const p0 = pointer2;
        const p1 = view.length;
        const request = params[1] as Stripe;
        const p2 = request.index;
        const p3 = toU64(request.size);
        const p4 = request.seed;
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const items5: string[] = [];
        const count6 = m.view.getUint32(at + 4, true);
        let at7 = m.items(m.view.getUint32(at, true), count6, 8, 4);
        for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
          items5.push(m.textAt(at7));
        }
        const value: readonly string[] = items5;
        return value;
      },
    };
  },
};

const taskAssign: FunctionDescriptor = {
  name: 'posiv:managers/task@0.1.0#assign',
  interface: 'posiv:managers/task@0.1.0',
  method: 'assign',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i64'],
  coreResult: 'i32',
  asks: false,
  writeParams(w, params) {
    const view = params[0] as readonly LaneView[];
    w.count(view.length);
    for (const item1 of view) {
      writeLaneView(w, item1);
    }
    const memory = params[1] as number;
    w.u64(memory);
  },
  readParams(r) {
    const count2 = r.count(4);
    const items1: LaneView[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readLaneView(r));
    }
    const view = items1;
    const memory = r.u64();
    return [view, memory];
  },
  writeResult(w, result) {
    const value = result as number | undefined;
    if (value === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      w.u32(value);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? undefined : r.u32();
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (at: number, value: number | undefined): void => {
      m.refresh();
      if (value === undefined) {
        m.view.setUint8(at, 0);
      } else {
        m.view.setUint8(at, 1);
        m.view.setUint32(at + 4, value, true);
      }
    };
    return (p0: number, p1: number, p2: bigint, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items1: LaneView[] = [];
      const count2 = p1 >>> 0;
      let at3 = m.items(p0, count2, 24, 8);
      for (const end4 = at3 + count2 * 24; at3 < end4; at3 += 24) {
        items1.push(loadLaneView(m, at3));
      }
      const view = items1;
      const memory = safe(BigInt.asUintN(64, p2));
      const value = host(view, memory);
      if (value instanceof Promise) return m.waits(value).then((late: number | undefined) => finish(at, late));
      return finish(at, value as number | undefined);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const view = params[0] as readonly LaneView[];
        m.ask(view.length * 24, 8);
      },
      pass(_, params) {
        const view = params[0] as readonly LaneView[];
        const pointer1 = m.allocate(view.length * 24, 8);
        let at2 = pointer1;
        for (const item3 of view) {
          storeLaneView(m, at2, item3);
          at2 += 24;
        }
        const p0 = pointer1;
        const p1 = view.length;
        const memory = params[1] as number;
        const p2 = toU64(memory);
        return [p0, p1, p2];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const value: number | undefined = m.choice(m.view.getUint8(at)) === 0 ? undefined : m.view.getUint32(at + 4, true);
        return value;
      },
    };
  },
};

const taskSchedule: FunctionDescriptor = {
  name: 'posiv:managers/task@0.1.0#schedule',
  interface: 'posiv:managers/task@0.1.0',
  method: 'schedule',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: false,
  writeParams(w, params) {
    const load = params[0] as NodeLoad;
    writeNodeLoad(w, load);
  },
  readParams(r) {
    const load = readNodeLoad(r);
    return [load];
  },
  writeResult(w, result) {
    const value = result as Scheduling;
    writeScheduling(w, value);
  },
  readResult(r) {
    return readScheduling(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (at: number, value: Scheduling): void => {
      m.refresh();
      storeScheduling(m, at, value);
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const load = { lanes: p0 >>> 0, vtasks: p1 >>> 0 };
      const value = host(load);
      if (value instanceof Promise) return m.waits(value).then((late: Scheduling) => finish(at, late));
      return finish(at, value as Scheduling);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const load = params[0] as NodeLoad;
        const p0 = load.lanes;
        const p1 = load.vtasks;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const value: Scheduling = loadScheduling(m, at);
        return value;
      },
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  distributionRank,
  resourcePlace,
  securityAttenuate,
  storageKeep,
  taskAssign,
  taskSchedule,
];
