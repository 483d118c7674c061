// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { type GuestMemory, guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { safe, toU64 } from '#posiv-wit/abi/numbers.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { type Tenant, type TenantQuota, readTenant, readTenantQuota, writeTenant, writeTenantQuota } from '#posiv-wit/generated/admin.ts';
import { loadErrorCode, loadRefusal, storeErrorCode, storeRefusal } from '#posiv-wit/generated/functions/kernel.ts';
import { type ErrorCode, type Refusal, readErrorCode, writeErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';

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

const tenantsList: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#list',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'list',
  paramCount: 0,
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
    const finish = (at: number, value: readonly Tenant[]): void => {
      m.refresh();
      const pointer1 = m.allocate(value.length * 104, 8);
      let at2 = pointer1;
      for (const item3 of value) {
        storeTenant(m, at2, item3);
        at2 += 104;
      }
      m.view.setUint32(at, pointer1, true);
      m.view.setUint32(at + 4, value.length, true);
    };
    return (ret: number) => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const value = host();
      if (value instanceof Promise) return value.then((late: readonly Tenant[]) => finish(at, late));
      return finish(at, value as readonly Tenant[]);
    };
  },
  lift(core, abi, post) {
    const m = guestMemory(abi);
    const finish = (ret: number): readonly Tenant[] => {
      m.enter();
      const at = m.at(ret, 8, 4);
      const items1: Tenant[] = [];
      const count2 = m.view.getUint32(at + 4, true);
      let at3 = m.items(m.view.getUint32(at, true), count2, 104, 8);
      for (const end4 = at3 + count2 * 104; at3 < end4; at3 += 104) {
        items1.push(loadTenant(m, at3));
      }
      const value: readonly Tenant[] = items1;
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

const tenantsAdd: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#add',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'add',
  paramCount: 2,
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
    const finish = (at: number, value: Result<string, ErrorCode>): void => {
      m.refresh();
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
      if (value instanceof Promise) return value.then((late: Result<string, ErrorCode>) => finish(at, late));
      return finish(at, value as Result<string, ErrorCode>);
    };
  },
  lift(core, abi, post) {
    const m = guestMemory(abi);
    const finish = (ret: number): Result<string, ErrorCode> => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value: Result<string, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: m.textAt(at + 4) } : { ok: false, error: loadErrorCode(m, at + 4) };
      post?.(ret);
      return value;
    };
    return (a0: unknown, a1: unknown) => {
      m.enter();
      const name = a0 as string;
      const p0 = m.newText(name);
      const p1 = m.length;
      const quota = a1 as TenantQuota | undefined;
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
      const ret: unknown = core(p0, p1, p2, p3, p4, p5, p6, p7, p8);
      return ret instanceof Promise ? ret.then(finish) : finish(ret as never);
    };
  },
};

const tenantsSet: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#set',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'set',
  paramCount: 2,
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
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      m.refresh();
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
      if (value instanceof Promise) return value.then((late: Result<undefined, ErrorCode>) => finish(at, late));
      return finish(at, value as Result<undefined, ErrorCode>);
    };
  },
  lift(core, abi, post) {
    const m = guestMemory(abi);
    const finish = (ret: number): Result<undefined, ErrorCode> => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
      post?.(ret);
      return value;
    };
    return (a0: unknown, a1: unknown) => {
      m.enter();
      const name = a0 as string;
      const p0 = m.newText(name);
      const p1 = m.length;
      const quota = a1 as TenantQuota;
      const p2 = quota.vtasks;
      const p3 = toU64(quota.memoryBytes);
      const p4 = toU64(quota.imageBytes);
      const p5 = quota.cpuRate;
      const p6 = quota.cpuWeight;
      const p7 = toU64(quota.storeBytes);
      const ret: unknown = core(p0, p1, p2, p3, p4, p5, p6, p7);
      return ret instanceof Promise ? ret.then(finish) : finish(ret as never);
    };
  },
};

const tenantsRemove: FunctionDescriptor = {
  name: 'posiv:admin/tenants@0.1.0#remove',
  interface: 'posiv:admin/tenants@0.1.0',
  method: 'remove',
  paramCount: 1,
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
    const finish = (at: number, value: Result<undefined, ErrorCode>): void => {
      m.refresh();
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
      if (value instanceof Promise) return value.then((late: Result<undefined, ErrorCode>) => finish(at, late));
      return finish(at, value as Result<undefined, ErrorCode>);
    };
  },
  lift(core, abi, post) {
    const m = guestMemory(abi);
    const finish = (ret: number): Result<undefined, ErrorCode> => {
      m.enter();
      const at = m.at(ret, 16, 4);
      const value: Result<undefined, ErrorCode> = m.choice(m.view.getUint8(at)) === 0 ? { ok: true, value: undefined } : { ok: false, error: loadErrorCode(m, at + 4) };
      post?.(ret);
      return value;
    };
    return (a0: unknown) => {
      m.enter();
      const name = a0 as string;
      const p0 = m.newText(name);
      const p1 = m.length;
      const ret: unknown = core(p0, p1);
      return ret instanceof Promise ? ret.then(finish) : finish(ret as never);
    };
  },
};

export const FUNCTIONS: readonly FunctionDescriptor[] = [
  tenantsList,
  tenantsAdd,
  tenantsSet,
  tenantsRemove,
];
