import test from 'ava';
import fc from 'fast-check';
import { Credit } from '#kernel/lane/credit.ts';
import { KeptRoom } from '#kernel/lane/kept-room.ts';
import { type Mail, mailOfMessage, mailSize, unanswered } from '#kernel/lane/mail.ts';
import { Mailbox } from '#kernel/lane/mailbox.ts';
import { mintVtid } from '#kernel/vtid.ts';
import type { CreditFrame, Frame } from '#posiv-wit/generated/wire.ts';
import { limitsOf } from '#tests/support/limits.ts';

const LIMIT = 64 << 10;
const HERE = `n${'a'.repeat(16)}`;
const THERE = `n${'b'.repeat(16)}`;

let seed = 0;

function vtidOn(node: string): string {
  seed += 1;
  const life = { self: node, incarnation: 1 };
  return mintVtid(life, { bytes: (n) => new Uint8Array(n).fill(seed), next: () => 0 });
}

const TARGET = vtidOn(HERE);
const BODY = new Uint8Array(200);
const SIZE = mailSize('note', BODY.byteLength);

/** A mailbox, what is kept in it, and the frames that were sent for that. */
class Receiver {
  readonly sent: Frame[] = [];
  readonly mailbox: Mailbox;
  readonly room: KeptRoom;

  constructor(mailboxBytes = LIMIT) {
    const limits = limitsOf({ mailboxBytes });
    this.mailbox = new Mailbox(limits, ({ vtid, id }) =>
      this.sent.push({ tag: 'room', val: { caller: vtid, id, target: TARGET } }),
    );
    this.room = new KeptRoom(TARGET, {
      limits,
      mailbox: this.mailbox,
      route: (frame) => this.sent.push(frame),
    });
  }

  /** Takes an ordinary message. */
  offer(sender: string, id: number, body = BODY): 'taken' | 'parked' | 'too-large' {
    const frame = { sender, target: TARGET, id, identity: 'note', body, remainingMs: 1_000 };
    const became = this.mailbox.offer(mailOfMessage(frame, 0), 0);
    if (became === 'taken') this.room.taken(sender, 'note');
    else this.room.recall();
    return became;
  }

  credits(): CreditFrame[] {
    return this.sent.flatMap((frame) => (frame.tag === 'credit' ? [frame.val] : []));
  }
}

test('the second message of a sender brings it credit for more, which they are paid from', (t) => {
  const receiver = new Receiver();
  const sender = vtidOn(HERE);
  receiver.offer(sender, 1);
  t.deepEqual(receiver.sent, []);
  receiver.offer(sender, 2);
  const [given] = receiver.credits();
  t.is(given!.sender, sender);
  t.is(receiver.mailbox.bytes, 2 * SIZE + given!.bytes);
  const credit = new Credit();
  credit.add(given!);
  t.false(credit.pays(TARGET, 'other', SIZE), 'for another identity it was not given');
  t.true(credit.pays(TARGET, 'note', SIZE));
  t.true(receiver.room.takes(unanswered(sender, 'note', BODY), sender));
  t.is(receiver.mailbox.bytes, 2 * SIZE + given!.bytes);
  t.is(receiver.mailbox.length, 3);
});

test('where a sender cannot be reached its room is for others, and what it sent comes all the same', (t) => {
  const receiver = new Receiver();
  const [away, other] = [vtidOn(THERE), vtidOn(HERE)];
  receiver.offer(away, 1);
  receiver.offer(away, 2);
  const [{ bytes }] = receiver.credits() as [CreditFrame];
  receiver.room.lost((vtid) => vtid === away, 0);
  t.is(receiver.mailbox.bytes, 2 * SIZE);
  t.deepEqual(receiver.sent.at(-1), { tag: 'recall', val: { sender: away, target: TARGET } });
  const rest = LIMIT - receiver.mailbox.bytes - mailSize('note', 0);
  t.is(receiver.offer(other, 1, new Uint8Array(rest)), 'taken');
  t.true(receiver.room.takes(unanswered(away, 'note', BODY), away));
  t.is(receiver.mailbox.bytes, LIMIT + SIZE);
  t.false(receiver.room.takes(unanswered(away, 'note', new Uint8Array(bytes)), away));
  receiver.room.released(away, 0);
  t.is(receiver.mailbox.bytes, LIMIT + SIZE);
});

test('a message for which nothing is kept is not taken', (t) => {
  const receiver = new Receiver();
  const sender = vtidOn(HERE);
  const mail = unanswered(sender, 'note', BODY);
  t.false(receiver.room.takes(mail, sender));
  receiver.offer(sender, 1);
  receiver.offer(sender, 2);
  const [{ bytes }] = receiver.credits() as [CreditFrame];
  t.false(receiver.room.takes(unanswered(sender, 'note', new Uint8Array(bytes)), sender));
});

test('a quarter of the mailbox stays for those who have no credit', (t) => {
  const receiver = new Receiver();
  for (let count = 0; count < 64; count += 1) {
    const sender = vtidOn(HERE);
    receiver.offer(sender, 1, new Uint8Array(0));
    receiver.offer(sender, 2, new Uint8Array(0));
    receiver.mailbox.take(0);
    receiver.mailbox.take(0);
  }
  t.true(receiver.mailbox.bytes > LIMIT / 2);
  t.true(receiver.mailbox.bytes <= (LIMIT * 3) / 4);
});

test('whoever finds no room has all credit asked back, once, and is told when it has come', (t) => {
  const receiver = new Receiver();
  const [idle, other] = [vtidOn(HERE), vtidOn(HERE)];
  receiver.offer(idle, 1);
  receiver.offer(idle, 2);
  const large = new Uint8Array(LIMIT - 4 * SIZE);
  t.is(receiver.offer(other, 1, large), 'parked');
  t.is(receiver.offer(other, 2, large), 'parked');
  const recalls = receiver.sent.filter(({ tag }) => tag === 'recall');
  t.deepEqual(recalls, [{ tag: 'recall', val: { sender: idle, target: TARGET } }]);
  receiver.room.released(idle, 0);
  t.deepEqual(receiver.sent.at(-1), {
    tag: 'room',
    val: { caller: other, id: 1, target: TARGET },
  });
});

test('whatever happens, no more than the mailbox is in use, and whoever has credit finds room, in order', (t) => {
  const who = fc.nat({ max: 3 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('send' as const), who, bytes: fc.nat({ max: 4_000 }) }),
    fc.record({ do: fc.constant('arrive' as const) }),
    fc.record({ do: fc.constant('hear' as const) }),
    fc.record({ do: fc.constant('take' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const receiver = new Receiver(16 << 10);
      const senders = Array.from({ length: 4 }, () => ({
        vtid: vtidOn(HERE),
        credit: new Credit(),
        waits: false,
      }));
      const ofVtid = new Map(senders.map((sender) => [sender.vtid, sender]));
      // What is on its way to the mailbox: mail by a credit, mail that its sender waits for, and credit that is given back.
      const way: { sender: string; mail?: Mail; release?: true; order: number }[] = [];
      let heard = 0;
      let order = 0;
      const orders = new Map<unknown, number>();
      const last = new Map<string, number>();
      const arrive = (): void => {
        const next = way.shift();
        if (!next) return;
        const { sender, mail } = next;
        if (!mail) return receiver.room.released(sender, 0);
        orders.set(mail.event, next.order);
        if (!mail.from) return void t.true(receiver.room.takes(mail, sender));
        const became = receiver.mailbox.offer(mail, 0);
        if (became === 'taken') {
          receiver.room.taken(sender, 'note');
          ofVtid.get(sender)!.waits = false;
        } else receiver.room.recall();
      };
      const hear = (): void => {
        const frame = receiver.sent[heard];
        if (!frame) return;
        heard += 1;
        if (frame.tag === 'credit') ofVtid.get(frame.val.sender)!.credit.add(frame.val);
        if (frame.tag === 'recall') {
          ofVtid.get(frame.val.sender)!.credit.drop(TARGET);
          way.push({ sender: frame.val.sender, release: true, order: 0 });
        }
        if (frame.tag === 'room') way.push(parked.get(frame.val.caller)!);
      };
      const parked = new Map<string, (typeof way)[number]>();
      const take = (): void => {
        const mail = receiver.mailbox.take(0);
        if (mail?.event.tag !== 'message') return;
        const { sender } = mail.event.val;
        t.true(orders.get(mail.event)! > (last.get(sender) ?? 0));
        last.set(sender, orders.get(mail.event)!);
      };
      for (const each of steps) {
        if (each.do === 'send') {
          const { vtid, credit, waits } = senders[each.who]!;
          if (waits) continue;
          order += 1;
          const body = new Uint8Array(each.bytes);
          const free = unanswered(vtid, 'note', body);
          if (credit.pays(TARGET, 'note', free.size)) way.push({ sender: vtid, mail: free, order });
          else {
            senders[each.who]!.waits = true;
            const mail = { ...free, from: { vtid, id: order } };
            parked.set(vtid, { sender: vtid, mail, order });
            way.push(parked.get(vtid)!);
          }
        } else if (each.do === 'arrive') arrive();
        else if (each.do === 'hear') hear();
        else take();
        t.true(receiver.mailbox.bytes <= 16 << 10);
      }
      // In the end everything arrives and is taken.
      while (way.length > 0 || heard < receiver.sent.length || receiver.mailbox.length > 0) {
        arrive();
        hear();
        take();
      }
      t.true(senders.every(({ waits }) => !waits));
    }),
  );
});
