import test from 'ava';
import { Directory, directoryMemory } from '#kernel/lane/directory.ts';
import { mintVtids } from '#kernel/vtid.ts';
import { systemRandom } from '#kernel/system-random.ts';

const LIFE = { self: `n${'a'.repeat(16)}`, incarnation: 1 };
const MOST_VTASKS = 10_000; // of a cell

test('a vTask is found on the lane that has entered it, by every lane, until it leaves', (t) => {
  const memory = directoryMemory();
  const lanes = [0, 1, 2].map((lane) => new Directory(memory, lane));
  const vtids = mintVtids(LIFE, systemRandom, 300);
  const places = vtids.map((vtid, at) => lanes[at % 3]!.enter(vtid)!);
  for (const lane of lanes)
    t.deepEqual(
      vtids.map((vtid) => lane.find(vtid)),
      vtids.map((_, at) => at % 3),
    );
  lanes[0]!.leave(places[0]!);
  t.is(lanes[1]!.find(vtids[0]!), undefined);
  t.is(lanes[1]!.find(vtids[3]!), 0);
});

test('two that differ in one character of their random part are two', (t) => {
  const lane = new Directory(directoryMemory(), 0);
  const [vtid] = mintVtids(LIFE, systemRandom, 1);
  lane.enter(vtid!);
  for (let at = vtid!.length - 26; at < vtid!.length; at += 1) {
    const other = vtid![at] === '2' ? 's' : '2'; // the same in their lowest five bits
    t.is(lane.find(vtid!.slice(0, at) + other + vtid!.slice(at + 1)), undefined);
  }
});

test('as many as a cell may hold find a place, nearly all, and whoever finds none is told', (t) => {
  const lane = new Directory(directoryMemory(), 0);
  const vtids = mintVtids(LIFE, systemRandom, MOST_VTASKS);
  const places = vtids.map((vtid) => lane.enter(vtid));
  const found = places.filter((place) => place !== undefined);
  t.true(found.length > MOST_VTASKS * 0.99);
  t.is(new Set(found).size, found.length);
  for (const [at, vtid] of vtids.entries())
    t.is(lane.find(vtid), places[at] === undefined ? undefined : 0);
});

test('one that was struck out is found by nobody, and its place is free only once it leaves', (t) => {
  const memory = directoryMemory();
  const [its, other] = [new Directory(memory, 0), new Directory(memory, 1)];
  const [vtid] = mintVtids(LIFE, systemRandom, 1);
  const place = its.enter(vtid!)!;
  other.strikeOut(vtid!);
  t.is(its.find(vtid!), undefined);
  t.is(other.laneOf(vtid!), 0);
  t.not(other.enter(vtid!), place);
  its.leave(place);
  t.is(other.enter(vtid!), place);
});

test('a lane that has ended leaves with all of its vTasks, and nobody else does', (t) => {
  const memory = directoryMemory();
  const [gone, stays] = [new Directory(memory, 0), new Directory(memory, 1)];
  const [his, hers] = mintVtids(LIFE, systemRandom, 2);
  const place = gone.enter(his!)!;
  stays.enter(hers!);
  stays.strikeOut(his!);
  new Directory(memory, 0).clear();
  t.is(stays.laneOf(his!), undefined);
  t.is(gone.enter(his!), place);
  t.is(gone.find(hers!), 1);
});
