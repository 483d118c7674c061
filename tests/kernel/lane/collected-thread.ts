/** A thread of a lane whose memories nobody keeps; it tells how many of them are gone once the engine has done what it was asked to begin. */
import { parentPort } from 'node:worker_threads';
import { beginCollection, followCollections } from '#kernel/lane/garbage.ts';

const parent = parentPort!;
parent.on('message', () => {}); // it lives until it is ended
const heard: string[] = [];
const memories = (() =>
  Array.from({ length: 20 }, () => new WeakRef(new WebAssembly.Memory({ initial: 1 }))))();
await new Promise(setImmediate); // else they are kept for this job
followCollections((what) => {
  heard.push(what);
  if (what === 'begun') return;
  const gone = memories.filter((each) => each.deref() === undefined).length;
  parent.postMessage({ heard, gone });
});
beginCollection();
