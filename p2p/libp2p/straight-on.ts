import type { MessageStream } from '@libp2p/interface';

const MOST_BYTES = 4 * 1024; // of more the bytes are what costs

type Bytes = Parameters<MessageStream['send']>[0];
type Listener = (event: { readonly data: Bytes }) => void;

/** What this module knows of `AbstractMessageStream` of @libp2p/utils, of which sockets, noise and yamux are made. */
interface Received {
  readonly readStatus: string;
  readonly remoteWriteStatus: string;
  readonly readBuffer: { readonly byteLength: number };
  onData(data: Bytes): void;
  addEventListener(type: string, listener: Listener, options?: unknown): void;
  removeEventListener(type: string, listener: Listener, options?: unknown): void;
}

/**
 * Has a stream of libp2p give what is short to its only listener where nothing waits in it. Its own way is by a list and an
 * event for each message and layer.
 */
export function straightOn<T extends MessageStream>(given: T): T {
  const stream = given as unknown as Received;
  const listeners: Listener[] = [];
  const onData = stream.onData.bind(stream);
  const addEventListener = stream.addEventListener.bind(stream);
  const removeEventListener = stream.removeEventListener.bind(stream);
  stream.addEventListener = (type, listener, options) => {
    if (type === 'message') listeners.push(listener);
    addEventListener(type, listener, options);
  };
  stream.removeEventListener = (type, listener, options) => {
    const at = type === 'message' ? listeners.indexOf(listener) : -1;
    if (at >= 0) listeners.splice(at, 1);
    removeEventListener(type, listener, options);
  };
  stream.onData = (data) => {
    const [listener] = listeners;
    const straight =
      listener !== undefined &&
      listeners.length === 1 &&
      data.byteLength > 0 &&
      data.byteLength <= MOST_BYTES &&
      stream.readStatus === 'readable' &&
      stream.remoteWriteStatus === 'writable' &&
      stream.readBuffer.byteLength === 0;
    if (straight) listener({ data });
    else onData(data);
  };
  return given;
}
