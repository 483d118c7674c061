// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag, caseOf, notOfType } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { BACKEND_CASES, BOARD_CASES, type Backend, CAPABILITY_CASES, type Capability, type Card, type Forward, type Host, type Image, MACHINE_STATE_CASES, type MachineError, type Made, type Move, type Network, type Offer, type Shape, type Snapshot, type Spec, type Stats, type Template, type UserNetwork, backendTag, boardTag, capabilityTag, machineStateTag, readBackend, readCapability, readHost, readMachineError, readMade, readOffer, readShape, readSnapshot, readSpec, readStats, writeBackend, writeCapability, writeHost, writeMachineError, writeMade, writeOffer, writeShape, writeSnapshot, writeSpec, writeStats } from '#posiv-wit/generated/machine.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadImage(m: GuestMemory, at: number): Image {
  return { pieces: m.textAt(at), index: m.textAt(at + 8) };
}

export function storeImage(m: GuestMemory, at: number, v: Image): void {
  m.putText(at, v.pieces);
  m.putText(at + 8, v.index);
}

export function askImage(m: GuestMemory, v: Image): void {
  m.askText(v.pieces);
  m.askText(v.index);
}

export function loadTemplate(m: GuestMemory, at: number): Template {
  return {
    kernel: m.textAt(at),
    initrd: m.textAt(at + 8),
    commandLine: m.textAt(at + 16),
    image: m.choice(m.view.getUint8(at + 24)) === 0 ? undefined : loadImage(m, at + 28),
    userData: m.choice(m.view.getUint8(at + 44)) === 0 ? undefined : m.textAt(at + 48),
    board: caseOf(BOARD_CASES, m.choice(m.view.getUint8(at + 56))),
    ready: m.textAt(at + 60),
  };
}

export function storeTemplate(m: GuestMemory, at: number, v: Template): void {
  m.putText(at, v.kernel);
  m.putText(at + 8, v.initrd);
  m.putText(at + 16, v.commandLine);
  const v1 = v.image;
  if (v1 === undefined) {
    m.view.setUint8(at + 24, 0);
  } else {
    m.view.setUint8(at + 24, 1);
    storeImage(m, at + 28, v1);
  }
  const v2 = v.userData;
  if (v2 === undefined) {
    m.view.setUint8(at + 44, 0);
  } else {
    m.view.setUint8(at + 44, 1);
    m.putText(at + 48, v2);
  }
  m.view.setUint8(at + 56, boardTag(v.board));
  m.putText(at + 60, v.ready);
}

export function askTemplate(m: GuestMemory, v: Template): void {
  m.askText(v.kernel);
  m.askText(v.initrd);
  m.askText(v.commandLine);
  const v1 = v.image;
  if (v1 !== undefined) {
    askImage(m, v1);
  }
  const v2 = v.userData;
  if (v2 !== undefined) {
    m.askText(v2);
  }
  m.askText(v.ready);
}

export function loadShape(m: GuestMemory, at: number): Shape {
  return {
    memory: safe(m.view.getBigUint64(at, true)),
    processors: m.view.getUint32(at + 8, true),
    disk: safe(m.view.getBigUint64(at + 16, true)),
  };
}

export function storeShape(m: GuestMemory, at: number, v: Shape): void {
  m.view.setBigUint64(at, toU64(v.memory), true);
  m.view.setUint32(at + 8, v.processors, true);
  m.view.setBigUint64(at + 16, toU64(v.disk), true);
}

export function loadSnapshot(m: GuestMemory, at: number): Snapshot {
  return {
    memory: m.choice(m.view.getUint8(at)) === 0 ? undefined : m.textAt(at + 4),
    disk: m.textAt(at + 12),
    cpu: m.choice(m.view.getUint8(at + 20)) === 0 ? undefined : m.textAt(at + 24),
  };
}

export function storeSnapshot(m: GuestMemory, at: number, v: Snapshot): void {
  const v1 = v.memory;
  if (v1 === undefined) {
    m.view.setUint8(at, 0);
  } else {
    m.view.setUint8(at, 1);
    m.putText(at + 4, v1);
  }
  m.putText(at + 12, v.disk);
  const v2 = v.cpu;
  if (v2 === undefined) {
    m.view.setUint8(at + 20, 0);
  } else {
    m.view.setUint8(at + 20, 1);
    m.putText(at + 24, v2);
  }
}

export function askSnapshot(m: GuestMemory, v: Snapshot): void {
  const v1 = v.memory;
  if (v1 !== undefined) {
    m.askText(v1);
  }
  m.askText(v.disk);
  const v2 = v.cpu;
  if (v2 !== undefined) {
    m.askText(v2);
  }
}

export function loadOffer(m: GuestMemory, at: number): Offer {
  return { node: m.textAt(at), token: m.textAt(at + 8) };
}

export function storeOffer(m: GuestMemory, at: number, v: Offer): void {
  m.putText(at, v.node);
  m.putText(at + 8, v.token);
}

export function askOffer(m: GuestMemory, v: Offer): void {
  m.askText(v.node);
  m.askText(v.token);
}

export function loadMove(m: GuestMemory, at: number): Move {
  return {
    from: m.textAt(at),
    downtimeUs: safe(m.view.getBigUint64(at + 8, true)),
    totalMs: m.view.getUint32(at + 16, true),
    bytes: safe(m.view.getBigUint64(at + 24, true)),
  };
}

export function storeMove(m: GuestMemory, at: number, v: Move): void {
  m.putText(at, v.from);
  m.view.setBigUint64(at + 8, toU64(v.downtimeUs), true);
  m.view.setUint32(at + 16, v.totalMs, true);
  m.view.setBigUint64(at + 24, toU64(v.bytes), true);
}

export function askMove(m: GuestMemory, v: Move): void {
  m.askText(v.from);
}

export function loadForward(m: GuestMemory, at: number): Forward {
  return {
    address: m.textAt(at),
    hostPort: m.view.getUint16(at + 8, true),
    guestPort: m.view.getUint16(at + 10, true),
  };
}

export function storeForward(m: GuestMemory, at: number, v: Forward): void {
  m.putText(at, v.address);
  m.view.setUint16(at + 8, v.hostPort, true);
  m.view.setUint16(at + 10, v.guestPort, true);
}

export function askForward(m: GuestMemory, v: Forward): void {
  m.askText(v.address);
}

export function loadUserNetwork(m: GuestMemory, at: number): UserNetwork {
  const part5 = m.view.getUint8(at) !== 0;
  const items1: Forward[] = [];
  const count2 = m.view.getUint32(at + 8, true);
  let at3 = m.items(m.view.getUint32(at + 4, true), count2, 12, 4);
  for (const end4 = at3 + count2 * 12; at3 < end4; at3 += 12) {
    items1.push(loadForward(m, at3));
  }
  const part6 = items1;
  return { outward: part5, forwards: part6 };
}

export function storeUserNetwork(m: GuestMemory, at: number, v: UserNetwork): void {
  m.view.setUint8(at, v.outward ? 1 : 0);
  const pointer1 = m.allocate(v.forwards.length * 12, 4);
  let at2 = pointer1;
  for (const item3 of v.forwards) {
    storeForward(m, at2, item3);
    at2 += 12;
  }
  m.view.setUint32(at + 4, pointer1, true);
  m.view.setUint32(at + 8, v.forwards.length, true);
}

export function askUserNetwork(m: GuestMemory, v: UserNetwork): void {
  m.ask(v.forwards.length * 12, 4);
  for (const item1 of v.forwards) {
    askForward(m, item1);
  }
}

export function loadNetwork(m: GuestMemory, at: number): Network {
  const tag1 = m.choice(m.view.getUint8(at));
  switch (tag1) {
    case 0: {
      return { tag: 'link', val: m.textAt(at + 4) };
    }
    case 1: {
      return { tag: 'user', val: loadUserNetwork(m, at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeNetwork(m: GuestMemory, at: number, v: Network): void {
  switch (v.tag) {
    case 'link': {
      m.view.setUint8(at, 0);
      m.putText(at + 4, v.val);
      break;
    }
    case 'user': {
      m.view.setUint8(at, 1);
      storeUserNetwork(m, at + 4, v.val);
      break;
    }
    default:
      notOfType('Network', v satisfies never);
  }
}

export function askNetwork(m: GuestMemory, v: Network): void {
  switch (v.tag) {
    case 'link': {
      m.askText(v.val);
      break;
    }
    case 'user': {
      askUserNetwork(m, v.val);
      break;
    }
    default:
      notOfType('Network', v satisfies never);
  }
}

export function loadCard(m: GuestMemory, at: number): Card {
  return { mac: m.textAt(at), network: loadNetwork(m, at + 8) };
}

export function storeCard(m: GuestMemory, at: number, v: Card): void {
  m.putText(at, v.mac);
  storeNetwork(m, at + 8, v.network);
}

export function askCard(m: GuestMemory, v: Card): void {
  m.askText(v.mac);
  askNetwork(m, v.network);
}

export function loadSpec(m: GuestMemory, at: number): Spec {
  const part5 = m.textAt(at);
  const part6 = loadTemplate(m, at + 8);
  const part7 = loadShape(m, at + 80);
  const items1: Card[] = [];
  const count2 = m.view.getUint32(at + 108, true);
  let at3 = m.items(m.view.getUint32(at + 104, true), count2, 24, 4);
  for (const end4 = at3 + count2 * 24; at3 < end4; at3 += 24) {
    items1.push(loadCard(m, at3));
  }
  const part8 = items1;
  const part9 = safe(m.view.getBigUint64(at + 112, true));
  const part10 = m.choice(m.view.getUint8(at + 120)) === 0 ? undefined : loadSnapshot(m, at + 124);
  const part11 = m.view.getUint8(at + 156) !== 0;
  const part12 = m.choice(m.view.getUint8(at + 157)) === 0 ? undefined : caseOf(BACKEND_CASES, m.view.getUint8(at + 158));
  return {
    name: part5,
    template: part6,
    shape: part7,
    cards: part8,
    bandwidth: part9,
    from: part10,
    paused: part11,
    backend: part12,
  };
}

export function storeSpec(m: GuestMemory, at: number, v: Spec): void {
  m.putText(at, v.name);
  storeTemplate(m, at + 8, v.template);
  storeShape(m, at + 80, v.shape);
  const pointer1 = m.allocate(v.cards.length * 24, 4);
  let at2 = pointer1;
  for (const item3 of v.cards) {
    storeCard(m, at2, item3);
    at2 += 24;
  }
  m.view.setUint32(at + 104, pointer1, true);
  m.view.setUint32(at + 108, v.cards.length, true);
  m.view.setBigUint64(at + 112, toU64(v.bandwidth), true);
  const v4 = v.from;
  if (v4 === undefined) {
    m.view.setUint8(at + 120, 0);
  } else {
    m.view.setUint8(at + 120, 1);
    storeSnapshot(m, at + 124, v4);
  }
  m.view.setUint8(at + 156, v.paused ? 1 : 0);
  const v5 = v.backend;
  if (v5 === undefined) {
    m.view.setUint8(at + 157, 0);
  } else {
    m.view.setUint8(at + 157, 1);
    m.view.setUint8(at + 158, backendTag(v5));
  }
}

export function askSpec(m: GuestMemory, v: Spec): void {
  m.askText(v.name);
  askTemplate(m, v.template);
  m.ask(v.cards.length * 24, 4);
  for (const item1 of v.cards) {
    askCard(m, item1);
  }
  const v2 = v.from;
  if (v2 !== undefined) {
    askSnapshot(m, v2);
  }
}

export function loadMade(m: GuestMemory, at: number): Made {
  return {
    state: caseOf(MACHINE_STATE_CASES, m.choice(m.view.getUint8(at))),
    createMs: m.view.getUint32(at + 4, true),
    moved: m.choice(m.view.getUint8(at + 8)) === 0 ? undefined : loadMove(m, at + 16),
  };
}

export function storeMade(m: GuestMemory, at: number, v: Made): void {
  m.view.setUint8(at, machineStateTag(v.state));
  m.view.setUint32(at + 4, v.createMs, true);
  const v1 = v.moved;
  if (v1 === undefined) {
    m.view.setUint8(at + 8, 0);
  } else {
    m.view.setUint8(at + 8, 1);
    storeMove(m, at + 16, v1);
  }
}

export function askMade(m: GuestMemory, v: Made): void {
  const v1 = v.moved;
  if (v1 !== undefined) {
    askMove(m, v1);
  }
}

export function loadStats(m: GuestMemory, at: number): Stats {
  return {
    state: caseOf(MACHINE_STATE_CASES, m.choice(m.view.getUint8(at))),
    backend: caseOf(BACKEND_CASES, m.view.getUint8(at + 1)),
    createMs: m.view.getUint32(at + 4, true),
    cpuUs: safe(m.view.getBigUint64(at + 8, true)),
    memoryUsed: safe(m.view.getBigUint64(at + 16, true)),
    diskUsed: safe(m.view.getBigUint64(at + 24, true)),
    diskRead: safe(m.view.getBigUint64(at + 32, true)),
    diskWritten: safe(m.view.getBigUint64(at + 40, true)),
    moved: m.choice(m.view.getUint8(at + 48)) === 0 ? undefined : loadMove(m, at + 56),
    netReceived: safe(m.view.getBigUint64(at + 88, true)),
    netSent: safe(m.view.getBigUint64(at + 96, true)),
    netDropped: safe(m.view.getBigUint64(at + 104, true)),
    imageFetched: safe(m.view.getBigUint64(at + 112, true)),
  };
}

export function storeStats(m: GuestMemory, at: number, v: Stats): void {
  m.view.setUint8(at, machineStateTag(v.state));
  m.view.setUint8(at + 1, backendTag(v.backend));
  m.view.setUint32(at + 4, v.createMs, true);
  m.view.setBigUint64(at + 8, toU64(v.cpuUs), true);
  m.view.setBigUint64(at + 16, toU64(v.memoryUsed), true);
  m.view.setBigUint64(at + 24, toU64(v.diskUsed), true);
  m.view.setBigUint64(at + 32, toU64(v.diskRead), true);
  m.view.setBigUint64(at + 40, toU64(v.diskWritten), true);
  const v1 = v.moved;
  if (v1 === undefined) {
    m.view.setUint8(at + 48, 0);
  } else {
    m.view.setUint8(at + 48, 1);
    storeMove(m, at + 56, v1);
  }
  m.view.setBigUint64(at + 88, toU64(v.netReceived), true);
  m.view.setBigUint64(at + 96, toU64(v.netSent), true);
  m.view.setBigUint64(at + 104, toU64(v.netDropped), true);
  m.view.setBigUint64(at + 112, toU64(v.imageFetched), true);
}

export function askStats(m: GuestMemory, v: Stats): void {
  const v1 = v.moved;
  if (v1 !== undefined) {
    askMove(m, v1);
  }
}

export function loadHost(m: GuestMemory, at: number): Host {
  const part9 = m.textAt(at);
  const part10 = m.textAt(at + 8);
  const items1: Backend[] = [];
  const count2 = m.view.getUint32(at + 20, true);
  let at3 = m.items(m.view.getUint32(at + 16, true), count2, 1, 1);
  for (const end4 = at3 + count2 * 1; at3 < end4; at3 += 1) {
    items1.push(caseOf(BACKEND_CASES, m.view.getUint8(at3)));
  }
  const part11 = items1;
  const items5: string[] = [];
  const count6 = m.view.getUint32(at + 28, true);
  let at7 = m.items(m.view.getUint32(at + 24, true), count6, 8, 4);
  for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
    items5.push(m.textAt(at7));
  }
  const part12 = items5;
  const part13 = m.view.getUint32(at + 32, true);
  const part14 = safe(m.view.getBigUint64(at + 40, true));
  const part15 = safe(m.view.getBigUint64(at + 48, true));
  const part16 = safe(m.view.getBigUint64(at + 56, true));
  const part17 = m.textAt(at + 64);
  const part18 = m.view.getUint32(at + 72, true);
  return {
    node: part9,
    name: part10,
    backends: part11,
    missing: part12,
    machines: part13,
    memoryUsed: part14,
    memoryLimit: part15,
    diskFree: part16,
    cpu: part17,
    load: part18,
  };
}

export function storeHost(m: GuestMemory, at: number, v: Host): void {
  m.putText(at, v.node);
  m.putText(at + 8, v.name);
  const pointer1 = m.allocate(v.backends.length * 1, 1);
  let at2 = pointer1;
  for (const item3 of v.backends) {
    m.view.setUint8(at2, backendTag(item3));
    at2 += 1;
  }
  m.view.setUint32(at + 16, pointer1, true);
  m.view.setUint32(at + 20, v.backends.length, true);
  const pointer4 = m.allocate(v.missing.length * 8, 4);
  let at5 = pointer4;
  for (const item6 of v.missing) {
    m.putText(at5, item6);
    at5 += 8;
  }
  m.view.setUint32(at + 24, pointer4, true);
  m.view.setUint32(at + 28, v.missing.length, true);
  m.view.setUint32(at + 32, v.machines, true);
  m.view.setBigUint64(at + 40, toU64(v.memoryUsed), true);
  m.view.setBigUint64(at + 48, toU64(v.memoryLimit), true);
  m.view.setBigUint64(at + 56, toU64(v.diskFree), true);
  m.putText(at + 64, v.cpu);
  m.view.setUint32(at + 72, v.load, true);
}

export function askHost(m: GuestMemory, v: Host): void {
  m.askText(v.node);
  m.askText(v.name);
  m.ask(v.backends.length * 1, 1);
  m.ask(v.missing.length * 8, 4);
  for (const item1 of v.missing) {
    m.askText(item1);
  }
  m.askText(v.cpu);
}

export function loadMachineError(m: GuestMemory, at: number): MachineError {
  const tag1 = m.view.getUint8(at);
  switch (tag1) {
    case 0: {
      return { tag: 'no-machine' };
    }
    case 1: {
      return { tag: 'refused', val: m.textAt(at + 4) };
    }
    case 2: {
      return { tag: 'no-backend', val: m.textAt(at + 4) };
    }
    case 3: {
      return { tag: 'unsupported', val: m.textAt(at + 4) };
    }
    case 4: {
      return { tag: 'full', val: m.textAt(at + 4) };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: m.textAt(at + 4) };
    }
    case 6: {
      return { tag: 'not-ready', val: m.textAt(at + 4) };
    }
    case 7: {
      return { tag: 'failed', val: m.textAt(at + 4) };
    }
    case 8: {
      return { tag: 'store', val: m.textAt(at + 4) };
    }
    case 9: {
      return { tag: 'incompatible', val: m.textAt(at + 4) };
    }
    default:
      badTag(tag1);
  }
}

export function storeMachineError(m: GuestMemory, at: number, v: MachineError): void {
  switch (v.tag) {
    case 'no-machine': {
      m.view.setUint8(at, 0);
      break;
    }
    case 'refused': {
      m.view.setUint8(at, 1);
      m.putText(at + 4, v.val);
      break;
    }
    case 'no-backend': {
      m.view.setUint8(at, 2);
      m.putText(at + 4, v.val);
      break;
    }
    case 'unsupported': {
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
    case 'not-ready': {
      m.view.setUint8(at, 6);
      m.putText(at + 4, v.val);
      break;
    }
    case 'failed': {
      m.view.setUint8(at, 7);
      m.putText(at + 4, v.val);
      break;
    }
    case 'store': {
      m.view.setUint8(at, 8);
      m.putText(at + 4, v.val);
      break;
    }
    case 'incompatible': {
      m.view.setUint8(at, 9);
      m.putText(at + 4, v.val);
      break;
    }
    default:
      notOfType('MachineError', v satisfies never);
  }
}

export function askMachineError(m: GuestMemory, v: MachineError): void {
  switch (v.tag) {
    case 'no-machine': {
      break;
    }
    case 'refused': {
      m.askText(v.val);
      break;
    }
    case 'no-backend': {
      m.askText(v.val);
      break;
    }
    case 'unsupported': {
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
    case 'not-ready': {
      m.askText(v.val);
      break;
    }
    case 'failed': {
      m.askText(v.val);
      break;
    }
    case 'store': {
      m.askText(v.val);
      break;
    }
    case 'incompatible': {
      m.askText(v.val);
      break;
    }
    default:
      notOfType('MachineError', v satisfies never);
  }
}

const hostsList: FunctionDescriptor = {
  name: 'posiv:machine/hosts@0.1.0#list',
  interface: 'posiv:machine/hosts@0.1.0',
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
    const value = result as readonly Host[];
    w.count(value.length);
    for (const item1 of value) {
      writeHost(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(10);
    const items1: Host[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readHost(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly Host[]): void => {
      m.ask(value.length * 80, 8);
      for (const item1 of value) {
        askHost(m, item1);
      }
    };
    const finish = (at: number, value: readonly Host[]): void => {
      const pointer2 = m.allocate(value.length * 80, 8);
      let at3 = pointer2;
      for (const item4 of value) {
        storeHost(m, at3, item4);
        at3 += 80;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly Host[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly Host[]);
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
        const items1: Host[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 80, 8);
        for (const end4 = at3 + count2 * 80; at3 < end4; at3 += 80) {
          items1.push(loadHost(m, at3));
        }
        const value: readonly Host[] = items1;
        return value;
      },
    };
  },
};

const hostsPlace: FunctionDescriptor = {
  name: 'posiv:machine/hosts@0.1.0#place',
  interface: 'posiv:machine/hosts@0.1.0',
  method: 'place',
  paramCount: 2,
  coreParams: ['i64', 'i32', 'i64', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const shape = params[0] as Shape;
    writeShape(w, shape);
    const backend = params[1] as Backend | undefined;
    if (backend === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      writeBackend(w, backend);
    }
  },
  readParams(r) {
    const shape = readShape(r);
    const backend = r.tag(2) === 0 ? undefined : readBackend(r);
    return [shape, backend];
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
    return (p0: bigint, p1: number, p2: bigint, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const shape = {
        memory: safe(BigInt.asUintN(64, p0)),
        processors: p1 >>> 0,
        disk: safe(BigInt.asUintN(64, p2)),
      };
      const backend = m.choice(p3) === 0 ? undefined : caseOf(BACKEND_CASES, p4);
      const value = host(shape, backend);
      if (value instanceof Promise) return m.waits(value).then((late: readonly string[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly string[]);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask() {},
      pass(_, params) {
        const shape = params[0] as Shape;
        const p0 = toU64(shape.memory);
        const p1 = shape.processors;
        const p2 = toU64(shape.disk);
        const backend = params[1] as Backend | undefined;
        let p3 = 0;
        let p4 = 0;
        if (backend === undefined) {
          p3 = 0;
        } else {
          p3 = 1;
          p4 = backendTag(backend);
        }
        return [p0, p1, p2, p3, p4];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 8, 4);
        const items1: string[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 8, 4);
        for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
          items1.push(m.textAt(at3));
        }
        const value: readonly string[] = items1;
        return value;
      },
    };
  },
};

const hypervisorCreate: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#create',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'create',
  paramCount: 1,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const spec = params[0] as Spec;
    writeSpec(w, spec);
  },
  readParams(r) {
    const spec = readSpec(r);
    return [spec];
  },
  writeResult(w, result) {
    const value = result as Result<Made, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeMade(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readMade(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Made, MachineError>): void => {
      if (value.ok) {
        askMade(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Made, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeMade(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 8, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 56, 8);
      const from = m.at(p0, 160, 8);
      const spec = loadSpec(m, from);
      const value = host(spec);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Made, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Made, MachineError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(160, 8);
        const spec = params[0] as Spec;
        askSpec(m, spec);
      },
      pass(_, params) {
        const to = m.allocate(160, 8);
        const spec = params[0] as Spec;
        storeSpec(m, to, spec);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 56, 8);
        const value: Result<Made, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadMade(m, at + 8) } : { ok: false, error: loadMachineError(m, at + 8) };
        return value;
      },
    };
  },
};

const hypervisorCapabilities: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#capabilities',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'capabilities',
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
    const value = result as Result<readonly Capability[], MachineError>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        writeCapability(w, item1);
      }
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly Capability[], MachineError>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: Capability[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(readCapability(r));
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readMachineError(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly Capability[], MachineError>): void => {
      if (value.ok) {
        m.ask(value.value.length * 1, 1);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly Capability[], MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer1 = m.allocate(value.value.length * 1, 1);
        let at2 = pointer1;
        for (const item3 of value.value) {
          m.view.setUint8(at2, capabilityTag(item3));
          at2 += 1;
        }
        m.view.setUint32(at + 4, pointer1, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly Capability[], MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly Capability[], MachineError>);
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
        const at = m.at(ret, 16, 4);
        let choice5: Result<readonly Capability[], MachineError>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: Capability[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 1, 1);
            for (const end4 = at3 + count2 * 1; at3 < end4; at3 += 1) {
              items1.push(caseOf(CAPABILITY_CASES, m.view.getUint8(at3)));
            }
            choice5 = { ok: true, value: items1 };
            break;
          }
          case 1: {
            choice5 = { ok: false, error: loadMachineError(m, at + 4) };
            break;
          }
          default:
            badTag(tag6);
        }
        const value: Result<readonly Capability[], MachineError> = choice5;
        return value;
      },
    };
  },
};

const hypervisorPause: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#pause',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'pause',
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
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, MachineError>);
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
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorResume: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#resume',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'resume',
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
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, MachineError>);
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
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorSuspend: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#suspend',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'suspend',
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
    const value = result as Result<Snapshot, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeSnapshot(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readSnapshot(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        askSnapshot(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeSnapshot(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 36, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<Snapshot, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Snapshot, MachineError>);
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
        const at = m.at(ret, 36, 4);
        const value: Result<Snapshot, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadSnapshot(m, at + 4) } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorStop: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#stop',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'stop',
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
    const value = result as Result<Snapshot, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeSnapshot(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readSnapshot(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        askSnapshot(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeSnapshot(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 36, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<Snapshot, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Snapshot, MachineError>);
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
        const at = m.at(ret, 36, 4);
        const value: Result<Snapshot, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadSnapshot(m, at + 4) } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorTakeSnapshot: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#take-snapshot',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'takeSnapshot',
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
    const value = result as Result<Snapshot, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeSnapshot(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readSnapshot(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        askSnapshot(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Snapshot, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeSnapshot(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 36, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<Snapshot, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Snapshot, MachineError>);
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
        const at = m.at(ret, 36, 4);
        const value: Result<Snapshot, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadSnapshot(m, at + 4) } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorMigrateOut: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#migrate-out',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'migrateOut',
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
    const value = result as Result<Offer, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeOffer(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readOffer(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Offer, MachineError>): void => {
      if (value.ok) {
        askOffer(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Offer, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeOffer(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 20, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<Offer, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Offer, MachineError>);
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
        const at = m.at(ret, 20, 4);
        const value: Result<Offer, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadOffer(m, at + 4) } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorMigrateIn: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#migrate-in',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'migrateIn',
  paramCount: 2,
  coreParams: ['i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const spec = params[0] as Spec;
    writeSpec(w, spec);
    const offer = params[1] as Offer;
    writeOffer(w, offer);
  },
  readParams(r) {
    const spec = readSpec(r);
    const offer = readOffer(r);
    return [spec, offer];
  },
  writeResult(w, result) {
    const value = result as Result<Made, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeMade(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readMade(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Made, MachineError>): void => {
      if (value.ok) {
        askMade(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Made, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeMade(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 8, value.error);
      }
    };
    return (p0: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 56, 8);
      const from = m.at(p0, 176, 8);
      const spec = loadSpec(m, from);
      const offer = loadOffer(m, from + 160);
      const value = host(spec, offer);
      if (value instanceof Promise) return m.waits(value).then((late: Result<Made, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Made, MachineError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        m.ask(176, 8);
        const spec = params[0] as Spec;
        askSpec(m, spec);
        const offer = params[1] as Offer;
        askOffer(m, offer);
      },
      pass(_, params) {
        const to = m.allocate(176, 8);
        const spec = params[0] as Spec;
        storeSpec(m, to, spec);
        const offer = params[1] as Offer;
        storeOffer(m, to + 160, offer);
        return [to];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 56, 8);
        const value: Result<Made, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadMade(m, at + 8) } : { ok: false, error: loadMachineError(m, at + 8) };
        return value;
      },
    };
  },
};

const hypervisorTakeBack: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#take-back',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'takeBack',
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
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, MachineError>);
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
        const at = m.at(ret, 16, 4);
        const value: Result<undefined, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadMachineError(m, at + 4) };
        return value;
      },
    };
  },
};

const hypervisorWriteConsole: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#write-console',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'writeConsole',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const bytes = params[0] as Uint8Array;
    w.bytes(bytes);
  },
  readParams(r) {
    const bytes = r.bytes();
    return [bytes];
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
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const bytes = m.copy(p0, p1);
      const value = host(bytes);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, MachineError>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const bytes = params[0] as Uint8Array;
        m.askBytes(bytes);
      },
      pass(_, params) {
        const bytes = params[0] as Uint8Array;
        const p0 = m.newBytes(bytes);
        const p1 = m.length;
        return [p0, p1];
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

const hypervisorStats: FunctionDescriptor = {
  name: 'posiv:machine/hypervisor@0.1.0#stats',
  interface: 'posiv:machine/hypervisor@0.1.0',
  method: 'stats',
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
    const value = result as Result<Stats, MachineError>;
    if (value.ok) {
      w.u8(0);
      writeStats(w, value.value);
    } else {
      w.u8(1);
      writeMachineError(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readStats(r) } : { ok: false, error: readMachineError(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<Stats, MachineError>): void => {
      if (value.ok) {
        askStats(m, value.value);
      } else {
        askMachineError(m, value.error);
      }
    };
    const finish = (at: number, value: Result<Stats, MachineError>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeStats(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeMachineError(m, at + 8, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 128, 8);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<Stats, MachineError>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<Stats, MachineError>);
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
        const at = m.at(ret, 128, 8);
        const value: Result<Stats, MachineError> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadStats(m, at + 8) } : { ok: false, error: loadMachineError(m, at + 8) };
        return value;
      },
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  hostsList,
  hostsPlace,
  hypervisorCreate,
  hypervisorCapabilities,
  hypervisorPause,
  hypervisorResume,
  hypervisorSuspend,
  hypervisorStop,
  hypervisorTakeSnapshot,
  hypervisorMigrateOut,
  hypervisorMigrateIn,
  hypervisorTakeBack,
  hypervisorWriteConsole,
  hypervisorStats,
];
