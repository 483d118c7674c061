// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { caseOf } from '#posiv-wit/abi/trap.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type Node, STANDING_CASES, readNode, standingTag, writeNode } from '#posiv-wit/generated/cluster.ts';

export function loadNode(m: GuestMemory, at: number): Node {
  const part5 = m.textAt(at);
  const part6 = m.textAt(at + 8);
  const part7 = caseOf(STANDING_CASES, m.view.getUint8(at + 16));
  const part8 = m.view.getUint8(at + 17) !== 0;
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 24, true);
  let at3 = m.items(m.view.getUint32(at + 20, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part9 = items1;
  const part10 = safe(m.view.getBigUint64(at + 32, true));
  const part11 = m.textAt(at + 40);
  const part12 = m.view.getUint32(at + 48, true);
  const part13 = m.view.getUint32(at + 52, true);
  const part14 = safe(m.view.getBigUint64(at + 56, true));
  const part15 = safe(m.view.getBigUint64(at + 64, true));
  const part16 = m.view.getUint32(at + 72, true);
  const part17 = m.view.getUint32(at + 76, true);
  const part18 = m.view.getUint8(at + 80) !== 0;
  const part19 = m.view.getUint8(at + 81) !== 0;
  return {
    id: part5,
    name: part6,
    standing: part7,
    connected: part8,
    addresses: part9,
    incarnation: part10,
    version: part11,
    lanes: part12,
    vtasks: part13,
    memoryUsed: part14,
    memoryLimit: part15,
    silentMs: part16,
    roundTripUs: part17,
    keepsRegisters: part18,
    draining: part19,
  };
}

export function storeNode(m: GuestMemory, at: number, v: Node): void {
  m.putText(at, v.id);
  m.putText(at + 8, v.name);
  m.view.setUint8(at + 16, standingTag(v.standing));
  m.view.setUint8(at + 17, v.connected ? 1 : 0);
  const pointer1 = m.allocate(v.addresses.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.addresses) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 20, pointer1, true);
  m.view.setUint32(at + 24, v.addresses.length, true);
  m.view.setBigUint64(at + 32, toU64(v.incarnation), true);
  m.putText(at + 40, v.version);
  m.view.setUint32(at + 48, v.lanes, true);
  m.view.setUint32(at + 52, v.vtasks, true);
  m.view.setBigUint64(at + 56, toU64(v.memoryUsed), true);
  m.view.setBigUint64(at + 64, toU64(v.memoryLimit), true);
  m.view.setUint32(at + 72, v.silentMs, true);
  m.view.setUint32(at + 76, v.roundTripUs, true);
  m.view.setUint8(at + 80, v.keepsRegisters ? 1 : 0);
  m.view.setUint8(at + 81, v.draining ? 1 : 0);
}

const nodesList: FunctionDescriptor = {
  name: 'posiv:cluster/nodes@0.1.0#list',
  interface: 'posiv:cluster/nodes@0.1.0',
  method: 'list',
  paramCount: 0,
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
    const count2 = r.count(15);
    const items1: Node[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readNode(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const finish = (at: number, value: readonly Node[]): void => {
      m.refresh();
      const pointer1 = m.allocate(value.length * 88, 8);
      let at2 = pointer1;
      for (const item3 of value) {
        storeNode(m, at2, item3);
        at2 += 88;
      }
      m.view.setUint32(at, pointer1, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return value.then((late: readonly Node[]) => finish(at, late));
      return finish(at, value as readonly Node[]);
    };
  },
  lift(core, abi, post) {
    const m = guestMemory(abi);
    const finish = (ret: number): readonly Node[] => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items1: Node[] = [];
      const count2 = m.view.getUint32(at + 4, true);
      let at3 = m.items(m.view.getUint32(at, true), count2, 88, 8);
      for (const end4 = at3 + count2 * 88; at3 < end4; at3 += 88) {
        items1.push(loadNode(m, at3));
      }
      const value: readonly Node[] = items1;
      post?.(ret);
      return value;
    };
    return () => {
      m.enter();
      const ret: unknown = core();
      return ret instanceof Promise ? ret.then(finish) : finish(ret as never);
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  nodesList,
];
