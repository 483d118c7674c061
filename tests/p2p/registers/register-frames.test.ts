import test from 'ava';
import fc from 'fast-check';
import {
  writeRegisterFrame,
  type AcceptorOperation,
  type AcceptorResult,
  type RegisterFrame,
} from '#posiv-wit/generated/p2p/registers.ts';
import { MAX_COUNTER } from '#p2p/registers/ballot.ts';
import { decodeFrame, encodeFrame } from '#p2p/registers/register-frames.ts';
import { MAX_VALUE_BYTES } from '#p2p/registers/register-state.ts';
import { encode } from '#p2p/wire-format.ts';

const ACCEPTOR = 'n0.0123456789abcdef';
const BALLOT = { counter: 3, proposer: 'p' };
const NEXT = { counter: 4, proposer: 'p' };
const STATE = { version: 1, value: Uint8Array.of(7), recent: [new Uint8Array(8)] };

function asked(operation: AcceptorOperation, proposer = 'p'): RegisterFrame {
  return {
    tag: 'requests',
    val: { acceptor: 'a', proposer, requests: [{ id: 1, epoch: 1, operation }] },
  };
}

function told(result: AcceptorResult): RegisterFrame {
  return { tag: 'answers', val: { acceptor: 'a', proposer: 'p', answers: [{ id: 1, result }] } };
}

function isRefused(frame: RegisterFrame): boolean {
  try {
    decodeFrame(encode(writeRegisterFrame, frame));
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'malformed-register-frame';
  }
}

test('a frame is read as it was written', (t) => {
  const accept = { key: 'k', acceptance: { ballot: BALLOT, state: STATE, next: NEXT } };
  for (const frame of [
    asked({ tag: 'accept', val: accept }),
    asked({ tag: 'prepare', val: { key: 'k', ballot: BALLOT } }),
    asked({ tag: 'list-keys', val: '' }),
    told({ tag: 'promised', val: { ballot: BALLOT, state: STATE } }),
    told({ tag: 'keys', val: ['k'] }),
    {
      tag: 'news',
      val: { acceptor: ACCEPTOR, configuration: { epoch: 2, acceptors: [ACCEPTOR] } },
    },
    { tag: 'news', val: { acceptor: undefined, configuration: undefined } },
  ] satisfies RegisterFrame[])
    t.deepEqual(decodeFrame(encodeFrame(frame)), frame);
});

test('an operation out of bounds is refused', (t) => {
  const accept = (acceptance: object): AcceptorOperation => ({
    tag: 'accept',
    val: { key: 'k', acceptance: { ballot: BALLOT, state: STATE, next: NEXT, ...acceptance } },
  });
  for (const operation of [
    { tag: 'query', val: '' },
    { tag: 'query', val: 'k'.repeat(1_025) },
    { tag: 'prepare', val: { key: 'k', ballot: { counter: 0, proposer: 'p' } } },
    { tag: 'prepare', val: { key: 'k', ballot: { counter: MAX_COUNTER + 1, proposer: 'p' } } },
    { tag: 'prepare', val: { key: 'k', ballot: { counter: 1, proposer: '' } } },
    { tag: 'prepare', val: { key: 'k', ballot: { counter: 1, proposer: 'ä' } } },
    accept({ next: BALLOT }),
    accept({ state: { ...STATE, recent: [] } }),
    accept({ state: { ...STATE, recent: [new Uint8Array(9)] } }),
    accept({ state: { ...STATE, version: 2 } }),
    accept({ state: { ...STATE, value: new Uint8Array(MAX_VALUE_BYTES + 1) } }),
    { tag: 'configure', val: { epoch: 1, acceptors: [] } },
    { tag: 'list-keys', val: 'k'.repeat(1_025) },
  ] satisfies AcceptorOperation[])
    t.true(isRefused(asked(operation)), JSON.stringify(operation).slice(0, 100));
  t.true(isRefused(asked({ tag: 'query', val: 'k' }, '')));
  t.false(isRefused(asked({ tag: 'query', val: 'k' })));
});

test('a result out of bounds is refused', (t) => {
  for (const result of [
    { tag: 'promised', val: { ballot: BALLOT, state: { ...STATE, recent: [] } } },
    { tag: 'holding', val: { ballot: { counter: 0, proposer: 'p' }, state: STATE } },
    { tag: 'outbid', val: { counter: MAX_COUNTER + 1, proposer: 'p' } },
    { tag: 'keys', val: [''] },
    { tag: 'stale-epoch', val: { epoch: 1, acceptors: ['x'] } },
  ] satisfies AcceptorResult[])
    t.true(isRefused(told(result)), result.tag);
  t.false(isRefused(told({ tag: 'behind' })));
});

test('news of what is no acceptor or configuration are refused', (t) => {
  const configuration = { epoch: 0, acceptors: [ACCEPTOR] };
  t.true(isRefused({ tag: 'news', val: { acceptor: 'n0', configuration: undefined } }));
  t.true(isRefused({ tag: 'news', val: { acceptor: ACCEPTOR, configuration } }));
});

test('whatever bytes come, they are a frame or refused with a code', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeFrame(bytes);
      } catch (error) {
        t.is((error as { code?: string }).code, 'malformed-register-frame');
      }
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test('where registers are kept instead is said in few words', (t) => {
  t.false(isRefused({ tag: 'elsewhere', val: 'in etcd' }));
  t.true(isRefused({ tag: 'elsewhere', val: 'x'.repeat(4_097) }));
});
