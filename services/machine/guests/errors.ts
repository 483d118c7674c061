/** What is asked of the master that cannot be. Its text begins with the code. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';

  constructor(why: string) {
    super(`refused: ${why}`);
  }
}
