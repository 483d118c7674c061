/** A job that cannot be begun or finished; the text says which part of it, and what to do. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /** `bad-job`: what was asked for makes no sense. `job-failed`: it was tried as often as it may be. */
  readonly code: 'bad-job' | 'job-failed';

  constructor(code: 'bad-job' | 'job-failed', message: string) {
    super(message);
    this.code = code;
  }
}
