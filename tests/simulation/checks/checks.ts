import { Bearers } from './bearers.ts';
import { Deaths } from './deaths.ts';
import { Messages } from './messages.ts';
import { Rpcs } from './rpcs.ts';
import { Watches, type Fate } from './watches.ts';

/** What must hold of the vTasks of a cluster, whatever it is made of, told of all that is seen in the order of time. */
export class Checks {
  readonly rpcs: Rpcs;
  readonly messages: Messages;
  readonly watches: Watches;
  readonly bearers: Bearers;
  readonly deaths: Deaths;

  /** @param fault told of what must not have happened */
  constructor(fault: (what: string) => void) {
    this.rpcs = new Rpcs(fault);
    this.messages = new Messages(fault);
    this.watches = new Watches(fault);
    this.bearers = new Bearers(fault);
    this.deaths = new Deaths(fault);
  }

  /**
   * A vTask has written a line to its log: guest/citizen.c has the words.
   * @param counts whether what it does can be seen by others
   */
  wrote(vtid: string, text: string, name: () => string | undefined, counts = true): void {
    const [what, first = '', second = ''] = text.split(' ');
    if (counts) {
      if (what === 'born') this.bearers.born(vtid, name());
      this.bearers.acted(vtid, text);
    }
    if (what === 'r') this.rpcs.carriedOut(Number(first), vtid);
    else if (what === 'm') this.messages.handled(first, vtid, Number(second));
    else if (what === 't') this.messages.taken(vtid, first, Number(second));
    else if (what === 'w') this.watches.set(vtid, Number(first), second);
    else if (what === 'n') this.watches.fired(vtid, Number(first), second);
  }

  /** Once nothing is under way any more. */
  finish(isAlive: (vtid: string) => boolean, fateOf: (vtid: string) => Fate): void {
    this.messages.finish(isAlive, fateOf);
    this.deaths.finish(isAlive);
    this.watches.finish(isAlive, fateOf);
  }
}
