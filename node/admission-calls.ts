import type { AdmissionOffice } from '#p2p/credentials/office.ts';
import type { AdmissionCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const REFUSED = new Set(['may-not-admit', 'bad-request', 'no-membership']);
const FULL = new Set(['tickets-full', 'revocations-full']);

/** `posiv:admin/admission`. */
export function admissionCalls(office: AdmissionOffice): AdmissionCalls {
  return {
    cluster: () => outcomeOf(async () => office.cluster()),
    createTicket: ({ ttlMs, uses, node, admits }) =>
      outcomeOf(() =>
        // 0 stands for the default.
        office.createTicket({ ttlMs: ttlMs || undefined, uses: uses || undefined, node, admits }),
      ),
    tickets: () => office.tickets(),
    revokeTicket: (id) =>
      outcomeOf(async () => {
        await office.revokeTicket(id);
        return undefined;
      }),
    revokeNode: (node, withAdmitted) => outcomeOf(() => office.revokeNode(node, withAdmitted)),
  };
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Result<T, ErrorCode>> {
  try {
    return ok(await work());
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    const tag = REFUSED.has(code) ? 'refused' : FULL.has(code) ? 'quota-exceeded' : 'other';
    return err({ tag, val: message });
  }
}
