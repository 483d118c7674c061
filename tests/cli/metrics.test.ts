import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metric } from '#posiv-wit/generated/admin.ts';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

test('a node shows what it has counted: to people, to programs, and to Prometheus', async (t) => {
  await using folder = await temporaryFolder();
  const at = ['--data', folder.path, '--http-port', '0'];
  const node = startVstar(['node', ...at, '--name', 'one', '--json']);
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  const { socket, url } = JSON.parse(await node.said(/^\}$/m)) as { socket: string; url: string };
  const own = { env: { VSTAR_CONTROL: `unix:${socket}` } };
  const shown = await vstar(['metrics'], own);
  t.is(shown.status, 0, shown.stderr);
  t.regex(shown.stdout, /^vstar_router_frames_in_total\{from="session",kind="change"\} +\d+$/m);
  const metrics = JSON.parse((await vstar(['metrics', '--json'], own)).stdout) as Metric[];
  const cpu = metrics.find(({ name }) => name === 'process_cpu_seconds')!;
  t.true(cpu.values[0]!.value > 0);

  const overSocket = await get({ socketPath: socket, path: '/metrics' });
  t.is(overSocket.status, 200);
  t.regex(overSocket.body, /^vstar_event_loop_seconds_total\{state="busy"\} [\d.]+$/m);
  t.regex(overSocket.body, /# EOF\n$/);
  const stranger = await get(new URL('/metrics', url));
  t.is(stranger.status, 401);
  const token = (await readFile(join(folder.path, 'control.token'), 'utf8')).trim();
  const authorization = `Bearer ${token}`;
  t.is((await get(new URL('/metrics', url), { authorization })).status, 200);
});

function get(
  to: URL | { readonly socketPath: string; readonly path: string },
  headers: Record<string, string> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent =
      to instanceof URL ? request(to, { headers }) : request({ ...to, headers: { ...headers } });
    sent.once('error', reject);
    sent.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    sent.end();
  });
}
