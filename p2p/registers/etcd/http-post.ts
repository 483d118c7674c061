import { request as requestHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { request as requestHttps, Agent as HttpsAgent } from 'node:https';

const MAX_SOCKETS = 64;
// A register has 64 KiB, which JSON makes longer by a third.
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What an HTTP server answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts JSON to a server.
 * @throws whatever kept the answer from coming
 */
export type HttpPost = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** PEM, as it stands in the files. */
export interface TlsFiles {
  /** Of who has signed the servers' certificates; undefined for those that the system knows. */
  readonly ca?: string | undefined;
  /** What this client shows of itself. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Over connections that are kept open. `fetch` takes no certificates of a caller's own. */
export class HttpClient implements Disposable {
  readonly #plain = new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  readonly #secure: HttpsAgent;

  constructor({ ca, cert, key }: TlsFiles) {
    this.#secure = new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, ca, cert, key });
  }

  readonly post: HttpPost = (url, body, headers, signal) =>
    new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:');
      const ask = isSecure ? requestHttps : requestHttp;
      const agent = isSecure ? this.#secure : this.#plain;
      const asked = ask(url, {
        method: 'POST',
        agent,
        signal,
        headers: { 'content-type': 'application/json', ...headers },
      });
      asked.on('error', reject);
      asked.on('response', (response) => void textOf(response).then(resolve, reject));
      asked.end(body);
    });

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

async function textOf(response: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new Error(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
    parts.push(part);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() };
}
