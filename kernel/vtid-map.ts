const FEWEST_PLACES = 8;
const HASHED_CHARACTERS = 6; // of 5 random bits each

/**
 * A map by vtid, by open addressing with linear probing (Knuth, volume 3, 6.4, algorithms L and R), for where vTasks come and
 * go by the thousand a second. In place of a `Map` for the reason that `Slots` gives; and a vtid need not be hashed as a
 * whole, since its last characters are random.
 */
export class VtidMap<T> {
  #keys: (string | undefined)[] = [];
  #values: (T | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(vtid: string): T | undefined {
    const place = this.#find(vtid);
    return place < 0 ? undefined : this.#values[place];
  }

  set(vtid: string, value: T): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const mask = this.#keys.length - 1;
    let place = hashOf(vtid) & mask;
    for (let key = this.#keys[place]; key !== undefined; key = this.#keys[place]) {
      if (key === vtid) {
        this.#values[place] = value;
        return;
      }
      place = (place + 1) & mask;
    }
    this.#keys[place] = vtid;
    this.#values[place] = value;
    this.#size += 1;
  }

  delete(vtid: string): boolean {
    let hole = this.#find(vtid);
    if (hole < 0) return false;
    this.#size -= 1;
    const mask = this.#keys.length - 1;
    // Whoever could not have its own place because of this one moves up.
    for (
      let place = (hole + 1) & mask;
      this.#keys[place] !== undefined;
      place = (place + 1) & mask
    ) {
      const home = hashOf(this.#keys[place]!) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.#keys[hole] = this.#keys[place];
      this.#values[hole] = this.#values[place];
      hole = place;
    }
    this.#keys[hole] = undefined;
    this.#values[hole] = undefined;
    return true;
  }

  /** All that are in it now. */
  values(): T[] {
    return this.#values.filter((value) => value !== undefined);
  }

  #find(vtid: string): number {
    const mask = this.#keys.length - 1;
    if (mask < 0) return -1;
    let place = hashOf(vtid) & mask;
    for (let key = this.#keys[place]; key !== undefined; key = this.#keys[place]) {
      if (key === vtid) return place;
      place = (place + 1) & mask;
    }
    return -1;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    const length = Math.max(FEWEST_PLACES, keys.length * 2);
    this.#keys = Array.from({ length }, () => undefined);
    this.#values = Array.from({ length }, () => undefined);
    this.#size = 0;
    for (const [place, key] of keys.entries())
      if (key !== undefined) this.set(key, values[place] as T);
  }
}

function hashOf(vtid: string): number {
  let hash = 0;
  for (let at = Math.max(0, vtid.length - HASHED_CHARACTERS); at < vtid.length; at += 1)
    hash = (hash << 5) ^ vtid.charCodeAt(at);
  return hash;
}
