import { Reader } from '#posiv-wit/codec/reader.ts';
import {
  readRegisterFrame,
  writeRegisterFrame,
  type AcceptorNews,
  type AcceptorOperation,
  type AcceptorRequest,
  type AcceptorResult,
  type RegisterFrame,
} from '#posiv-wit/generated/p2p/registers.ts';
import { describe } from '../errors.ts';
import { encode } from '../wire-format.ts';
import { compareBallots, isBallot, isProposer } from './ballot.ts';
import { isConfiguration, nodeOf } from './configuration.ts';
import { RegisterFrameError } from './errors.ts';
import { isKey, isState, MAX_KEY_BYTES } from './register-state.ts';

/** In one frame: what is more goes in another. A request alone is a tenth of that. */
export const FRAME_TARGET_BYTES = 1024 * 1024;

/** Of the text that says where registers are kept, in characters. */
const MAX_PLACE_LENGTH = 4_096;

export function encodeFrame(frame: RegisterFrame): Uint8Array {
  return encode(writeRegisterFrame, frame);
}

/**
 * A frame of another node, with all of it checked.
 * @throws {malformed-register-frame}
 */
export function decodeFrame(bytes: Uint8Array): RegisterFrame {
  let frame: RegisterFrame;
  try {
    const reader = new Reader(bytes);
    frame = readRegisterFrame(reader);
    reader.end();
  } catch (error) {
    throw new RegisterFrameError(describe(error), { cause: error });
  }
  switch (frame.tag) {
    case 'requests':
      if (!isProposer(frame.val.proposer)) throw new RegisterFrameError('a proposer that is none');
      for (const { operation } of frame.val.requests) assertOperation(operation);
      break;
    case 'answers':
      for (const { result } of frame.val.answers) assertResult(result);
      break;
    case 'news':
      assertNews(frame.val);
      break;
    case 'elsewhere':
      if (frame.val.length > MAX_PLACE_LENGTH)
        throw new RegisterFrameError('a place that is too long');
  }
  return frame;
}

/** About how many bytes it takes in a frame. */
export function sizeOfRequest({ operation }: AcceptorRequest): number {
  if (operation.tag !== 'accept') return 200 + MAX_KEY_BYTES;
  const { key, acceptance } = operation.val;
  return 512 + 3 * key.length + (acceptance.state.value?.length ?? 0);
}

/** The register that an operation is about. */
export function keyOf(operation: AcceptorOperation): string | undefined {
  switch (operation.tag) {
    case 'query':
      return operation.val;
    case 'prepare':
    case 'accept':
      return operation.val.key;
    default:
      return undefined;
  }
}

function assertOperation(operation: AcceptorOperation): void {
  const key = keyOf(operation);
  if (key !== undefined && !isKey(key)) throw new RegisterFrameError('a key that is none');
  switch (operation.tag) {
    case 'prepare':
      if (!isBallot(operation.val.ballot)) throw new RegisterFrameError('a ballot out of range');
      break;
    case 'accept': {
      const { ballot, state, next } = operation.val.acceptance;
      if (!isBallot(ballot) || !isBallot(next) || compareBallots(ballot, next) >= 0)
        throw new RegisterFrameError('ballots out of range or order');
      if (!isState(state)) throw new RegisterFrameError('a state that is none');
      break;
    }
    case 'configure':
      if (!isConfiguration(operation.val))
        throw new RegisterFrameError('a configuration that is none');
      break;
    case 'list-keys':
      if (operation.val.length > MAX_KEY_BYTES)
        throw new RegisterFrameError('a key that is too long');
      break;
    default: // a seal is a number, and whatever it is, it is durable first
      break;
  }
}

function assertNews({ acceptor, configuration }: AcceptorNews): void {
  if (acceptor !== undefined && nodeOf(acceptor) === undefined)
    throw new RegisterFrameError('an acceptor that is none');
  if (configuration !== undefined && !isConfiguration(configuration))
    throw new RegisterFrameError('a configuration that is none');
}

function assertResult(result: AcceptorResult): void {
  switch (result.tag) {
    case 'holding':
    case 'promised':
      if (result.val !== undefined && !(isBallot(result.val.ballot) && isState(result.val.state)))
        throw new RegisterFrameError('an accepted state that is none');
      break;
    case 'outbid':
      if (!isBallot(result.val)) throw new RegisterFrameError('a ballot out of range');
      break;
    case 'stale-epoch':
      if (!isConfiguration(result.val))
        throw new RegisterFrameError('a configuration that is none');
      break;
    case 'keys':
      if (!result.val.every(isKey)) throw new RegisterFrameError('a key that is none');
      break;
  }
}
