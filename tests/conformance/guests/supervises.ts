// Supervises two vTasks of the image and with the strategy of its cmd, and says who they are. A vTask of cmd `links VTID`
// ends with that one, one of `spawns IMAGE` makes what it is linked with, and one without a cmd waits for 'go'.
import { exit, link, registerMsg, registerRpc, spawnLink, Supervisor } from 'vstar';
import type { Child } from 'vstar';

const supervisors: Supervisor[] = [];
let linked: string | undefined;

registerRpc('who', () => ['one', 'two'].map((id) => supervisors[0]?.vtidOf(id) ?? ''));
registerRpc('stop', () => supervisors[0]?.stop());
registerRpc('linked', () => linked ?? '');
registerMsg('go', () => exit(0));

export function run([what = '', first = '', second = '', restart]: string[]): void {
  if (what === 'links') link(first);
  else if (what === 'spawns') linked = spawnLink(first);
  else if (what !== '') {
    const children = [
      { id: 'one', image: first, restart: restart as Child['restart'] },
      { id: 'two', image: second, restart: restart as Child['restart'] },
    ];
    const strategy = what as 'one-for-one' | 'all-for-one' | 'rest-for-one';
    supervisors.push(new Supervisor(children, { strategy, intensity: 2, periodMs: 60_000 }));
  }
}
