import test from 'ava';
import { boundedLogger } from '#node/bounded-logger.ts';
import { RecordingLogger } from '#tests/p2p/support/recording.ts';

function made() {
  const said = new RecordingLogger();
  const clock = { now: 0 };
  return { said, clock, log: boundedLogger(said, () => clock.now) };
}

test('what goes on without end is said a hundred times, then once in ten seconds, with how often it was not', (t) => {
  const { said, clock, log } = made();
  for (let second = 0; second < 3_600; second += 1) {
    clock.now = second * 1_000;
    for (let time = 0; time < 50; time += 1) log.warn('cut off a peer', { code: 'stranger', time });
  }
  t.true(said.lines.length > 440 && said.lines.length < 470, `${said.lines.length}`);
  const { fields } = said.lines.at(-1)!;
  t.deepEqual(fields, { code: 'stranger', time: 0, unsaid: 499 });
  const unsaid = said.lines.map((line) => Number(line.fields.unsaid ?? 0));
  t.is(
    unsaid.reduce((sum, each) => sum + each, said.lines.length),
    3_590 * 50 + 1,
  );
});

test('what is rare is said each time, whatever else is said, and so is what was asked for by the level', (t) => {
  const { said, log } = made();
  for (let time = 0; time < 1_000; time += 1) {
    log.error('refused by a peer', { code: 'revoked' });
    log.info('peer up', { time });
    log.debug('dial failed', { time });
  }
  log.error('refused by a peer', { code: 'duplicate-identity' });
  log.error('not ready');
  t.is(said.lines.filter(({ level }) => level === 'error').length, 102);
  t.is(said.lines.length, 2_102);
});

test('codes that others choose are no way around it', (t) => {
  const { said, log } = made();
  for (let time = 0; time < 5_000; time += 1) log.error('refused by a peer', { code: `x${time}` });
  t.is(said.lines.length, 1_024 + 100);
});

test('after a while it is said as at first', (t) => {
  const { said, clock, log } = made();
  for (let time = 0; time < 200; time += 1) log.warn('a bootstrap address does not answer');
  clock.now = 1_000_000;
  for (let time = 0; time < 200; time += 1) log.warn('a bootstrap address does not answer');
  t.is(said.lines.length, 200);
  t.is(said.lines[100]!.fields.unsaid, 100);
});
