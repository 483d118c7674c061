import type { Logger } from '#p2p/environment.ts';
import type { Member, NetworkEvents } from '#p2p/member.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';
import type { NodeId } from '#p2p/node-id.ts';
import type { NodeRecord } from '#p2p/registry/record.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

export interface LogLine {
  level: keyof Logger;
  message: string;
  fields: Record<string, unknown>;
}

/** Keeps what is logged, and wakes whoever waits for a line. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];
  #waiting: (() => void)[] = [];

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.#add({ level: 'debug', message, fields });
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#add({ level: 'info', message, fields });
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#add({ level: 'warn', message, fields });
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#add({ level: 'error', message, fields });
  }

  /** The codes that were logged, in order. */
  codes(): unknown[] {
    return this.lines.map(({ fields }) => fields.code).filter((code) => code !== undefined);
  }

  async logged(code: string): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(({ fields }) => fields.code === code);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #add(line: LogLine): void {
    this.lines.push(line);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

export type Happening =
  | { what: 'up' | 'down'; node: NodeId }
  | { what: 'frame'; node: NodeId; bytes: Uint8Array }
  | { what: 'opinion'; event: MembershipEvent }
  | { what: 'record'; node: NodeId; record: NodeRecord }
  | { what: 'fact'; fact: Fact }
  | { what: 'member'; member: Member };

/** Keeps what a network tells, and wakes whoever waits. */
export class RecordingEvents implements NetworkEvents {
  readonly happenings: Happening[] = [];
  #waiting: (() => void)[] = [];

  onFrame(node: NodeId, bytes: Uint8Array): void {
    this.#add({ what: 'frame', node, bytes });
  }

  onUp(node: NodeId): void {
    this.#add({ what: 'up', node });
  }

  onDown(node: NodeId): void {
    this.#add({ what: 'down', node });
  }

  onOpinion(event: MembershipEvent): void {
    this.#add({ what: 'opinion', event });
  }

  onRecord(node: NodeId, record: NodeRecord): void {
    this.#add({ what: 'record', node, record });
  }

  onFact(fact: Fact): void {
    this.#add({ what: 'fact', fact });
  }

  onMember(member: Member): void {
    this.#add({ what: 'member', member });
  }

  frames(): Uint8Array[] {
    return this.happenings.flatMap((one) => (one.what === 'frame' ? [one.bytes] : []));
  }

  /** `up` and `down` of one node, in order. */
  changes(node: NodeId): string[] {
    return this.happenings.flatMap((one) =>
      (one.what === 'up' || one.what === 'down') && one.node === node ? [one.what] : [],
    );
  }

  /** What was thought of one node, in order. */
  opinions(node: NodeId): string[] {
    return this.happenings.flatMap((one) =>
      one.what === 'opinion' && one.event.node === node ? [one.event.what] : [],
    );
  }

  /** Resolves once the condition holds; it is looked at after each happening. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #add(happening: Happening): void {
    this.happenings.push(happening);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
