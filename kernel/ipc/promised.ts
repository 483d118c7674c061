import { passing, type NodeFrame } from '#kernel/ipc/passing.ts';
import { err } from '#posiv-wit/result.ts';

/** By which somebody learns what he would wait for without end, or for too long; nearly all of them are short. */
const PROMISED: ReadonlySet<NodeFrame['tag']> = new Set([
  'parked',
  'room',
  'withdraw',
  'notice',
  'watch-over',
  'gone',
  'recall',
]);
/** Of an answer: no more than what goes in its place. */
const SHORT_BYTES = 256;

/**
 * Whether a frame goes to another node however much waits on the way. Of the others their sender is told at once that they
 * do not, or whoever waits for them is, by what goes in their place.
 */
export function isPromised({ tag }: NodeFrame, bytes: number): boolean {
  return PROMISED.has(tag) || ((tag === 'answer' || tag === 'returned') && bytes <= SHORT_BYTES);
}

/** The failure that goes in place of an answer for which there is no room on the way; undefined for what is no answer. */
export function insteadOf(frame: NodeFrame, bytes: number): NodeFrame | undefined {
  const why = `its answer of ${bytes} bytes found no room on the way`;
  if (frame.tag === 'returned') {
    return { tag: 'returned', val: { id: frame.val.id, outcome: err(why) } };
  }
  if (frame.tag !== 'answer') return undefined;
  const outcome = err({ tag: 'unreachable', val: why } as const);
  const { target: caller, id, sender: target } = frame;
  return passing({ tag: 'answer', val: { caller, id, target, outcome } });
}
