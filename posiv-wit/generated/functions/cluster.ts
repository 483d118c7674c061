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
    const count2 = r.count(16);
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
      const pointer1 = m.allocate(value.length * 96, 8);
      let at2 = pointer1;
      for (const item3 of value) {
        storeNode(m, at2, item3);
        at2 += 96;
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
      let at3 = m.items(m.view.getUint32(at, true), count2, 96, 8);
      for (const end4 = at3 + count2 * 96; at3 < end4; at3 += 96) {
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
