import test from 'ava';
import fc from 'fast-check';
import { type Mail, mailSize, type Return, unanswered } from '#kernel/lane/mail.ts';
import { Mailbox } from '#kernel/lane/mailbox.ts';
import { limitsOf } from '#tests/support/limits.ts';

const LIMIT = 1_000;
const EMPTY = mailSize('m', 0);

function message(id: number, bytes: number, sender = 's'): Mail {
  const body = new Uint8Array(bytes);
  return {
    event: { tag: 'message', val: { sender, identity: 'm', body } },
    sender,
    size: mailSize('m', body.byteLength),
    from: { vtid: sender, id },
    chain: [],
    deadline: Number.POSITIVE_INFINITY,
  };
}

test('whoever is parked gets room in the order of coming, and nobody overtakes', (t) => {
  const told: number[] = [];
  const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), ({ id }) => told.push(id));
  const large = message(1, LIMIT - EMPTY);
  t.is(box.offer(large, 0), 'taken');
  for (const id of [2, 3]) {
    const small = message(id, 10);
    t.is(box.offer(small, 0), 'parked');
  }
  box.take(0);
  t.deepEqual(told, [2, 3]);
  const kept = message(3, 10);
  t.is(box.offer(kept, 0), 'taken');
});

test('who has filled the mailbox keeps another sender waiting for one, for room and for its turn', (t) => {
  const told: Return[] = [];
  const box = new Mailbox(limitsOf({ mailboxBytes: 10 * EMPTY }), (from) => told.push(from));
  for (let id = 1; id <= 10; id += 1) t.is(box.offer(message(id, 0, 'flood'), 0), 'taken');
  for (let id = 11; id <= 20; id += 1) t.is(box.offer(message(id, 0, 'flood'), 0), 'parked');
  const other = message(1, 0, 'other');
  t.is(box.offer(other, 0), 'parked');
  const taken: string[] = [];
  const take = (): void => {
    taken.push(box.take(0)!.sender);
    for (const { vtid, id } of told.splice(0)) box.offer(message(id, 0, vtid), 0);
  };
  while (!taken.includes('other')) take();
  t.true(taken.length <= 4, `${taken.length} taken`);
});

test('a message nobody waits for is let in where there is room and nobody is parked, and else leaves nothing', (t) => {
  const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), () => undefined);
  const small = unanswered('s', 'm', new Uint8Array(10));
  t.true(box.admit(small));
  t.false(box.admit(unanswered('s', 'm', new Uint8Array(LIMIT))));
  t.is(box.bytes, small.size);
  const large = message(1, LIMIT - EMPTY);
  t.is(box.offer(large, 0), 'parked');
  t.false(box.admit(small), 'it would overtake');
  t.is(box.length, 1);
});

test('a parked sender whose time has run out keeps nobody waiting', (t) => {
  const told: number[] = [];
  const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), ({ id }) => told.push(id));
  const large = message(1, LIMIT - EMPTY);
  box.offer(large, 0);
  const late = message(2, 10);
  box.offer({ ...late, deadline: 5 }, 0);
  const patient = message(3, 10);
  box.offer(patient, 0);
  box.take(10);
  t.deepEqual(told, [3]);
});

test('room that is kept for one who gives up goes to the next', (t) => {
  const told: number[] = [];
  const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), ({ id }) => told.push(id));
  for (const id of [1, 2, 3]) {
    const large = message(id, LIMIT - EMPTY);
    box.offer(large, 0);
  }
  box.take(0);
  t.deepEqual(told, [2]);
  box.withdraw({ vtid: 's', id: 2 }, 0);
  t.deepEqual(told, [2, 3]);
});

test('what is not wanted goes out of a full mailbox, each looked at once, and the rest keeps its order', (t) => {
  const box = new Mailbox(limitsOf({ mailboxBytes: 1 << 26 }), () => undefined);
  const COUNT = 40_000;
  for (let id = 0; id < COUNT; id += 1) {
    const mail = message(id, 1);
    t.is(box.offer(mail, 0), 'taken');
  }
  let asked = 0;
  const even = ({ from }: Mail): boolean => ((asked += 1), from!.id % 2 === 0);
  t.is(box.remove(even, 0).length, COUNT / 2);
  t.is(asked, COUNT);
  for (let id = 1; id < COUNT; id += 2) t.is(box.take(0)?.from?.id, id);
  t.is(box.bytes, 0);
});

test('one that ends takes back all that it has there in one look at each', (t) => {
  const box = new Mailbox(limitsOf({ mailboxBytes: 1 << 20 }), () => undefined);
  const COUNT = 1_000;
  let looks = 0;
  for (const sender of ['other', 's']) {
    for (let id = 1; id <= COUNT; id += 1) {
      const { size, from, chain, deadline } = message(id, 0, sender);
      const val = { token: 0, caller: sender, identity: 'm', args: new Uint8Array() };
      const request: Mail = {
        get event() {
          looks += 1;
          return { tag: 'request', val } as const;
        },
        sender,
        size,
        from,
        chain,
        deadline,
      };
      t.is(box.offer(request, 0), 'taken');
    }
  }
  looks = 0;
  for (let id = 1; id <= COUNT; id += 1) box.withdraw({ vtid: 's', id }, 0);
  t.true(looks <= COUNT, `${looks} looks`);
  t.is(box.length, COUNT);
});

test('what is larger than the whole mailbox is never parked', (t) => {
  const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), () => t.fail());
  const huge = message(1, LIMIT);
  t.is(box.offer(huge, 0), 'too-large');
});

test('whatever happens, the bytes never pass the limit, and each accepted message comes out once, in order', (t) => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('offer' as const), bytes: fc.integer({ min: 0, max: 1_200 }) }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('withdraw' as const), which: fc.nat({ max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const told: Return[] = [];
      const box = new Mailbox(limitsOf({ mailboxBytes: LIMIT }), (from) => told.push(from));
      const sizes = new Map<number, number>();
      const accepted: number[] = [];
      const out: number[] = [];
      let lastId = 0;
      const offer = (id: number): void => {
        const each = message(id, sizes.get(id)!);
        if (box.offer(each, 0) === 'taken') accepted.push(id);
      };
      for (const each of steps) {
        if (each.do === 'offer') {
          sizes.set((lastId += 1), each.bytes);
          offer(lastId);
        } else if (each.do === 'take') {
          const mail = box.take(0);
          if (mail) out.push(mail.from!.id);
          for (const { id } of told.splice(0)) offer(id);
        } else box.withdraw({ vtid: 's', id: each.which }, 0);
        t.true(box.bytes >= 0 && box.bytes <= LIMIT);
      }
      for (let mail = box.take(0); mail; mail = box.take(0)) {
        out.push(mail.from!.id);
        for (const { id } of told.splice(0)) offer(id);
      }
      t.deepEqual(out, accepted);
      t.is(
        box.bytes,
        told.reduce((sum, { id }) => sum + mailSize('m', sizes.get(id)!), 0),
      );
    }),
  );
});
