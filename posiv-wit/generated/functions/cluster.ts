// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { caseOf } from '#posiv-wit/abi/trap.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type Node, SERVICE_STATE_CASES, STANDING_CASES, type ServiceDescription, type ServiceInstance, readNode, readServiceDescription, readServiceInstance, serviceStateTag, standingTag, writeNode, writeServiceDescription, writeServiceInstance } from '#posiv-wit/generated/cluster.ts';
import { askErrorCode, loadErrorCode, storeErrorCode } from '#posiv-wit/generated/functions/kernel.ts';
import { type ErrorCode, readErrorCode, writeErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadNode(m: GuestMemory, at: number): Node {
  const part5 = m.textAt(at);
  const part6 = m.textAt(at + 8);
  const part7 = caseOf(STANDING_CASES, m.view.getUint8(at + 16));
  const part8 = m.view.getUint8(at + 17) !== 0;
  const part9 = m.choice(m.view.getUint8(at + 20)) === 0 ? undefined : m.textAt(at + 24);
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 36, true);
  let at3 = m.items(m.view.getUint32(at + 32, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part10 = items1;
  const part11 = safe(m.view.getBigUint64(at + 40, true));
  const part12 = m.textAt(at + 48);
  const part13 = m.view.getUint32(at + 56, true);
  const part14 = m.view.getUint32(at + 60, true);
  const part15 = safe(m.view.getBigUint64(at + 64, true));
  const part16 = safe(m.view.getBigUint64(at + 72, true));
  const part17 = m.view.getUint32(at + 80, true);
  const part18 = m.view.getUint32(at + 84, true);
  const part19 = m.view.getUint8(at + 88) !== 0;
  const part20 = m.view.getUint8(at + 89) !== 0;
  return {
    id: part5,
    name: part6,
    standing: part7,
    connected: part8,
    relay: part9,
    addresses: part10,
    incarnation: part11,
    version: part12,
    lanes: part13,
    vtasks: part14,
    memoryUsed: part15,
    memoryLimit: part16,
    silentMs: part17,
    roundTripUs: part18,
    keepsRegisters: part19,
    draining: part20,
  };
}

export function storeNode(m: GuestMemory, at: number, v: Node): void {
  m.putText(at, v.id);
  m.putText(at + 8, v.name);
  m.view.setUint8(at + 16, standingTag(v.standing));
  m.view.setUint8(at + 17, v.connected ? 1 : 0);
  const v1 = v.relay;
  if (v1 === undefined) {
    m.view.setUint8(at + 20, 0);
  } else {
    m.view.setUint8(at + 20, 1);
    m.putText(at + 24, v1);
  }
  const pointer2 = m.allocate(v.addresses.length * 8, 4);
  let at3 = pointer2;
  for (const item4 of v.addresses) {
    m.putText(at3, item4);
    at3 += 8;
  }
  m.view.setUint32(at + 32, pointer2, true);
  m.view.setUint32(at + 36, v.addresses.length, true);
  m.view.setBigUint64(at + 40, toU64(v.incarnation), true);
  m.putText(at + 48, v.version);
  m.view.setUint32(at + 56, v.lanes, true);
  m.view.setUint32(at + 60, v.vtasks, true);
  m.view.setBigUint64(at + 64, toU64(v.memoryUsed), true);
  m.view.setBigUint64(at + 72, toU64(v.memoryLimit), true);
  m.view.setUint32(at + 80, v.silentMs, true);
  m.view.setUint32(at + 84, v.roundTripUs, true);
  m.view.setUint8(at + 88, v.keepsRegisters ? 1 : 0);
  m.view.setUint8(at + 89, v.draining ? 1 : 0);
}

export function askNode(m: GuestMemory, v: Node): void {
  m.askText(v.id);
  m.askText(v.name);
  const v1 = v.relay;
  if (v1 !== undefined) {
    m.askText(v1);
  }
  m.ask(v.addresses.length * 8, 4);
  for (const item2 of v.addresses) {
    m.askText(item2);
  }
  m.askText(v.version);
}

export function loadServiceInstance(m: GuestMemory, at: number): ServiceInstance {
  return {
    name: m.textAt(at),
    version: m.textAt(at + 8),
    interface: m.textAt(at + 16),
    state: caseOf(SERVICE_STATE_CASES, m.view.getUint8(at + 24)),
    sinceMs: safe(m.view.getBigUint64(at + 32, true)),
    node: m.textAt(at + 40),
    vtask: m.choice(m.view.getUint8(at + 48)) === 0 ? undefined : m.textAt(at + 52),
  };
}

export function storeServiceInstance(m: GuestMemory, at: number, v: ServiceInstance): void {
  m.putText(at, v.name);
  m.putText(at + 8, v.version);
  m.putText(at + 16, v.interface);
  m.view.setUint8(at + 24, serviceStateTag(v.state));
  m.view.setBigUint64(at + 32, toU64(v.sinceMs), true);
  m.putText(at + 40, v.node);
  const v1 = v.vtask;
  if (v1 === undefined) {
    m.view.setUint8(at + 48, 0);
  } else {
    m.view.setUint8(at + 48, 1);
    m.putText(at + 52, v1);
  }
}

export function askServiceInstance(m: GuestMemory, v: ServiceInstance): void {
  m.askText(v.name);
  m.askText(v.version);
  m.askText(v.interface);
  m.askText(v.node);
  const v1 = v.vtask;
  if (v1 !== undefined) {
    m.askText(v1);
  }
}

export function loadServiceDescription(m: GuestMemory, at: number): ServiceDescription {
  return {
    name: m.textAt(at),
    version: m.textAt(at + 8),
    interface: m.textAt(at + 16),
    state: caseOf(SERVICE_STATE_CASES, m.view.getUint8(at + 24)),
  };
}

export function storeServiceDescription(m: GuestMemory, at: number, v: ServiceDescription): void {
  m.putText(at, v.name);
  m.putText(at + 8, v.version);
  m.putText(at + 16, v.interface);
  m.view.setUint8(at + 24, serviceStateTag(v.state));
}

export function askServiceDescription(m: GuestMemory, v: ServiceDescription): void {
  m.askText(v.name);
  m.askText(v.version);
  m.askText(v.interface);
}

const nodesList: FunctionDescriptor = {
  name: 'posiv:cluster/nodes@0.1.0#list',
  interface: 'posiv:cluster/nodes@0.1.0',
  method: 'list',
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
    const value = result as readonly Node[];
    w.count(value.length);
    for (const item1 of value) {
      writeNode(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(16);
    const items1: Node[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readNode(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly Node[]): void => {
      m.ask(value.length * 96, 8);
      for (const item1 of value) {
        askNode(m, item1);
      }
    };
    const finish = (at: number, value: readonly Node[]): void => {
      const pointer2 = m.allocate(value.length * 96, 8);
      let at3 = pointer2;
      for (const item4 of value) {
        storeNode(m, at3, item4);
        at3 += 96;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly Node[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly Node[]);
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
        const items1: Node[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 96, 8);
        for (const end4 = at3 + count2 * 96; at3 < end4; at3 += 96) {
          items1.push(loadNode(m, at3));
        }
        const value: readonly Node[] = items1;
        return value;
      },
    };
  },
};

const servicesList: FunctionDescriptor = {
  name: 'posiv:cluster/services@0.1.0#list',
  interface: 'posiv:cluster/services@0.1.0',
  method: 'list',
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
    const value = result as readonly ServiceInstance[];
    w.count(value.length);
    for (const item1 of value) {
      writeServiceInstance(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(7);
    const items1: ServiceInstance[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readServiceInstance(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly ServiceInstance[]): void => {
      m.ask(value.length * 64, 8);
      for (const item1 of value) {
        askServiceInstance(m, item1);
      }
    };
    const finish = (at: number, value: readonly ServiceInstance[]): void => {
      const pointer2 = m.allocate(value.length * 64, 8);
      let at3 = pointer2;
      for (const item4 of value) {
        storeServiceInstance(m, at3, item4);
        at3 += 64;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly ServiceInstance[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly ServiceInstance[]);
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
        const items1: ServiceInstance[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 64, 8);
        for (const end4 = at3 + count2 * 64; at3 < end4; at3 += 64) {
          items1.push(loadServiceInstance(m, at3));
        }
        const value: readonly ServiceInstance[] = items1;
        return value;
      },
    };
  },
};

const servicesPublish: FunctionDescriptor = {
  name: 'posiv:cluster/services@0.1.0#publish',
  interface: 'posiv:cluster/services@0.1.0',
  method: 'publish',
  paramCount: 1,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const description = params[0] as ServiceDescription;
    writeServiceDescription(w, description);
  },
  readParams(r) {
    const description = readServiceDescription(r);
    return [description];
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
    return (p0: number, p1: number, p2: number, p3: number, p4: number, p5: number, p6: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const description = {
        name: m.text(p0, p1),
        version: m.text(p2, p3),
        interface: m.text(p4, p5),
        state: caseOf(SERVICE_STATE_CASES, p6),
      };
      const value = host(description);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const description = params[0] as ServiceDescription;
        askServiceDescription(m, description);
      },
      pass(_, params) {
        const description = params[0] as ServiceDescription;
        const p0 = m.newText(description.name);
        const p1 = m.length;
        const p2 = m.newText(description.version);
        const p3 = m.length;
        const p4 = m.newText(description.interface);
        const p5 = m.length;
        const p6 = serviceStateTag(description.state);
        return [p0, p1, p2, p3, p4, p5, p6];
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

const servicesWithdraw: FunctionDescriptor = {
  name: 'posiv:cluster/services@0.1.0#withdraw',
  interface: 'posiv:cluster/services@0.1.0',
  method: 'withdraw',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32'],
  coreResult: undefined,
  asks: false,
  writeParams(w, params) {
    const name = params[0] as string;
    w.string(name);
    const interface_ = params[1] as string;
    w.string(interface_);
  },
  readParams(r) {
    const name = r.string();
    const interface_ = r.string();
    return [name, interface_];
  },
  writeResult() {},
  readResult() {},
  lower(host, abi) {
    const m = guestMemory(abi);
    return (p0: number, p1: number, p2: number, p3: number) => {
      m.enter();
      const name = m.text(p0, p1);
      const interface_ = m.text(p2, p3);
      const value = host(name, interface_);
      return value instanceof Promise ? m.waits(value) : undefined;
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const name = params[0] as string;
        m.askText(name);
        const interface_ = params[1] as string;
        m.askText(interface_);
      },
      pass(_, params) {
        const name = params[0] as string;
        const p0 = m.newText(name);
        const p1 = m.length;
        const interface_ = params[1] as string;
        const p2 = m.newText(interface_);
        const p3 = m.length;
        return [p0, p1, p2, p3];
      },
      take() {},
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  nodesList,
  servicesList,
  servicesPublish,
  servicesWithdraw,
];
