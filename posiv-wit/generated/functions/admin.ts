// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import { badTag, caseOf } from '#posiv-wit/abi/trap.ts';
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type ClusterInfo, type DrainProgress, type ForcedQuorum, type Keeper, MANAGER_NAME_CASES, METRIC_KIND_CASES, type ManagerName, type Metric, type MetricLabel, type MetricValue, type NewTicket, type RegisterInfo, type Tenant, type TenantQuota, type Ticket, type TicketRequest, managerNameTag, metricKindTag, readClusterInfo, readDrainProgress, readForcedQuorum, readManagerName, readMetric, readNewTicket, readRegisterInfo, readTenant, readTenantQuota, readTicket, readTicketRequest, writeClusterInfo, writeDrainProgress, writeForcedQuorum, writeManagerName, writeMetric, writeNewTicket, writeRegisterInfo, writeTenant, writeTenantQuota, writeTicket, writeTicketRequest } from '#posiv-wit/generated/admin.ts';
import { askErrorCode, loadErrorCode, loadRefusal, storeErrorCode, storeRefusal } from '#posiv-wit/generated/functions/kernel.ts';
import { type ErrorCode, type Refusal, readErrorCode, writeErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';

export function loadClusterInfo(m: GuestMemory, at: number): ClusterInfo {
  const part9 = m.textAt(at);
  const part10 = m.textAt(at + 8);
  const part11 = m.textAt(at + 16);
  const part12 = m.view.getUint8(at + 24) !== 0;
  const part13 = m.view.getUint8(at + 25) !== 0;
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 32, true);
  let at3 = m.items(m.view.getUint32(at + 28, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part14 = items1;
  const items5: string[] = [];
  const count6 = m.view.getUint32(at + 40, true);
  let at7 = m.items(m.view.getUint32(at + 36, true), count6, 8, 4);
  for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
    items5.push(m.textAt(at7));
  }
  const part15 = items5;
  return {
    id: part9,
    node: part10,
    peerId: part11,
    admits: part12,
    hasRootKey: part13,
    revokedNodes: part14,
    revokedTickets: part15,
  };
}

export function storeClusterInfo(m: GuestMemory, at: number, v: ClusterInfo): void {
  m.putText(at, v.id);
  m.putText(at + 8, v.node);
  m.putText(at + 16, v.peerId);
  m.view.setUint8(at + 24, v.admits ? 1 : 0);
  m.view.setUint8(at + 25, v.hasRootKey ? 1 : 0);
  const pointer1 = m.allocate(v.revokedNodes.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.revokedNodes) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 28, pointer1, true);
  m.view.setUint32(at + 32, v.revokedNodes.length, true);
  const pointer4 = m.allocate(v.revokedTickets.length * 8, 4);
  let at5 = pointer4;
  for (const item6 of v.revokedTickets) {
    m.putText(at5, item6);
    at5 += 8;
  }
  m.view.setUint32(at + 36, pointer4, true);
  m.view.setUint32(at + 40, v.revokedTickets.length, true);
}

export function askClusterInfo(m: GuestMemory, v: ClusterInfo): void {
  m.askText(v.id);
  m.askText(v.node);
  m.askText(v.peerId);
  m.ask(v.revokedNodes.length * 8, 4);
  for (const item1 of v.revokedNodes) {
    m.askText(item1);
  }
  m.ask(v.revokedTickets.length * 8, 4);
  for (const item2 of v.revokedTickets) {
    m.askText(item2);
  }
}

export function loadTicketRequest(m: GuestMemory, at: number): TicketRequest {
  return {
    ttlMs: safe(m.view.getBigUint64(at, true)),
    uses: m.view.getUint32(at + 8, true),
    node: m.choice(m.view.getUint8(at + 12)) === 0 ? undefined : m.textAt(at + 16),
    admits: m.view.getUint8(at + 24) !== 0,
  };
}

export function storeTicketRequest(m: GuestMemory, at: number, v: TicketRequest): void {
  m.view.setBigUint64(at, toU64(v.ttlMs), true);
  m.view.setUint32(at + 8, v.uses, true);
  const v1 = v.node;
  if (v1 === undefined) {
    m.view.setUint8(at + 12, 0);
  } else {
    m.view.setUint8(at + 12, 1);
    m.putText(at + 16, v1);
  }
  m.view.setUint8(at + 24, v.admits ? 1 : 0);
}

export function askTicketRequest(m: GuestMemory, v: TicketRequest): void {
  const v1 = v.node;
  if (v1 !== undefined) {
    m.askText(v1);
  }
}

export function loadNewTicket(m: GuestMemory, at: number): NewTicket {
  return { id: m.textAt(at), text: m.textAt(at + 8) };
}

export function storeNewTicket(m: GuestMemory, at: number, v: NewTicket): void {
  m.putText(at, v.id);
  m.putText(at + 8, v.text);
}

export function askNewTicket(m: GuestMemory, v: NewTicket): void {
  m.askText(v.id);
  m.askText(v.text);
}

export function loadTicket(m: GuestMemory, at: number): Ticket {
  const part5 = m.textAt(at);
  const part6 = safe(m.view.getBigUint64(at + 8, true));
  const part7 = m.view.getUint32(at + 16, true);
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 24, true);
  let at3 = m.items(m.view.getUint32(at + 20, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part8 = items1;
  const part9 = m.choice(m.view.getUint8(at + 28)) === 0 ? undefined : m.textAt(at + 32);
  const part10 = m.view.getUint8(at + 40) !== 0;
  return {
    id: part5,
    remainingMs: part6,
    uses: part7,
    usedBy: part8,
    node: part9,
    admits: part10,
  };
}

export function storeTicket(m: GuestMemory, at: number, v: Ticket): void {
  m.putText(at, v.id);
  m.view.setBigUint64(at + 8, toU64(v.remainingMs), true);
  m.view.setUint32(at + 16, v.uses, true);
  const pointer1 = m.allocate(v.usedBy.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.usedBy) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at + 20, pointer1, true);
  m.view.setUint32(at + 24, v.usedBy.length, true);
  const v4 = v.node;
  if (v4 === undefined) {
    m.view.setUint8(at + 28, 0);
  } else {
    m.view.setUint8(at + 28, 1);
    m.putText(at + 32, v4);
  }
  m.view.setUint8(at + 40, v.admits ? 1 : 0);
}

export function askTicket(m: GuestMemory, v: Ticket): void {
  m.askText(v.id);
  m.ask(v.usedBy.length * 8, 4);
  for (const item1 of v.usedBy) {
    m.askText(item1);
  }
  const v2 = v.node;
  if (v2 !== undefined) {
    m.askText(v2);
  }
}

export function loadDrainProgress(m: GuestMemory, at: number): DrainProgress {
  return {
    draining: m.view.getUint8(at) !== 0,
    moving: m.view.getUint32(at + 4, true),
    refused: m.view.getUint32(at + 8, true),
    reason: m.textAt(at + 12),
    bound: m.view.getUint32(at + 20, true),
    ending: m.view.getUint32(at + 24, true),
    remainingMs: m.view.getUint32(at + 28, true),
  };
}

export function storeDrainProgress(m: GuestMemory, at: number, v: DrainProgress): void {
  m.view.setUint8(at, v.draining ? 1 : 0);
  m.view.setUint32(at + 4, v.moving, true);
  m.view.setUint32(at + 8, v.refused, true);
  m.putText(at + 12, v.reason);
  m.view.setUint32(at + 20, v.bound, true);
  m.view.setUint32(at + 24, v.ending, true);
  m.view.setUint32(at + 28, v.remainingMs, true);
}

export function askDrainProgress(m: GuestMemory, v: DrainProgress): void {
  m.askText(v.reason);
}

export function loadMetricLabel(m: GuestMemory, at: number): MetricLabel {
  return { name: m.textAt(at), value: m.textAt(at + 8) };
}

export function storeMetricLabel(m: GuestMemory, at: number, v: MetricLabel): void {
  m.putText(at, v.name);
  m.putText(at + 8, v.value);
}

export function askMetricLabel(m: GuestMemory, v: MetricLabel): void {
  m.askText(v.name);
  m.askText(v.value);
}

export function loadMetricValue(m: GuestMemory, at: number): MetricValue {
  const part5 = m.textAt(at);
  const items1: MetricLabel[] = [];
  const count2 = m.view.getUint32(at + 12, true);
  let at3 = m.items(m.view.getUint32(at + 8, true), count2, 16, 4);
  for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
    items1.push(loadMetricLabel(m, at3));
  }
  const part6 = items1;
  const part7 = m.view.getFloat64(at + 16, true);
  return { suffix: part5, labels: part6, value: part7 };
}

export function storeMetricValue(m: GuestMemory, at: number, v: MetricValue): void {
  m.putText(at, v.suffix);
  const pointer1 = m.allocate(v.labels.length * 16, 4);
  let at2 = pointer1;
  for (const item3 of v.labels) {
    storeMetricLabel(m, at2, item3);
    at2 += 16;
  }
  m.view.setUint32(at + 8, pointer1, true);
  m.view.setUint32(at + 12, v.labels.length, true);
  m.view.setFloat64(at + 16, v.value, true);
}

export function askMetricValue(m: GuestMemory, v: MetricValue): void {
  m.askText(v.suffix);
  m.ask(v.labels.length * 16, 4);
  for (const item1 of v.labels) {
    askMetricLabel(m, item1);
  }
}

export function loadMetric(m: GuestMemory, at: number): Metric {
  const part5 = m.textAt(at);
  const part6 = caseOf(METRIC_KIND_CASES, m.view.getUint8(at + 8));
  const part7 = m.textAt(at + 12);
  const items1: MetricValue[] = [];
  const count2 = m.view.getUint32(at + 24, true);
  let at3 = m.items(m.view.getUint32(at + 20, true), count2, 24, 8);
  for (const end4 = at3 + count2 * 24; at3 < end4; at3 += 24) {
    items1.push(loadMetricValue(m, at3));
  }
  const part8 = items1;
  return { name: part5, kind: part6, help: part7, values: part8 };
}

export function storeMetric(m: GuestMemory, at: number, v: Metric): void {
  m.putText(at, v.name);
  m.view.setUint8(at + 8, metricKindTag(v.kind));
  m.putText(at + 12, v.help);
  const pointer1 = m.allocate(v.values.length * 24, 8);
  let at2 = pointer1;
  for (const item3 of v.values) {
    storeMetricValue(m, at2, item3);
    at2 += 24;
  }
  m.view.setUint32(at + 20, pointer1, true);
  m.view.setUint32(at + 24, v.values.length, true);
}

export function askMetric(m: GuestMemory, v: Metric): void {
  m.askText(v.name);
  m.askText(v.help);
  m.ask(v.values.length * 24, 8);
  for (const item1 of v.values) {
    askMetricValue(m, item1);
  }
}

export function loadKeeper(m: GuestMemory, at: number): Keeper {
  return {
    node: m.textAt(at),
    name: m.textAt(at + 8),
    reachable: m.view.getUint8(at + 16) !== 0,
    silentMs: safe(m.view.getBigUint64(at + 24, true)),
  };
}

export function storeKeeper(m: GuestMemory, at: number, v: Keeper): void {
  m.putText(at, v.node);
  m.putText(at + 8, v.name);
  m.view.setUint8(at + 16, v.reachable ? 1 : 0);
  m.view.setBigUint64(at + 24, toU64(v.silentMs), true);
}

export function askKeeper(m: GuestMemory, v: Keeper): void {
  m.askText(v.node);
  m.askText(v.name);
}

export function loadRegisterInfo(m: GuestMemory, at: number): RegisterInfo {
  const part5 = m.textAt(at);
  const part6 = safe(m.view.getBigUint64(at + 8, true));
  const items1: Keeper[] = [];
  const count2 = m.view.getUint32(at + 20, true);
  let at3 = m.items(m.view.getUint32(at + 16, true), count2, 32, 8);
  for (const end4 = at3 + count2 * 32; at3 < end4; at3 += 32) {
    items1.push(loadKeeper(m, at3));
  }
  const part7 = items1;
  return { kept: part5, epoch: part6, keepers: part7 };
}

export function storeRegisterInfo(m: GuestMemory, at: number, v: RegisterInfo): void {
  m.putText(at, v.kept);
  m.view.setBigUint64(at + 8, toU64(v.epoch), true);
  const pointer1 = m.allocate(v.keepers.length * 32, 8);
  let at2 = pointer1;
  for (const item3 of v.keepers) {
    storeKeeper(m, at2, item3);
    at2 += 32;
  }
  m.view.setUint32(at + 16, pointer1, true);
  m.view.setUint32(at + 20, v.keepers.length, true);
}

export function askRegisterInfo(m: GuestMemory, v: RegisterInfo): void {
  m.askText(v.kept);
  m.ask(v.keepers.length * 32, 8);
  for (const item1 of v.keepers) {
    askKeeper(m, item1);
  }
}

export function loadForcedQuorum(m: GuestMemory, at: number): ForcedQuorum {
  const items1: string[] = [];
  const count2 = m.view.getUint32(at + 4, true);
  let at3 = m.items(m.view.getUint32(at, true), count2, 8, 4);
  for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
    items1.push(m.textAt(at3));
  }
  const part9 = items1;
  const items5: string[] = [];
  const count6 = m.view.getUint32(at + 12, true);
  let at7 = m.items(m.view.getUint32(at + 8, true), count6, 8, 4);
  for (const end8 = at7 + count6 * 8; at7 < end8; at7 += 8) {
    items5.push(m.textAt(at7));
  }
  const part10 = items5;
  const part11 = safe(m.view.getBigUint64(at + 16, true));
  const part12 = safe(m.view.getBigUint64(at + 24, true));
  return { asked: part9, lost: part10, registers: part11, restored: part12 };
}

export function storeForcedQuorum(m: GuestMemory, at: number, v: ForcedQuorum): void {
  const pointer1 = m.allocate(v.asked.length * 8, 4);
  let at2 = pointer1;
  for (const item3 of v.asked) {
    m.putText(at2, item3);
    at2 += 8;
  }
  m.view.setUint32(at, pointer1, true);
  m.view.setUint32(at + 4, v.asked.length, true);
  const pointer4 = m.allocate(v.lost.length * 8, 4);
  let at5 = pointer4;
  for (const item6 of v.lost) {
    m.putText(at5, item6);
    at5 += 8;
  }
  m.view.setUint32(at + 8, pointer4, true);
  m.view.setUint32(at + 12, v.lost.length, true);
  m.view.setBigUint64(at + 16, toU64(v.registers), true);
  m.view.setBigUint64(at + 24, toU64(v.restored), true);
}

export function askForcedQuorum(m: GuestMemory, v: ForcedQuorum): void {
  m.ask(v.asked.length * 8, 4);
  for (const item1 of v.asked) {
    m.askText(item1);
  }
  m.ask(v.lost.length * 8, 4);
  for (const item2 of v.lost) {
    m.askText(item2);
  }
}

export function loadTenantQuota(m: GuestMemory, at: number): TenantQuota {
  return {
    vtasks: m.view.getUint32(at, true),
    memoryBytes: safe(m.view.getBigUint64(at + 8, true)),
    imageBytes: safe(m.view.getBigUint64(at + 16, true)),
    cpuRate: m.view.getUint32(at + 24, true),
    cpuWeight: m.view.getUint32(at + 28, true),
    storeBytes: safe(m.view.getBigUint64(at + 32, true)),
  };
}

export function storeTenantQuota(m: GuestMemory, at: number, v: TenantQuota): void {
  m.view.setUint32(at, v.vtasks, true);
  m.view.setBigUint64(at + 8, toU64(v.memoryBytes), true);
  m.view.setBigUint64(at + 16, toU64(v.imageBytes), true);
  m.view.setUint32(at + 24, v.cpuRate, true);
  m.view.setUint32(at + 28, v.cpuWeight, true);
  m.view.setBigUint64(at + 32, toU64(v.storeBytes), true);
}

export function loadTenant(m: GuestMemory, at: number): Tenant {
  const part9 = m.textAt(at);
  const part10 = loadTenantQuota(m, at + 8);
  const part11 = m.view.getUint32(at + 48, true);
  const part12 = safe(m.view.getBigUint64(at + 56, true));
  const part13 = safe(m.view.getBigUint64(at + 64, true));
  const part14 = safe(m.view.getBigUint64(at + 72, true));
  const items1: Refusal[] = [];
  const count2 = m.view.getUint32(at + 84, true);
  let at3 = m.items(m.view.getUint32(at + 80, true), count2, 16, 8);
  for (const end4 = at3 + count2 * 16; at3 < end4; at3 += 16) {
    items1.push(loadRefusal(m, at3));
  }
  const part15 = items1;
  const items5: number[] = [];
  const count6 = m.view.getUint32(at + 92, true);
  let at7 = m.items(m.view.getUint32(at + 88, true), count6, 4, 4);
  for (const end8 = at7 + count6 * 4; at7 < end8; at7 += 4) {
    items5.push(m.view.getUint32(at7, true));
  }
  const part16 = items5;
  const part17 = m.view.getUint8(at + 96) !== 0;
  return {
    name: part9,
    quota: part10,
    vtasks: part11,
    memoryBytes: part12,
    storeBytes: part13,
    cpuUs: part14,
    refusals: part15,
    cells: part16,
    hasToken: part17,
  };
}

export function storeTenant(m: GuestMemory, at: number, v: Tenant): void {
  m.putText(at, v.name);
  storeTenantQuota(m, at + 8, v.quota);
  m.view.setUint32(at + 48, v.vtasks, true);
  m.view.setBigUint64(at + 56, toU64(v.memoryBytes), true);
  m.view.setBigUint64(at + 64, toU64(v.storeBytes), true);
  m.view.setBigUint64(at + 72, toU64(v.cpuUs), true);
  const pointer1 = m.allocate(v.refusals.length * 16, 8);
  let at2 = pointer1;
  for (const item3 of v.refusals) {
    storeRefusal(m, at2, item3);
    at2 += 16;
  }
  m.view.setUint32(at + 80, pointer1, true);
  m.view.setUint32(at + 84, v.refusals.length, true);
  const pointer4 = m.allocate(v.cells.length * 4, 4);
  let at5 = pointer4;
  for (const item6 of v.cells) {
    m.view.setUint32(at5, item6, true);
    at5 += 4;
  }
  m.view.setUint32(at + 88, pointer4, true);
  m.view.setUint32(at + 92, v.cells.length, true);
  m.view.setUint8(at + 96, v.hasToken ? 1 : 0);
}

export function askTenant(m: GuestMemory, v: Tenant): void {
  m.askText(v.name);
  m.ask(v.refusals.length * 16, 8);
  m.ask(v.cells.length * 4, 4);
}

const admissionCluster: FunctionDescriptor = {
  name: 'posiv:admin/admission@0.1.0#cluster',
  interface: 'posiv:admin/admission@0.1.0',
  method: 'cluster',
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
    const value = result as Result<ClusterInfo, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeClusterInfo(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readClusterInfo(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<ClusterInfo, ErrorCode>): void => {
      if (value.ok) {
        askClusterInfo(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<ClusterInfo, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeClusterInfo(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 48, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<ClusterInfo, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<ClusterInfo, ErrorCode>);
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
        const at = m.at(ret, 48, 4);
        const value: Result<ClusterInfo, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadClusterInfo(m, at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const admissionCreateTicket: FunctionDescriptor = {
  name: 'posiv:admin/admission@0.1.0#create-ticket',
  interface: 'posiv:admin/admission@0.1.0',
  method: 'createTicket',
  paramCount: 1,
  coreParams: ['i64', 'i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const request = params[0] as TicketRequest;
    writeTicketRequest(w, request);
  },
  readParams(r) {
    const request = readTicketRequest(r);
    return [request];
  },
  writeResult(w, result) {
    const value = result as Result<NewTicket, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeNewTicket(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readNewTicket(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<NewTicket, ErrorCode>): void => {
      if (value.ok) {
        askNewTicket(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<NewTicket, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeNewTicket(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: bigint, p1: number, p2: number, p3: number, p4: number, p5: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 20, 4);
      const request = {
        ttlMs: safe(BigInt.asUintN(64, p0)),
        uses: p1 >>> 0,
        node: m.choice(p2) === 0 ? undefined : m.text(p3, p4),
        admits: p5 !== 0,
      };
      const value = host(request);
      if (value instanceof Promise) return m.waits(value).then((late: Result<NewTicket, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<NewTicket, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const request = params[0] as TicketRequest;
        askTicketRequest(m, request);
      },
      pass(_, params) {
        const request = params[0] as TicketRequest;
        const p0 = toU64(request.ttlMs);
        const p1 = request.uses;
        let p2 = 0;
        let p3 = 0;
        let p4 = 0;
        const v1 = request.node;
        if (v1 === undefined) {
          p2 = 0;
        } else {
          p2 = 1;
          p3 = m.newText(v1);
          p4 = m.length;
        }
        const p5 = request.admits ? 1 : 0;
        return [p0, p1, p2, p3, p4, p5];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 20, 4);
        const value: Result<NewTicket, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadNewTicket(m, at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const admissionTickets: FunctionDescriptor = {
  name: 'posiv:admin/admission@0.1.0#tickets',
  interface: 'posiv:admin/admission@0.1.0',
  method: 'tickets',
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
    const value = result as readonly Ticket[];
    w.count(value.length);
    for (const item1 of value) {
      writeTicket(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(6);
    const items1: Ticket[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readTicket(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly Ticket[]): void => {
      m.ask(value.length * 48, 8);
      for (const item1 of value) {
        askTicket(m, item1);
      }
    };
    const finish = (at: number, value: readonly Ticket[]): void => {
      const pointer2 = m.allocate(value.length * 48, 8);
      let at3 = pointer2;
      for (const item4 of value) {
        storeTicket(m, at3, item4);
        at3 += 48;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly Ticket[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly Ticket[]);
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
        const items1: Ticket[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 48, 8);
        for (const end4 = at3 + count2 * 48; at3 < end4; at3 += 48) {
          items1.push(loadTicket(m, at3));
        }
        const value: readonly Ticket[] = items1;
        return value;
      },
    };
  },
};

const admissionRevokeTicket: FunctionDescriptor = {
  name: 'posiv:admin/admission@0.1.0#revoke-ticket',
  interface: 'posiv:admin/admission@0.1.0',
  method: 'revokeTicket',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const id = params[0] as string;
    w.string(id);
  },
  readParams(r) {
    const id = r.string();
    return [id];
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
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const id = m.text(p0, p1);
      const value = host(id);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const id = params[0] as string;
        m.askText(id);
      },
      pass(_, params) {
        const id = params[0] as string;
        const p0 = m.newText(id);
        const p1 = m.length;
        return [p0, p1];
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

const admissionRevokeNode: FunctionDescriptor = {
  name: 'posiv:admin/admission@0.1.0#revoke-node',
  interface: 'posiv:admin/admission@0.1.0',
  method: 'revokeNode',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
    const withAdmitted = params[1] as boolean;
    w.bool(withAdmitted);
  },
  readParams(r) {
    const node = r.string();
    const withAdmitted = r.bool();
    return [node, withAdmitted];
  },
  writeResult(w, result) {
    const value = result as Result<readonly string[], ErrorCode>;
    if (value.ok) {
      w.u8(0);
      w.count(value.value.length);
      for (const item1 of value.value) {
        w.string(item1);
      }
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    let choice4: Result<readonly string[], ErrorCode>;
    const tag5 = r.tag(2);
    switch (tag5) {
      case 0: {
        const count2 = r.count(1);
        const items1: string[] = [];
        for (let index3 = 0; index3 < count2; index3++) {
          items1.push(r.string());
        }
        choice4 = { ok: true, value: items1 };
        break;
      }
      case 1: {
        choice4 = { ok: false, error: readErrorCode(r) };
        break;
      }
      default:
        unknownCase('a variant', tag5);
    }
    return choice4;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<readonly string[], ErrorCode>): void => {
      if (value.ok) {
        m.ask(value.value.length * 8, 4);
        for (const item1 of value.value) {
          m.askText(item1);
        }
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<readonly string[], ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        const pointer2 = m.allocate(value.value.length * 8, 4);
        let at3 = pointer2;
        for (const item4 of value.value) {
          m.putText(at3, item4);
          at3 += 8;
        }
        m.view.setUint32(at + 4, pointer2, true);
        m.view.setUint32(at + 8, value.value.length, true);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const withAdmitted = p2 !== 0;
      const value = host(node, withAdmitted);
      if (value instanceof Promise) return m.waits(value).then((late: Result<readonly string[], ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<readonly string[], ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        const withAdmitted = params[1] as boolean;
        const p2 = withAdmitted ? 1 : 0;
        return [p0, p1, p2];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 16, 4);
        let choice5: Result<readonly string[], ErrorCode>;
        const tag6 = m.choice(m.view.getUint8(at));
        switch (tag6) {
          case 0: {
            const items1: string[] = [];
            const count2 = m.view.getUint32(at + 8, true);
            let at3 = m.items(m.view.getUint32(at + 4, true), count2, 8, 4);
            for (const end4 = at3 + count2 * 8; at3 < end4; at3 += 8) {
              items1.push(m.textAt(at3));
            }
            choice5 = { ok: true, value: items1 };
            break;
          }
          case 1: {
            choice5 = { ok: false, error: loadErrorCode(m, at + 4) };
            break;
          }
          default:
            badTag(tag6);
        }
        const value: Result<readonly string[], ErrorCode> = choice5;
        return value;
      },
    };
  },
};

const drainingDrain: FunctionDescriptor = {
  name: 'posiv:admin/draining@0.1.0#drain',
  interface: 'posiv:admin/draining@0.1.0',
  method: 'drain',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
    const deadlineMs = params[1] as number;
    w.u32(deadlineMs);
  },
  readParams(r) {
    const node = r.string();
    const deadlineMs = r.u32();
    return [node, deadlineMs];
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
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const deadlineMs = p2 >>> 0;
      const value = host(node, deadlineMs);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        const deadlineMs = params[1] as number;
        const p2 = deadlineMs;
        return [p0, p1, p2];
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

const drainingUndrain: FunctionDescriptor = {
  name: 'posiv:admin/draining@0.1.0#undrain',
  interface: 'posiv:admin/draining@0.1.0',
  method: 'undrain',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
  },
  readParams(r) {
    const node = r.string();
    return [node];
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
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const value = host(node);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        return [p0, p1];
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

const drainingProgress: FunctionDescriptor = {
  name: 'posiv:admin/draining@0.1.0#progress',
  interface: 'posiv:admin/draining@0.1.0',
  method: 'progress',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
  },
  readParams(r) {
    const node = r.string();
    return [node];
  },
  writeResult(w, result) {
    const value = result as Result<DrainProgress, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeDrainProgress(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readDrainProgress(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<DrainProgress, ErrorCode>): void => {
      if (value.ok) {
        askDrainProgress(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<DrainProgress, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeDrainProgress(m, at + 4, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 4, value.error);
      }
    };
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 36, 4);
      const node = m.text(p0, p1);
      const value = host(node);
      if (value instanceof Promise) return m.waits(value).then((late: Result<DrainProgress, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<DrainProgress, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        return [p0, p1];
      },
      take(ret: number) {
        m.enter();
        const at = m.at(ret, 36, 4);
        const value: Result<DrainProgress, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadDrainProgress(m, at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
        return value;
      },
    };
  },
};

const managersPlug: FunctionDescriptor = {
  name: 'posiv:admin/managers@0.1.0#plug',
  interface: 'posiv:admin/managers@0.1.0',
  method: 'plug',
  paramCount: 3,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
    const manager = params[1] as ManagerName;
    writeManagerName(w, manager);
    const image = params[2] as string;
    w.string(image);
  },
  readParams(r) {
    const node = r.string();
    const manager = readManagerName(r);
    const image = r.string();
    return [node, manager, image];
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
    return (p0: number, p1: number, p2: number, p3: number, p4: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const manager = caseOf(MANAGER_NAME_CASES, p2);
      const image = m.text(p3, p4);
      const value = host(node, manager, image);
      if (value instanceof Promise) return m.waits(value).then((late: Result<string, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<string, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
        const image = params[2] as string;
        m.askText(image);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        const manager = params[1] as ManagerName;
        const p2 = managerNameTag(manager);
        const image = params[2] as string;
        const p3 = m.newText(image);
        const p4 = m.length;
        return [p0, p1, p2, p3, p4];
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
  name: 'posiv:admin/managers@0.1.0#unplug',
  interface: 'posiv:admin/managers@0.1.0',
  method: 'unplug',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const node = params[0] as string;
    w.string(node);
    const manager = params[1] as ManagerName;
    writeManagerName(w, manager);
  },
  readParams(r) {
    const node = r.string();
    const manager = readManagerName(r);
    return [node, manager];
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
    return (p0: number, p1: number, p2: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const node = m.text(p0, p1);
      const manager = caseOf(MANAGER_NAME_CASES, p2);
      const value = host(node, manager);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const node = params[0] as string;
        m.askText(node);
      },
      pass(_, params) {
        const node = params[0] as string;
        const p0 = m.newText(node);
        const p1 = m.length;
        const manager = params[1] as ManagerName;
        const p2 = managerNameTag(manager);
        return [p0, p1, p2];
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

const metricsRead: FunctionDescriptor = {
  name: 'posiv:admin/metrics@0.1.0#read',
  interface: 'posiv:admin/metrics@0.1.0',
  method: 'read',
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
    const value = result as readonly Metric[];
    w.count(value.length);
    for (const item1 of value) {
      writeMetric(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(4);
    const items1: Metric[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readMetric(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly Metric[]): void => {
      m.ask(value.length * 28, 4);
      for (const item1 of value) {
        askMetric(m, item1);
      }
    };
    const finish = (at: number, value: readonly Metric[]): void => {
      const pointer2 = m.allocate(value.length * 28, 4);
      let at3 = pointer2;
      for (const item4 of value) {
        storeMetric(m, at3, item4);
        at3 += 28;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly Metric[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly Metric[]);
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
        const items1: Metric[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 28, 4);
        for (const end4 = at3 + count2 * 28; at3 < end4; at3 += 28) {
          items1.push(loadMetric(m, at3));
        }
        const value: readonly Metric[] = items1;
        return value;
      },
    };
  },
};

const registersInfo: FunctionDescriptor = {
  name: 'posiv:admin/registers@0.1.0#info',
  interface: 'posiv:admin/registers@0.1.0',
  method: 'info',
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
    const value = result as RegisterInfo;
    writeRegisterInfo(w, value);
  },
  readResult(r) {
    return readRegisterInfo(r);
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: RegisterInfo): void => {
      askRegisterInfo(m, value);
    };
    const finish = (at: number, value: RegisterInfo): void => {
      storeRegisterInfo(m, at, value);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 24, 8);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: RegisterInfo) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as RegisterInfo);
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
        const at = m.at(ret, 24, 8);
        const value: RegisterInfo = loadRegisterInfo(m, at);
        return value;
      },
    };
  },
};

const registersForceQuorum: FunctionDescriptor = {
  name: 'posiv:admin/registers@0.1.0#force-quorum',
  interface: 'posiv:admin/registers@0.1.0',
  method: 'forceQuorum',
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
    const value = result as Result<ForcedQuorum, ErrorCode>;
    if (value.ok) {
      w.u8(0);
      writeForcedQuorum(w, value.value);
    } else {
      w.u8(1);
      writeErrorCode(w, value.error);
    }
  },
  readResult(r) {
    return r.tag(2) === 0 ? { ok: true, value: readForcedQuorum(r) } : { ok: false, error: readErrorCode(r) };
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: Result<ForcedQuorum, ErrorCode>): void => {
      if (value.ok) {
        askForcedQuorum(m, value.value);
      } else {
        askErrorCode(m, value.error);
      }
    };
    const finish = (at: number, value: Result<ForcedQuorum, ErrorCode>): void => {
      if (value.ok) {
        m.view.setUint8(at, 0);
        storeForcedQuorum(m, at + 8, value.value);
      } else {
        m.view.setUint8(at, 1);
        storeErrorCode(m, at + 8, value.error);
      }
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 40, 8);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: Result<ForcedQuorum, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<ForcedQuorum, ErrorCode>);
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
        const at = m.at(ret, 40, 8);
        const value: Result<ForcedQuorum, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: loadForcedQuorum(m, at + 8) } : { ok: false, error: loadErrorCode(m, at + 8) };
        return value;
      },
    };
  },
};

const tenantsList: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#list',
  interface: 'posiv:admin/tenants@0.1.0',
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
    const value = result as readonly Tenant[];
    w.count(value.length);
    for (const item1 of value) {
      writeTenant(w, item1);
    }
  },
  readResult(r) {
    const count2 = r.count(14);
    const items1: Tenant[] = [];
    for (let index3 = 0; index3 < count2; index3++) {
      items1.push(readTenant(r));
    }
    return items1;
  },
  lower(host, abi) {
    const m = guestMemory(abi);
    const ask = (value: readonly Tenant[]): void => {
      m.ask(value.length * 104, 8);
      for (const item1 of value) {
        askTenant(m, item1);
      }
    };
    const finish = (at: number, value: readonly Tenant[]): void => {
      const pointer2 = m.allocate(value.length * 104, 8);
      let at3 = pointer2;
      for (const item4 of value) {
        storeTenant(m, at3, item4);
        at3 += 104;
      }
      m.view.setUint32(at, pointer2, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return m.waits(value).then((late: readonly Tenant[]) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as readonly Tenant[]);
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
        const items1: Tenant[] = [];
        const count2 = m.view.getUint32(at + 4, true);
        let at3 = m.items(m.view.getUint32(at, true), count2, 104, 8);
        for (const end4 = at3 + count2 * 104; at3 < end4; at3 += 104) {
          items1.push(loadTenant(m, at3));
        }
        const value: readonly Tenant[] = items1;
        return value;
      },
    };
  },
};

const tenantsAdd: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#add',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'add',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i32', 'i64', 'i64', 'i32', 'i32', 'i64'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const name = params[0] as string;
    w.string(name);
    const quota = params[1] as TenantQuota | undefined;
    if (quota === undefined) {
      w.u8(0);
    } else {
      w.u8(1);
      writeTenantQuota(w, quota);
    }
  },
  readParams(r) {
    const name = r.string();
    const quota = r.tag(2) === 0 ? undefined : readTenantQuota(r);
    return [name, quota];
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
    return (p0: number, p1: number, p2: number, p3: number, p4: bigint, p5: bigint, p6: number, p7: number, p8: bigint, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const name = m.text(p0, p1);
      const quota = m.choice(p2) === 0 ? undefined : {
        vtasks: p3 >>> 0,
        memoryBytes: safe(BigInt.asUintN(64, p4)),
        imageBytes: safe(BigInt.asUintN(64, p5)),
        cpuRate: p6 >>> 0,
        cpuWeight: p7 >>> 0,
        storeBytes: safe(BigInt.asUintN(64, p8)),
      };
      const value = host(name, quota);
      if (value instanceof Promise) return m.waits(value).then((late: Result<string, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<string, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const name = params[0] as string;
        m.askText(name);
      },
      pass(_, params) {
        const name = params[0] as string;
        const p0 = m.newText(name);
        const p1 = m.length;
        const quota = params[1] as TenantQuota | undefined;
        let p2 = 0;
        let p3 = 0;
        let p4 = 0n;
        let p5 = 0n;
        let p6 = 0;
        let p7 = 0;
        let p8 = 0n;
        if (quota === undefined) {
          p2 = 0;
        } else {
          p2 = 1;
          p3 = quota.vtasks;
          p4 = toU64(quota.memoryBytes);
          p5 = toU64(quota.imageBytes);
          p6 = quota.cpuRate;
          p7 = quota.cpuWeight;
          p8 = toU64(quota.storeBytes);
        }
        return [p0, p1, p2, p3, p4, p5, p6, p7, p8];
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

const tenantsSet: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#set',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'set',
  paramCount: 2,
  coreParams: ['i32', 'i32', 'i32', 'i64', 'i64', 'i32', 'i32', 'i64'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const name = params[0] as string;
    w.string(name);
    const quota = params[1] as TenantQuota;
    writeTenantQuota(w, quota);
  },
  readParams(r) {
    const name = r.string();
    const quota = readTenantQuota(r);
    return [name, quota];
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
    return (p0: number, p1: number, p2: number, p3: bigint, p4: bigint, p5: number, p6: number, p7: bigint, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const name = m.text(p0, p1);
      const quota = {
        vtasks: p2 >>> 0,
        memoryBytes: safe(BigInt.asUintN(64, p3)),
        imageBytes: safe(BigInt.asUintN(64, p4)),
        cpuRate: p5 >>> 0,
        cpuWeight: p6 >>> 0,
        storeBytes: safe(BigInt.asUintN(64, p7)),
      };
      const value = host(name, quota);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const name = params[0] as string;
        m.askText(name);
      },
      pass(_, params) {
        const name = params[0] as string;
        const p0 = m.newText(name);
        const p1 = m.length;
        const quota = params[1] as TenantQuota;
        const p2 = quota.vtasks;
        const p3 = toU64(quota.memoryBytes);
        const p4 = toU64(quota.imageBytes);
        const p5 = quota.cpuRate;
        const p6 = quota.cpuWeight;
        const p7 = toU64(quota.storeBytes);
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

const tenantsRemove: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#remove',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'remove',
  paramCount: 1,
  coreParams: ['i32', 'i32'],
  coreResult: 'i32',
  asks: true,
  writeParams(w, params) {
    const name = params[0] as string;
    w.string(name);
  },
  readParams(r) {
    const name = r.string();
    return [name];
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
    return (p0: number, p1: number, ret: number) => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const name = m.text(p0, p1);
      const value = host(name);
      if (value instanceof Promise) return m.waits(value).then((late: Result<undefined, ErrorCode>) => m.store(ask, finish, at, late));
      return m.store(ask, finish, at, value as Result<undefined, ErrorCode>);
    };
  },
  exported(abi) {
    const m = guestMemory(abi);
    return {
      memory: m,
      ask(params) {
        const name = params[0] as string;
        m.askText(name);
      },
      pass(_, params) {
        const name = params[0] as string;
        const p0 = m.newText(name);
        const p1 = m.length;
        return [p0, p1];
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

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  admissionCluster,
  admissionCreateTicket,
  admissionTickets,
  admissionRevokeTicket,
  admissionRevokeNode,
  drainingDrain,
  drainingUndrain,
  drainingProgress,
  managersPlug,
  managersUnplug,
  metricsRead,
  registersInfo,
  registersForceQuorum,
  tenantsList,
  tenantsAdd,
  tenantsSet,
  tenantsRemove,
];
