import { openProgress, type Progress } from '../output/progress.ts';
import { formatBytes } from '../output/units.ts';
import type { BuildProgress } from './count-words.ts';
import type { JobProgress } from './job.ts';

/** A word count's bars, one after the other: building, uploading, mapping, reducing. */
export class JobBars implements Disposable {
  #label = '';
  #bar: Progress | undefined;

  building({ names, done, total }: BuildProgress): void {
    this.#show('build', done, total, done < total ? `${names.join(', ')}, from source, once` : '');
  }

  uploading(stored: number, total: number): void {
    this.#show('upload', stored, total, '', formatBytes);
  }

  counting(progress: JobProgress): void {
    const { phase, bytesDone, bytesTotal, splitsDone, splitsTotal, reducesDone, reducesTotal } =
      progress;
    if (phase === 'map') {
      this.#show(
        'map',
        bytesDone,
        bytesTotal,
        `${splitsDone} of ${splitsTotal} splits`,
        formatBytes,
      );
    } else if (phase !== 'failed') {
      this.#show('reduce', reducesDone, reducesTotal, 'parts');
    }
  }

  /** Takes the bar off the screen. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#label = '';
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #show(
    label: string,
    done: number,
    total: number,
    note: string,
    format?: (value: number) => string,
  ): void {
    if (label !== this.#label) {
      this.stop();
      this.#label = label;
      this.#bar = openProgress({ label, ...(format && { format }) });
    }
    this.#bar?.update(done, total, note);
  }
}
