import type { Body } from '#kernel/lane/body.ts';
import type { Task } from '#kernel/lane/task.ts';

/** A smaller instance is made more quickly than another one hibernates. QuickJS has more: to make one takes milliseconds, and its garbage as much again. */
const WORTH_BYTES = 3 << 19;
/** Before each start. Those that were busy are looked at again when all others have been. */
const LOOKS = 4;

/**
 * Services whose instances others could go on in. Before one more of an image is started, one of them that has nothing to do hibernates: it
 * would some seconds later, and until then each of many that are made one after the other would have an instance of its own.
 */
export class Relief {
  /** By their images, those first that were looked at least recently. One that has hibernated is not looked for again. */
  readonly #services = new Map<string, Task[]>();

  /** One has been loaded. */
  add(image: string, task: Task, body: Body): void {
    if (!body.hibernate || body.memoryBytes() < WORTH_BYTES) return;
    const known = this.#services.get(image);
    if (known) known.push(task);
    else this.#services.set(image, [task]);
  }

  /** One more of an image is about to be loaded. @returns bytes that are left to be collected */
  before(image: string): number {
    const services = this.#services.get(image);
    if (!services) return 0;
    for (let looks = Math.min(LOOKS, services.length); looks > 0; looks -= 1) {
      const task = services.shift()!;
      if (task.ended) continue;
      const left = task.busy ? 0 : task.look();
      if (!task.busy && task.idle) return left;
      services.push(task);
    }
    if (services.length === 0) this.#services.delete(image);
    return 0;
  }
}
